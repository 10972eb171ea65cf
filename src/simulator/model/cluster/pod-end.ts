import type { Ground } from './ground.ts';
import { mainOf } from './main-container.ts';
import { stamp } from './names.ts';
import type { Pod } from './objects.ts';
import type { Ended, PodLife } from './pod-life.ts';
import { containerIdOf } from './pod-status.ts';
import { show } from './show.ts';
import { putDown } from './standing.ts';

const graceSeconds = 30;
/** How long a process takes to end when it is told to. */
const leaveMs = 1000;
/** Kubelet forgets its back-off for a container that ran that long. */
const forgetMs = 600_000;

/** The container's process has ended; by the pod's policy it is started again, the second time after a back-off. */
export const endRun = (
  ground: Ground,
  pod: Pod,
  life: PodLife,
  how: Pick<Ended, 'exitCode' | 'reason'>,
): void => {
  const { now } = ground;
  const startedAt = life.startedAt ?? now;
  const isFirst = life.restarts === 0 || now - startedAt > forgetMs;
  life.last = { ...how, startedAt, finishedAt: now, containerId: containerIdOf(life) };
  life.due = Number.POSITIVE_INFINITY;
  life.step = pod.spec.restartPolicy === 'Never' ? 'ended' : 'back-off';
  putDown(ground, life);
  if (life.step === 'back-off') {
    if (isFirst) {
      life.backOffMs = 10_000;
      life.due = now + 400;
    } else backOff(ground, pod, life);
  }
  show(ground, pod, life);
};

const backOff = (ground: Ground, pod: Pod, life: PodLife): void => {
  const { name } = mainOf(pod);
  const of = `pod=${life.name}_${life.namespace}(${life.uid})`;
  const seconds = life.backOffMs / 1000;
  const words = seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  life.waiting = {
    reason: 'CrashLoopBackOff',
    message: `back-off ${words} restarting failed container=${name} ${of}`,
  };
  life.due = ground.now + life.backOffMs;
  life.backOffMs = Math.min(300_000, life.backOffMs * 2);
  const message = `Back-off restarting failed container ${name} in pod ${life.name}_${life.namespace}(${life.uid})`;
  const fieldPath = `spec.containers{${name}}`;
  ground.say(pod, { type: 'Warning', reason: 'BackOff', message, by: 'kubelet', fieldPath });
};

/** Begins a pod's end: its process is told to stop, and it is gone a moment later. */
export const terminate = (ground: Ground, pod: Pod, life: PodLife): void => {
  if (life.isLeaving) return;
  const { now } = ground;
  const { name } = mainOf(pod);
  if (life.step === 'running' || life.step === 'starting') {
    const fieldPath = `spec.containers{${name}}`;
    ground.say(pod, {
      type: 'Normal',
      reason: 'Killing',
      message: `Stopping container ${name}`,
      by: 'kubelet',
      fieldPath,
    });
  }
  life.step = 'terminating';
  life.due = now + (ground.isHurried ? 0 : leaveMs);
  putDown(ground, life);
  life.instance = undefined;
  show(
    ground,
    {
      ...pod,
      metadata: {
        ...pod.metadata,
        deletionTimestamp: stamp(now + graceSeconds * 1000),
        deletionGracePeriodSeconds: graceSeconds,
      },
    },
    life,
  );
};

/** The pod is gone. */
export const leave = ({ shelves }: Ground, life: PodLife): void => {
  shelves.pods.remove(life.namespace, life.name);
};
