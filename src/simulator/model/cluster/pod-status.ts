import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type {
  ContainerState,
  ContainerStatus,
  ObjectCondition,
  Pod,
  PodStatus,
} from '../spec/cluster-objects.ts';
import { fnv1a } from '../spec/seeded-random.ts';
import type { ClusterContext } from './state/cluster-context.ts';
import { rfc3339Seconds, sha256Text } from './state/names.ts';
import type { ContainerExit, EphemeralRun, PodRuntime } from './state/pod-runtime.ts';

/** Writes the current status of the pod, and records an event when its probe starts to fail. */
export const writePodStatus = (ground: ClusterContext, pod: Pod, life: PodRuntime): void => {
  const { shelves, now } = ground;
  if (life.isReady !== life.shownReady) life.turnedAt = now;
  if (life.shownReady && life.step === 'running' && !life.isReady) {
    const message = 'Readiness probe failed: dial tcp: connect: connection refused';
    ground.recordEvent(pod, { type: 'Warning', reason: 'Unhealthy', message, by: 'kubelet' });
  }
  life.shownReady = life.isReady;
  const host = shelves.nodes.get(undefined, pod.spec.nodeName ?? '')?.status.addresses[0]?.address;
  shelves.pods.put({ ...pod, status: podStatus(pod, life, host) });
};

const condition = (
  type: string,
  isTrue: boolean,
  time: Millis,
  why: Partial<ObjectCondition> = {},
): ObjectCondition => ({
  type,
  status: isTrue ? 'True' : 'False',
  lastTransitionTime: rfc3339Seconds(time),
  ...why,
});

const terminated = ({ exitCode, reason, startedAt, finishedAt, containerId }: ContainerExit) => ({
  exitCode,
  reason,
  startedAt: rfc3339Seconds(startedAt),
  finishedAt: rfc3339Seconds(finishedAt),
  containerID: containerId,
});

/** ID of the current or last container. */
export const containerIdOf = (life: PodRuntime): string =>
  `containerd://${sha256Text(`${life.uid}/${life.restarts}`)}`;

const stateOf = (life: PodRuntime): ContainerState => {
  const ranBefore = life.step === 'back-off' || life.step === 'ended';
  if (life.waiting !== undefined) return { waiting: life.waiting };
  if (life.lastExit !== undefined && ranBefore) return { terminated: terminated(life.lastExit) };
  if (life.startedAt === undefined) return { waiting: { reason: 'ContainerCreating' } };
  return { running: { startedAt: rfc3339Seconds(life.startedAt) } };
};

const containersOf = (pod: Pod, life: PodRuntime): readonly ContainerStatus[] =>
  pod.spec.containers.map((container, index) => {
    const state = index === 0 ? stateOf(life) : sidecarState(life);
    const runs = state.running !== undefined;
    return {
      name: container.name,
      image: container.image,
      imageID:
        runs || life.restarts > 0
          ? `${container.image.split(':')[0]}@sha256:${sha256Text(container.image)}`
          : '',
      ...(life.startedAt === undefined ? {} : { containerID: containerIdOf(life) }),
      ready: index === 0 ? life.isReady : runs,
      started: runs && life.step !== 'starting',
      restartCount: index === 0 ? life.restarts : 0,
      state,
      lastState:
        index === 0 && life.lastExit !== undefined && state.terminated === undefined
          ? { terminated: terminated(life.lastExit) }
          : {},
    };
  });

const sidecarState = (life: PodRuntime): ContainerState =>
  life.startedAt === undefined
    ? { waiting: { reason: 'ContainerCreating' } }
    : { running: { startedAt: rfc3339Seconds(life.startedAt) } };

const ephemeralStateOf = (run: EphemeralRun, containerID: string): ContainerState => {
  const { waiting, startedAt, exit } = run;
  if (waiting !== undefined || startedAt === undefined)
    return { waiting: waiting ?? { reason: 'ContainerCreating' } };
  if (exit === undefined) return { running: { startedAt: rfc3339Seconds(startedAt) } };
  return {
    terminated: {
      exitCode: exit.exitCode,
      reason: exit.exitCode === 0 ? 'Completed' : 'Error',
      startedAt: rfc3339Seconds(startedAt),
      finishedAt: rfc3339Seconds(exit.finishedAt),
      containerID,
    },
  };
};

/** The states of ephemeral containers, which are never ready and have no say in the status of the pod. */
const ephemeralStatuses = (pod: Pod, life: PodRuntime): Pick<PodStatus, 'ephemeralContainerStatuses'> => {
  const statuses = (pod.spec.ephemeralContainers ?? []).flatMap(({ name, image }) => {
    const run = life.ephemeral.get(name);
    if (run === undefined) return [];
    const hasStarted = run.startedAt !== undefined;
    const containerID = `containerd://${sha256Text(`${life.uid}/${name}`)}`;
    return {
      name,
      image,
      imageID: hasStarted ? `${image.split(':')[0]}@sha256:${sha256Text(image)}` : '',
      ...(hasStarted ? { containerID } : {}),
      ready: false,
      restartCount: 0,
      state: ephemeralStateOf(run, containerID),
      lastState: {},
    };
  });
  return statuses.length === 0 ? {} : { ephemeralContainerStatuses: statuses };
};

const phaseOf = (life: PodRuntime): PodStatus['phase'] => {
  if (life.step === 'ended') return life.lastExit?.exitCode === 0 ? 'Succeeded' : 'Failed';
  return life.startedAt === undefined ? 'Pending' : 'Running';
};

/** Cluster IP of the pod. */
const addressOf = (uid: string): string => {
  const number = fnv1a(uid);
  return `10.244.${number % 250}.${1 + (Math.floor(number / 250) % 250)}`;
};

/** Current pod status as reported by the kubelet. */
const podStatus = (pod: Pod, life: PodRuntime, hostIP: string | undefined): PodStatus => {
  if (life.scheduledAt === undefined) {
    const why = { reason: 'Unschedulable', message: life.unschedulable ?? '' };
    const conditions =
      life.unschedulable === undefined ? [] : [condition('PodScheduled', false, life.createdAt, why)];
    return { phase: 'Pending', conditions, qosClass: 'Burstable' };
  }
  const time = life.turnedAt ?? life.startedAt ?? life.scheduledAt;
  const unready =
    life.step === 'ended'
      ? { reason: 'PodCompleted' }
      : {
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${pod.spec.containers[0]?.name ?? ''}]`,
        };
  const ready = (type: string): ObjectCondition =>
    condition(type, life.isReady, time, life.isReady ? {} : unready);
  const podIP = life.startedAt === undefined ? undefined : addressOf(life.uid);
  return {
    phase: phaseOf(life),
    conditions: [
      condition('PodReadyToStartContainers', podIP !== undefined, life.startedAt ?? life.scheduledAt),
      condition('Initialized', true, life.scheduledAt),
      ready('Ready'),
      ready('ContainersReady'),
      condition('PodScheduled', true, life.scheduledAt),
    ],
    containerStatuses: containersOf(pod, life),
    ...ephemeralStatuses(pod, life),
    qosClass: 'Burstable',
    startTime: rfc3339Seconds(life.scheduledAt),
    ...defined({ hostIP }),
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
  };
};
