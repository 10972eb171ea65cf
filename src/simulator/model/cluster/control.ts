import { keepDaemonSet } from './daemon-set.ts';
import { keepEndpoints, type ServiceObject } from './endpoints.ts';
import type { Ground } from './ground.ts';
import { keepJob } from './job.ts';
import type { KubeObject } from './objects.ts';
import { terminate } from './pod-end.ts';
import { keepReplicaSet } from './replica-set.ts';
import { rollOut } from './rollout.ts';
import { type Progress, reportRollout } from './rollout-status.ts';
import { keepScaler } from './scaler.ts';
import { keepStatefulSet } from './stateful-set.ts';

/** How far each rollout is that has not come to its end, by uid. */
export type Progresses = Map<string, Progress>;

/** What lost its owner goes too. */
const collect = (ground: Ground): void => {
  const { shelves } = ground;
  const owners: readonly Iterable<KubeObject>[] = [
    shelves.deployments.all(),
    shelves.replicasets.all(),
    shelves.statefulsets.all(),
    shelves.daemonsets.all(),
    shelves.jobs.all(),
    shelves.cronjobs.all(),
    shelves.services.all(),
  ];
  const known = new Set(owners.flatMap((all) => [...all].map(({ metadata }) => metadata.uid)));
  const isOrphan = ({ metadata }: KubeObject): boolean =>
    metadata.ownerReferences !== undefined && !metadata.ownerReferences.some(({ uid }) => known.has(uid));
  for (const { metadata } of [...shelves.replicasets.all()].filter(isOrphan))
    shelves.replicasets.remove(metadata.namespace, metadata.name);
  for (const { metadata } of [...shelves.jobs.all()].filter(isOrphan))
    shelves.jobs.remove(metadata.namespace, metadata.name);
  for (const pod of [...shelves.pods.all()].filter(isOrphan)) {
    const life = ground.lives.get(pod.metadata.uid);
    if (life !== undefined) terminate(ground, pod, life);
  }
};

/** One step of every controller, in the order in which they wait for each other. */
export const control = (ground: Ground, progresses: Progresses): void => {
  const { shelves } = ground;
  collect(ground);
  for (const wanted of [...shelves.deployments.all()]) {
    const { uid } = wanted.metadata;
    const deployment = rollOut(ground, wanted);
    const progress = reportRollout(ground, deployment, progresses.get(uid));
    progresses.set(uid, progress);
    if (progress.isOver) progresses.delete(uid);
  }
  for (const set of [...shelves.replicasets.all()])
    if (set.metadata.ownerReferences === undefined) keepReplicaSet(ground, set);
  for (const set of [...shelves.statefulsets.all()]) keepStatefulSet(ground, set);
  for (const set of [...shelves.daemonsets.all()]) keepDaemonSet(ground, set);
  for (const job of [...shelves.jobs.all()]) keepJob(ground, job);
  for (const service of [...shelves.services.all()]) if (isService(service)) keepEndpoints(ground, service);
  for (const scaler of [...shelves.horizontalpodautoscalers.all()]) keepScaler(ground, scaler);
};

const isService = (object: KubeObject): object is ServiceObject => 'spec' in object;
