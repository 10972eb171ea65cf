import type { Deployment } from '../instances/deployment.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import type { Pod } from '../spec/cluster-objects.ts';
import { mainContainerOf } from '../spec/cluster-objects.ts';
import type { Release } from '../spec/release.ts';
import { containerIdOf, writePodStatus } from './pod-status.ts';
import { maxHeapBytesOf } from './resource-usage.ts';
import type { ClusterContext } from './state/cluster-context.ts';
import { rfc3339Seconds } from './state/names.ts';
import type { ContainerExit, PodRuntime } from './state/pod-runtime.ts';

/** Puts the pod's process into service: the instance responds, the dependency is up. */
export const bindPod = ({ env, isInstant: isHurried }: ClusterContext, life: PodRuntime): void => {
  if (life.instance !== undefined) {
    life.instance.running = true;
    life.instance.databasePassword = life.databasePassword;
  }
  const dependency = env.dependencies.get(life.role.dependency ?? '');
  if (dependency === undefined || isHurried) return;
  dependency.up = true;
  dependency.restarts += 1;
};

/** Takes the pod's process out of service; a dependency goes down with its last pod. */
const unbindPod = ({ env, lives }: ClusterContext, life: PodRuntime): void => {
  if (life.instance !== undefined) life.instance.running = false;
  const dependency = env.dependencies.get(life.role.dependency ?? '');
  if (dependency === undefined) return;
  const others = [...lives.values()].filter(
    ({ role, step, uid }) =>
      uid !== life.uid && role.dependency === life.role.dependency && step === 'running',
  );
  if (others.length === 0) dependency.up = false;
};

/** The pool sizes in the environment of a container, as the services of the saga platform read them. */
const poolSizesOf = (pod: Pod): Pick<ServiceInstance, 'poolMaxOverride' | 'poolIdleOverride'> => {
  const countIn = (variable: string): number | undefined => {
    const text = mainContainerOf(pod).env?.find(({ name }) => name === variable)?.value ?? '';
    return /^\d+$/.test(text) ? Number(text) : undefined;
  };
  return { poolMaxOverride: countIn('DB_MAX_OPEN_CONNS'), poolIdleOverride: countIn('DB_MAX_IDLE_CONNS') };
};

const stand = (
  ground: ClusterContext,
  life: PodRuntime,
  pod: Pod,
  instance: ServiceInstance,
  release: Release,
): void => {
  life.instance = instance;
  instance.release = release;
  instance.heapMaxBytes = maxHeapBytesOf(mainContainerOf(pod)) ?? instance.service.heapMaxBytes;
  if (!ground.isInitialSetup) instance.restart(life.startedAt ?? ground.now);
  Object.assign(instance, poolSizesOf(pod));
  instance.databasePassword = life.databasePassword;
  instance.running = life.step === 'running';
};

/**
 * Assigns a pod to every instance. An instance without a pod gets the one that has waited longest and restarts with it. Surplus
 * pods serve no traffic.
 */
export const bindInstances = (
  ground: ClusterContext,
  service: string,
  releaseOf: (pod: Pod) => Release,
): void => {
  const instances = ground.env.instancesOf(service);
  const deployment = ground.env.deployments.get(service);
  const lives = [...ground.lives.values()].filter(({ role }) => role.service === service);
  for (const life of lives)
    if (life.instance !== undefined && (life.isTerminating || !instances.includes(life.instance)))
      life.instance = undefined;
  const taken = new Set(lives.map(({ instance }) => instance));
  const waiting = lives
    .filter((life) => life.instance === undefined && !life.isTerminating && life.step !== 'ended')
    .sort((a, b) => Number(b.step === 'running') - Number(a.step === 'running') || a.createdAt - b.createdAt);
  for (const instance of instances) {
    if (taken.has(instance)) continue;
    const life = waiting.shift();
    const pod = life && ground.shelves.pods.get(life.namespace, life.name);
    if (life === undefined || pod === undefined) instance.running = false;
    else stand(ground, life, pod, instance, releaseOf(pod));
  }
  if (deployment !== undefined) count(deployment, instances, lives);
};

/** A Service routes to ready pods; without one, callers fail. */
const count = (
  deployment: Deployment,
  instances: readonly ServiceInstance[],
  lives: readonly PodRuntime[],
): void => {
  const standing = new Set(
    lives.flatMap(({ instance, step }) => (instance !== undefined && step === 'running' ? [instance] : [])),
  );
  deployment.readyReplicas = standing.size;
  for (const instance of instances) instance.inService = standing.size === 0 || standing.has(instance);
};

const graceSeconds = 30;
/** Time from SIGTERM to the end of the process. */
const leaveMs = 1000;
/** Run time after which the kubelet resets its back-off. */
const forgetMs = 600_000;

/** Handles the end of a container's process. It restarts by the pod's policy, from the second time with a back-off. */
export const endContainerRun = (
  ground: ClusterContext,
  pod: Pod,
  life: PodRuntime,
  how: Pick<ContainerExit, 'exitCode' | 'reason'>,
): void => {
  const { now } = ground;
  const startedAt = life.startedAt ?? now;
  const isFirst = life.restarts === 0 || now - startedAt > forgetMs;
  life.lastExit = { ...how, startedAt, finishedAt: now, containerId: containerIdOf(life) };
  life.due = Number.POSITIVE_INFINITY;
  life.step = pod.spec.restartPolicy === 'Never' ? 'ended' : 'back-off';
  unbindPod(ground, life);
  if (life.step === 'back-off') {
    if (isFirst) {
      life.backOffMs = 10_000;
      life.due = now + 400;
    } else backOff(ground, pod, life);
  }
  writePodStatus(ground, pod, life);
};

const backOff = (ground: ClusterContext, pod: Pod, life: PodRuntime): void => {
  const { name } = mainContainerOf(pod);
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
  ground.recordEvent(pod, { type: 'Warning', reason: 'BackOff', message, by: 'kubelet', fieldPath });
};

/** Starts the termination of a pod: SIGTERM, then deletion a moment later. */
export const terminatePod = (ground: ClusterContext, pod: Pod, life: PodRuntime): void => {
  if (life.isTerminating) return;
  const { now } = ground;
  const { name } = mainContainerOf(pod);
  if (life.step === 'running' || life.step === 'starting') {
    const fieldPath = `spec.containers{${name}}`;
    ground.recordEvent(pod, {
      type: 'Normal',
      reason: 'Killing',
      message: `Stopping container ${name}`,
      by: 'kubelet',
      fieldPath,
    });
  }
  life.step = 'terminating';
  life.due = now + (ground.isInstant ? 0 : leaveMs);
  unbindPod(ground, life);
  life.instance = undefined;
  writePodStatus(
    ground,
    {
      ...pod,
      metadata: {
        ...pod.metadata,
        deletionTimestamp: rfc3339Seconds(now + graceSeconds * 1000),
        deletionGracePeriodSeconds: graceSeconds,
      },
    },
    life,
  );
};

/** Deletes the pod. */
export const removePod = ({ shelves }: ClusterContext, life: PodRuntime): void => {
  shelves.pods.remove(life.namespace, life.name);
};
