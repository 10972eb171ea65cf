import type { Ground } from './ground.ts';
import type { Pod } from './objects.ts';
import type { PodLife } from './pod-life.ts';
import { podStatus } from './pod-status.ts';

/** Writes the pod's status as it is now, and tells when its probe begins to fail. */
export const show = (ground: Ground, pod: Pod, life: PodLife): void => {
  const { shelves, now } = ground;
  if (life.isReady !== life.shownReady) life.turnedAt = now;
  if (life.shownReady && life.step === 'running' && !life.isReady) {
    const message = 'Readiness probe failed: dial tcp: connect: connection refused';
    ground.say(pod, { type: 'Warning', reason: 'Unhealthy', message, by: 'kubelet' });
  }
  life.shownReady = life.isReady;
  const host = shelves.nodes.get(undefined, pod.spec.nodeName ?? '')?.status.addresses[0]?.address;
  shelves.pods.put({ ...pod, status: podStatus(pod, life, host) });
};
