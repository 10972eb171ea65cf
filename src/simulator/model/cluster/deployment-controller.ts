import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type {
  DeploymentObject,
  ObjectCondition,
  PodTemplate,
  ReplicaSetObject,
} from '../spec/cluster-objects.ts';
import { reconcileReplicaSet, updateReplicaSetStatus } from './replica-set-controller.ts';
import type { ClusterContext } from './state/cluster-context.ts';
import {
  isOwnedBy,
  ownerReferenceTo,
  rfc3339Seconds,
  stableJson,
  stableUuid,
  templateHash,
} from './state/names.ts';

/** Time and state of a Deployment's last progress. */
export interface RolloutProgress {
  readonly at: Millis;
  readonly far: string;
  /** True when the Deployment is complete and nothing is pending. */
  readonly isOver: boolean;
}

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
}

const countsOf = (sets: readonly ReplicaSetObject[]): Counts => ({
  replicas: sets.reduce((sum, { status }) => sum + status.replicas, 0),
  updated: sets[0]?.status.replicas ?? 0,
  ready: sets.reduce((sum, { status }) => sum + (status.readyReplicas ?? 0), 0),
});

/** A condition keeps its transition time; `lastUpdateTime` changes with its text. */
const turned = (was: ObjectCondition | undefined, now: ObjectCondition, time: Millis): ObjectCondition => {
  const sameStatus = was?.status === now.status;
  const same = sameStatus && was?.reason === now.reason && was?.message === now.message;
  return {
    ...now,
    lastUpdateTime: (same ? was?.lastUpdateTime : undefined) ?? rfc3339Seconds(time),
    lastTransitionTime: (sameStatus ? was?.lastTransitionTime : undefined) ?? rfc3339Seconds(time),
  };
};

const progressing = (
  deployment: DeploymentObject,
  { replicas, updated, ready }: Counts,
  set: ReplicaSetObject | undefined,
  stuckMs: Millis,
): ObjectCondition => {
  const desired = deployment.spec.replicas;
  const name = `ReplicaSet "${set?.metadata.name ?? ''}"`;
  const was = deployment.status.conditions.find(({ type }) => type === 'Progressing');
  const isDone = updated === desired && replicas === desired && ready === desired;
  const isDoneBefore =
    was?.reason === 'NewReplicaSetAvailable' &&
    deployment.status.observedGeneration === deployment.metadata.generation;
  if (isDone || isDoneBefore) {
    const message = `${name} has successfully progressed.`;
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message };
  }
  if (stuckMs >= deployment.spec.progressDeadlineSeconds * 1000) {
    const message = `${name} has timed out progressing.`;
    return { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message };
  }
  return {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    message: `${name} is progressing.`,
  };
};

/** Maximum number of unavailable pods; 0 for the Recreate strategy. Source: Kubernetes, deploymentutil.MaxUnavailable. */
const mayMiss = (deployment: DeploymentObject): number =>
  deployment.spec.strategy.type === 'Recreate' ? 0 : rolloutBounds(deployment).missing;

const availability = (deployment: DeploymentObject, ready: number): ObjectCondition =>
  ready >= deployment.spec.replicas - mayMiss(deployment)
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };

/** Writes the status of a Deployment from its ReplicaSets. Returns the progress, for the next call. */
export const updateRolloutStatus = (
  ground: ClusterContext,
  deployment: DeploymentObject,
  before: RolloutProgress | undefined,
): RolloutProgress => {
  const { now } = ground;
  const sets = replicaSetsOf(ground, deployment);
  const counts = countsOf(sets);
  const { replicas, updated, ready } = counts;
  const far = `${deployment.metadata.generation}/${updated}/${replicas - updated}/${ready}`;
  const isOver = updated === deployment.spec.replicas && replicas === updated && ready === updated;
  const progress = { at: before?.far === far ? before.at : now, far, isOver };
  const was = deployment.status.conditions;
  const turn = (condition: ObjectCondition): ObjectCondition =>
    turned(
      was.find(({ type }) => type === condition.type),
      condition,
      now,
    );
  const missing = Math.max(0, Math.max(replicas, deployment.spec.replicas) - ready);
  ground.shelves.deployments.put({
    ...deployment,
    status: {
      observedGeneration: deployment.metadata.generation ?? 1,
      ...(replicas === 0 ? {} : { replicas }),
      ...(updated === 0 ? {} : { updatedReplicas: updated }),
      ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
      ...(missing === 0 ? {} : { unavailableReplicas: missing }),
      conditions: [
        turn(availability(deployment, ready)),
        turn(progressing(deployment, counts, sets[0], now - progress.at)),
      ],
    },
  });
  return progress;
};

const revisionKey = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/** Revision of a ReplicaSet or Deployment. */
const rolloutRevisionOf = ({ metadata }: Pick<ReplicaSetObject, 'metadata'>): number =>
  Number(metadata.annotations?.[revisionKey] ?? 0);

/** ReplicaSets by revision, newest first. */
const replicaSetsOf = (
  { shelves }: ClusterContext,
  deployment: DeploymentObject,
): readonly ReplicaSetObject[] =>
  [...shelves.replicasets.all()]
    .filter((set) => isOwnedBy(set, deployment))
    .sort((a, b) => rolloutRevisionOf(b) - rolloutRevisionOf(a));

/** A template without the label pod-template-hash. */
const plain = ({ metadata, spec }: PodTemplate): string => {
  const { [hashLabel]: _, ...labels } = metadata?.labels ?? {};
  return stableJson({ labels, annotations: metadata?.annotations ?? {}, spec });
};

/** The ReplicaSet of the current template. Creates it if missing, and makes it the newest revision. */
const currentReplicaSet = (ground: ClusterContext, deployment: DeploymentObject): ReplicaSetObject => {
  const sets = replicaSetsOf(ground, deployment);
  const latest = sets.reduce((most, set) => Math.max(most, rolloutRevisionOf(set)), 0);
  const templateText = plain(deployment.spec.template);
  const replicaSet = sets.find((set) => plain(set.spec.template) === templateText);
  if (replicaSet === undefined) return makeSet(ground, deployment, latest + 1);
  if (rolloutRevisionOf(replicaSet) === latest) return replicaSet;
  return ground.shelves.replicasets.put({
    ...replicaSet,
    metadata: {
      ...replicaSet.metadata,
      annotations: { ...replicaSet.metadata.annotations, [revisionKey]: String(latest + 1) },
    },
  });
};

const makeSet = (
  ground: ClusterContext,
  deployment: DeploymentObject,
  revision: number,
): ReplicaSetObject => {
  const { template } = deployment.spec;
  const hash = templateHash(template);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  const name = `${deployment.metadata.name}-${hash}`;
  return ground.shelves.replicasets.put({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      ...defined({ namespace: deployment.metadata.namespace }),
      uid: stableUuid(`replicaset/${deployment.metadata.uid}/${hash}/${revision}`),
      resourceVersion: '',
      generation: 1,
      creationTimestamp: rfc3339Seconds(ground.now),
      labels,
      annotations: {
        [revisionKey]: String(revision),
        'deployment.kubernetes.io/desired-replicas': String(deployment.spec.replicas),
      },
      ownerReferences: [ownerReferenceTo(deployment)],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { observedGeneration: 1, replicas: 0 },
  });
};

/** Deletes old ReplicaSets without pods beyond revisionHistoryLimit. */
const pruneReplicaSets = (ground: ClusterContext, deployment: DeploymentObject): void => {
  const old = replicaSetsOf(ground, deployment)
    .slice(1)
    .filter(({ spec, status }) => spec.replicas === 0 && status.replicas === 0);
  for (const { metadata } of old.slice(deployment.spec.revisionHistoryLimit))
    ground.shelves.replicasets.remove(metadata.namespace, metadata.name);
};

/** A number, or a percentage of the replicas. Surge rounds up, unavailable rounds down. */
const part = (of: number | string | undefined, replicas: number, round: (x: number) => number): number => {
  if (typeof of === 'number') return of;
  return round((replicas * Number.parseFloat(of ?? '25%')) / 100);
};

/** Maximum surge and unavailable pods of a rollout; never both 0, because it could not progress. */
const rolloutBounds = ({
  spec: { replicas, strategy },
}: DeploymentObject): { readonly surge: number; readonly missing: number } => {
  if (strategy.type === 'Recreate') return { surge: 0, missing: replicas };
  const surge = part(strategy.rollingUpdate?.maxSurge, replicas, Math.ceil);
  const missing = Math.min(replicas, part(strategy.rollingUpdate?.maxUnavailable, replicas, Math.floor));
  return surge === 0 && missing === 0 ? { surge, missing: 1 } : { surge, missing };
};

const available = ({ status }: ReplicaSetObject): number => status.availableReplicas ?? 0;
const sum = (sets: readonly ReplicaSetObject[], of: (set: ReplicaSetObject) => number): number =>
  sets.reduce((total, set) => total + of(set), 0);

/** Sets the replicas of a ReplicaSet, creates or deletes its pods, and returns the new state. */
const resize = (
  ground: ClusterContext,
  deployment: DeploymentObject,
  set: ReplicaSetObject,
  replicas: number,
): ReplicaSetObject => {
  if (set.spec.replicas !== replicas) {
    const way = replicas > set.spec.replicas ? 'up' : 'down';
    const message = `Scaled ${way} replica set ${set.metadata.name} from ${set.spec.replicas} to ${replicas}`;
    ground.recordEvent(deployment, {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message,
      by: 'deployment-controller',
    });
  }
  const changed = set.spec.replicas === replicas ? 0 : 1;
  const metadata = { ...set.metadata, generation: (set.metadata.generation ?? 1) + changed };
  return reconcileReplicaSet(
    ground,
    ground.shelves.replicasets.put({ ...set, metadata, spec: { ...set.spec, replicas } }),
  );
};

/** Pods that can be removed without effect: those that are not ready. */
const unhealthy = (set: ReplicaSetObject): number => Math.max(0, set.spec.replicas - available(set));

/** Removes old pods while enough others are ready, unhealthy pods first. */
const shrinkOld = (
  ground: ClusterContext,
  deployment: DeploymentObject,
  present: ReplicaSetObject,
  old: readonly ReplicaSetObject[],
): void => {
  const { replicas } = deployment.spec;
  const all = [present, ...old];
  const least = replicas - rolloutBounds(deployment).missing;
  let spare = sum(all, ({ spec }) => spec.replicas) - least - unhealthy(present);
  let readySpare = sum(all, available) - least;
  for (const set of old) {
    const sick = Math.max(0, Math.min(spare, unhealthy(set)));
    const well = Math.max(0, Math.min(spare - sick, readySpare, available(set)));
    spare -= sick + well;
    readySpare -= well;
    resize(ground, deployment, set, set.spec.replicas - sick - well);
  }
};

const recreate = (
  ground: ClusterContext,
  deployment: DeploymentObject,
  present: ReplicaSetObject,
  old: readonly ReplicaSetObject[],
): void => {
  for (const set of old) resize(ground, deployment, set, 0);
  const leaving = [...ground.shelves.pods.all()].some((pod) =>
    old.some(({ metadata }) => pod.metadata.ownerReferences?.[0]?.uid === metadata.uid),
  );
  resize(ground, deployment, present, leaving ? present.spec.replicas : deployment.spec.replicas);
};

/** One step of the Deployment controller: ReplicaSets follow the template, the replica count and the strategy. */
export const reconcileDeployment = (ground: ClusterContext, desired: DeploymentObject): DeploymentObject => {
  const { shelves } = ground;
  const paused = desired.spec.paused === true;
  const latest = replicaSetsOf(ground, desired)[0];
  const chosen = paused && latest !== undefined ? latest : currentReplicaSet(ground, desired);
  const deployment = shelves.deployments.put({
    ...desired,
    metadata: {
      ...desired.metadata,
      annotations: { ...desired.metadata.annotations, [revisionKey]: String(rolloutRevisionOf(chosen)) },
    },
  });
  const sets = replicaSetsOf(ground, deployment).map((set) => updateReplicaSetStatus(ground, set));
  const [present = chosen] = sets;
  const old = sets.slice(1);
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate') recreate(ground, deployment, present, old);
  else {
    const room = replicas + rolloutBounds(deployment).surge - sum(sets, ({ spec }) => spec.replicas);
    const grown = Math.min(replicas, present.spec.replicas + Math.max(0, room));
    const resized = resize(ground, deployment, present, present.spec.replicas > replicas ? replicas : grown);
    if (paused) for (const set of old) resize(ground, deployment, set, set.spec.replicas);
    else shrinkOld(ground, deployment, resized, old);
  }
  pruneReplicaSets(ground, deployment);
  return deployment;
};
