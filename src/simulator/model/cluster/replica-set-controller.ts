import { defined } from '../../../domain/base/defined.ts';
import type { KubeLabels, KubeObject, Pod, PodTemplate, ReplicaSetObject } from '../spec/cluster-objects.ts';
import { terminatePod } from './pod-termination.ts';
import type { ClusterContext } from './state/cluster-context.ts';
import { isOwnedBy, ownerReferenceTo, podNameSuffix, rfc3339Seconds, stableUuid } from './state/names.ts';
import type { PodRuntime } from './state/pod-runtime.ts';

const ownerWord: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicaset-controller',
  StatefulSet: 'statefulset-controller',
  DaemonSet: 'daemonset-controller',
  Job: 'job-controller',
};

interface PodRequest {
  readonly owner: KubeObject;
  readonly template: PodTemplate;
  /** Absent: the owner's name with five random characters. */
  readonly name?: string;
  readonly nodeName?: string;
  readonly labels?: KubeLabels;
}

/** Creates a pod from a template, as a controller does; its kubelet handles it at the next step. */
export const createPod = (
  ground: ClusterContext,
  { owner, template, name, nodeName, labels }: PodRequest,
): void => {
  const podName = name ?? `${owner.metadata.name}-${podNameSuffix(ground.chance)}`;
  const { metadata } = template;
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName,
      ...(name === undefined ? { generateName: `${owner.metadata.name}-` } : {}),
      ...defined({ namespace: owner.metadata.namespace }),
      uid: stableUuid(`pod/${owner.metadata.uid}/${podName}/${ground.now}/${ground.chance()}`),
      resourceVersion: '',
      creationTimestamp: rfc3339Seconds(ground.now),
      labels: { ...metadata?.labels, ...labels },
      ...defined({ annotations: metadata?.annotations }),
      ownerReferences: [ownerReferenceTo(owner)],
    },
    spec: {
      restartPolicy: 'Always',
      ...template.spec,
      ...defined({ nodeName }),
    },
    status: { phase: 'Pending', conditions: [], qosClass: 'Burstable' },
  };
  ground.shelves.pods.put(pod);
  ground.recordEvent(owner, {
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `Created pod: ${podName}`,
    by: ownerWord[owner.kind] ?? 'controller',
  });
};

/** Non-terminating pods of an owner with their runtimes. */
export const activePodsOf = (
  { shelves, lives }: ClusterContext,
  owner: KubeObject,
): readonly { readonly pod: Pod; readonly life: PodRuntime | undefined }[] =>
  [...shelves.pods.all()]
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && isOwnedBy(pod, owner))
    .map((pod) => ({ pod, life: lives.get(pod.metadata.uid) }));

/** Number in the instance name: its index within the service. */
const placeOf = (life: PodRuntime | undefined): number =>
  Number(/-(\d+)$/.exec(life?.instance?.name ?? '')?.[1] ?? Number.POSITIVE_INFINITY);

/** Order of deletion: not ready before ready, then the highest index. */
const byWorth = (a: PodRuntime | undefined, b: PodRuntime | undefined): number =>
  Number(a?.isReady ?? false) - Number(b?.isReady ?? false) ||
  (placeOf(b) === placeOf(a) ? 0 : placeOf(b) - placeOf(a));

/** Creates and deletes pods to match the replica count. Returns the set with its ready count. */
export const reconcileReplicaSet = (ground: ClusterContext, set: ReplicaSetObject): ReplicaSetObject => {
  const pods = activePodsOf(ground, set);
  for (let missing = set.spec.replicas - pods.length; missing > 0; missing -= 1)
    createPod(ground, { owner: set, template: set.spec.template });
  const tooMany = Math.max(0, pods.length - set.spec.replicas);
  for (const { pod, life } of [...pods].sort((a, b) => byWorth(a.life, b.life)).slice(0, tooMany)) {
    const message = `Deleted pod: ${pod.metadata.name}`;
    ground.recordEvent(set, {
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message,
      by: 'replicaset-controller',
    });
    if (life === undefined) ground.shelves.pods.remove(pod.metadata.namespace, pod.metadata.name);
    else terminatePod(ground, pod, life);
  }
  return updateReplicaSetStatus(ground, set);
};

/** Writes the existing and ready counts of a ReplicaSet. */
export const updateReplicaSetStatus = (ground: ClusterContext, set: ReplicaSetObject): ReplicaSetObject => {
  const pods = activePodsOf(ground, set);
  const ready = pods.filter(({ life }) => life?.isReady === true).length;
  return ground.shelves.replicasets.put({
    ...set,
    status: {
      observedGeneration: set.metadata.generation ?? 1,
      replicas: pods.length,
      ...(pods.length === 0 ? {} : { fullyLabeledReplicas: pods.length }),
      ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
    },
  });
};
