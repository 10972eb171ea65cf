import { canonical } from './canonical.ts';
import type { Ground } from './ground.ts';
import { isOwnedBy, ownerOf, stamp, templateHash, uidOf } from './names.ts';
import type { PodTemplate } from './objects.ts';
import type { DeploymentObject, ReplicaSetObject } from './workload-objects.ts';

export const revisionKey = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/** Which revision of its deployment a set, or a deployment, is at. */
export const revisionOf = ({ metadata }: Pick<ReplicaSetObject, 'metadata'>): number =>
  Number(metadata.annotations?.[revisionKey] ?? 0);

/** The sets of a deployment, the latest revision first. */
export const setsOf = ({ shelves }: Ground, deployment: DeploymentObject): readonly ReplicaSetObject[] =>
  [...shelves.replicasets.all()]
    .filter((set) => isOwnedBy(set, deployment))
    .sort((a, b) => revisionOf(b) - revisionOf(a));

/** A template as its deployment has it: without the label that tells the sets apart. */
const plain = ({ metadata, spec }: PodTemplate): string => {
  const { [hashLabel]: _, ...labels } = metadata?.labels ?? {};
  return canonical({ labels, annotations: metadata?.annotations ?? {}, spec });
};

/** The set that has the deployment's present template; it is made when there is none, and made the latest. */
export const presentSet = (ground: Ground, deployment: DeploymentObject): ReplicaSetObject => {
  const sets = setsOf(ground, deployment);
  const latest = sets.reduce((most, set) => Math.max(most, revisionOf(set)), 0);
  const wanted = plain(deployment.spec.template);
  const found = sets.find((set) => plain(set.spec.template) === wanted);
  if (found === undefined) return makeSet(ground, deployment, latest + 1);
  if (revisionOf(found) === latest) return found;
  return ground.shelves.replicasets.put({
    ...found,
    metadata: {
      ...found.metadata,
      annotations: { ...found.metadata.annotations, [revisionKey]: String(latest + 1) },
    },
  });
};

const makeSet = (ground: Ground, deployment: DeploymentObject, revision: number): ReplicaSetObject => {
  const { template } = deployment.spec;
  const hash = templateHash(template);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  const name = `${deployment.metadata.name}-${hash}`;
  return ground.shelves.replicasets.put({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      ...(deployment.metadata.namespace === undefined ? {} : { namespace: deployment.metadata.namespace }),
      uid: uidOf(`replicaset/${deployment.metadata.uid}/${hash}/${revision}`),
      resourceVersion: '',
      generation: 1,
      creationTimestamp: stamp(ground.now),
      labels,
      annotations: {
        [revisionKey]: String(revision),
        'deployment.kubernetes.io/desired-replicas': String(deployment.spec.replicas),
      },
      ownerReferences: [ownerOf(deployment)],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { observedGeneration: 1, replicas: 0 },
  });
};

/** Forgets sets without pods that are older than the deployment wants to remember. */
export const forgetSets = (ground: Ground, deployment: DeploymentObject): void => {
  const old = setsOf(ground, deployment)
    .slice(1)
    .filter(({ spec, status }) => spec.replicas === 0 && status.replicas === 0);
  for (const { metadata } of old.slice(deployment.spec.revisionHistoryLimit))
    ground.shelves.replicasets.remove(metadata.namespace, metadata.name);
};
