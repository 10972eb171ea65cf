import type { EphemeralContainerSpec, Pod } from '../spec/cluster-objects.ts';
import { pullFault } from './image-pull.ts';
import { writePodStatus } from './pod-status.ts';
import type { ClusterContext } from './state/cluster-context.ts';
import type { EphemeralRun, PodRuntime } from './state/pod-runtime.ts';

const createMs = 500;
const retryMs = 1000;
const backOffMs = 10_000;

/** Fails to pull the image: alternately the error of the registry, and the back-off until the next try. */
const failPull = (
  ground: ClusterContext,
  pod: Pod,
  run: EphemeralRun,
  image: string,
  fault: string,
): void => {
  const isError = run.waiting?.reason !== 'ErrImagePull';
  run.step = 'no-image';
  run.waiting = isError
    ? { reason: 'ErrImagePull', message: fault }
    : { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${fault}` };
  run.due = ground.now + (isError ? retryMs : backOffMs);
  ground.recordEvent(pod, {
    type: isError ? 'Warning' : 'Normal',
    reason: isError ? 'Failed' : 'BackOff',
    message: isError ? `Failed to pull image "${image}": ${fault}` : `Back-off pulling image "${image}"`,
    by: 'kubelet',
    fieldPath: `spec.ephemeralContainers{${run.name}}`,
  });
};

const startRun = (ground: ClusterContext, pod: Pod, run: EphemeralRun): void => {
  run.step = 'running';
  run.waiting = undefined;
  run.startedAt = ground.now;
  run.due = Number.POSITIVE_INFINITY;
  ground.recordEvent(pod, {
    type: 'Normal',
    reason: 'Started',
    message: `Started container ${run.name}`,
    by: 'kubelet',
    fieldPath: `spec.ephemeralContainers{${run.name}}`,
  });
};

/** Advances one ephemeral container. Returns true when its state has changed. */
const advance = (
  ground: ClusterContext,
  pod: Pod,
  life: PodRuntime,
  { name, image }: EphemeralContainerSpec,
): boolean => {
  const run = life.ephemeral.get(name);
  if (run === undefined) {
    const waiting = { reason: 'ContainerCreating' };
    const due = ground.now + createMs;
    life.ephemeral.set(name, { name, step: 'creating', due, waiting, startedAt: undefined, exit: undefined });
    return true;
  }
  if (ground.now < run.due || (run.step !== 'creating' && run.step !== 'no-image')) return false;
  // The kubelet needs the process of the target container.
  if (life.step !== 'running') return false;
  const fault = pullFault(ground.spec, image);
  if (fault === undefined) startRun(ground, pod, run);
  else failPull(ground, pod, run, image, fault);
  return true;
};

/** Starts the ephemeral containers that were added to the pod. */
export const syncEphemeralContainers = (ground: ClusterContext, pod: Pod, life: PodRuntime): void => {
  const { ephemeralContainers = [] } = pod.spec;
  const changes = ephemeralContainers.map((container) => advance(ground, pod, life, container));
  if (changes.includes(true)) writePodStatus(ground, pod, life);
};

/** Handles the exit of the process of an ephemeral container, which does not restart. */
export const endEphemeralRun = (
  ground: ClusterContext,
  life: PodRuntime,
  run: EphemeralRun,
  exitCode: number,
): void => {
  if (run.step !== 'running') return;
  run.step = 'ended';
  run.exit = { exitCode, finishedAt: ground.now };
  const pod = ground.shelves.pods.get(life.namespace, life.name);
  if (pod !== undefined) writePodStatus(ground, pod, life);
};
