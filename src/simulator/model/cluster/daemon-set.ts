import type { Ground } from './ground.ts';
import { makePod } from './make-pod.ts';
import { templateHash } from './names.ts';
import { terminate } from './pod-end.ts';
import { podsOf } from './replica-set.ts';
import type { DaemonSetObject } from './workload-objects.ts';

const revisionLabel = 'controller-revision-hash';

/** One step of the DaemonSet controller: a pod on every node; a new template node by node. */
export const keepDaemonSet = (ground: Ground, set: DaemonSetObject): void => {
  const revision = templateHash(set.spec.template);
  const nodes = ground.shelves.nodes.list().map(({ metadata }) => metadata.name);
  const pods = podsOf(ground, set);
  for (const node of nodes)
    if (!pods.some(({ pod }) => pod.spec.nodeName === node))
      makePod(ground, {
        owner: set,
        template: set.spec.template,
        nodeName: node,
        labels: { [revisionLabel]: revision },
      });
  const stale = pods.find(({ pod }) => pod.metadata.labels?.[revisionLabel] !== revision);
  const allReady = pods.length === nodes.length && pods.every(({ life }) => life?.isReady === true);
  if (stale?.life !== undefined && (allReady || !stale.life.isReady))
    terminate(ground, stale.pod, stale.life);
  const now = podsOf(ground, set);
  const ready = now.filter(({ life }) => life?.isReady === true).length;
  const updated = now.filter(({ pod }) => pod.metadata.labels?.[revisionLabel] === revision).length;
  ground.shelves.daemonsets.put({
    ...set,
    status: {
      observedGeneration: set.metadata.generation ?? 1,
      currentNumberScheduled: now.length,
      desiredNumberScheduled: nodes.length,
      numberMisscheduled: 0,
      numberReady: ready,
      ...(ready === 0 ? {} : { numberAvailable: ready }),
      ...(ready === nodes.length ? {} : { numberUnavailable: nodes.length - ready }),
      ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
    },
  });
};
