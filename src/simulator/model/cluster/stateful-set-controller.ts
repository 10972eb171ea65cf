import type { StatefulSetObject } from '../spec/cluster-objects.ts';
import { recordRevision } from './controller-revisions.ts';
import { terminatePod } from './pod-termination.ts';
import { activePodsOf, createPod } from './replica-set-controller.ts';
import type { ClusterContext } from './state/cluster-context.ts';

const revisionLabel = 'controller-revision-hash';

/**
 * One step of the StatefulSet controller. Pods start in order, each when its predecessors are ready. A new template rolls out
 * from last to first, one pod at a time.
 */
export const reconcileStatefulSet = (ground: ClusterContext, set: StatefulSetObject): void => {
  const { name, namespace } = set.metadata;
  const revision = `${name}-${recordRevision(ground, set)}`;
  const pods = activePodsOf(ground, set);
  const podAt = (index: number) => pods.find(({ pod }) => pod.metadata.name === `${name}-${index}`);
  const exists = (index: number): boolean =>
    ground.shelves.pods.get(namespace, `${name}-${index}`) !== undefined;
  const isOld = ({ pod }: (typeof pods)[number]): boolean =>
    pod.metadata.labels?.[revisionLabel] !== revision;
  const ordinals = Array.from({ length: set.spec.replicas }, (_, index) => index);
  const firstUnready = ordinals.find((index) => podAt(index)?.life?.isReady !== true);

  const tooMany = pods.find(
    ({ pod }) => Number(pod.metadata.name.slice(name.length + 1)) >= set.spec.replicas,
  );
  const stale = ordinals
    .toReversed()
    .map(podAt)
    .find((member) => member !== undefined && isOld(member));
  const broken = firstUnready === undefined ? undefined : podAt(firstUnready);
  if (firstUnready !== undefined && !exists(firstUnready))
    createPod(ground, {
      owner: set,
      template: set.spec.template,
      name: `${name}-${firstUnready}`,
      labels: {
        [revisionLabel]: revision,
        'statefulset.kubernetes.io/pod-name': `${name}-${firstUnready}`,
        'apps.kubernetes.io/pod-index': String(firstUnready),
      },
    });
  else if (tooMany?.life !== undefined) terminatePod(ground, tooMany.pod, tooMany.life);
  else {
    // An unready pod blocks the others, so it is replaced first if it has the old template.
    const next = broken === undefined ? stale : isOld(broken) ? broken : undefined;
    if (next?.life !== undefined) terminatePod(ground, next.pod, next.life);
  }
  report(ground, set, revision);
};

const report = (ground: ClusterContext, set: StatefulSetObject, revision: string): void => {
  const pods = activePodsOf(ground, set);
  const ready = pods.filter(({ life }) => life?.isReady === true).length;
  const updated = pods.filter(({ pod }) => pod.metadata.labels?.[revisionLabel] === revision).length;
  const isDone = updated === set.spec.replicas;
  const current = isDone ? revision : set.status.currentRevision || revision;
  ground.shelves.statefulsets.put({
    ...set,
    status: {
      observedGeneration: set.metadata.generation ?? 1,
      replicas: pods.length,
      ...(ready === 0 ? {} : { readyReplicas: ready }),
      availableReplicas: ready,
      currentReplicas: isDone ? pods.length : pods.length - updated,
      updatedReplicas: updated,
      currentRevision: current,
      updateRevision: revision,
      collisionCount: 0,
    },
  });
};
