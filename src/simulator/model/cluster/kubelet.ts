import { ContainerLog } from '../logs/container-log.ts';
import type { DeployedSpec } from '../spec/cluster.ts';
import type { ContainerSpec, KubeObject, NodeObject, Pod, PodSpec } from '../spec/cluster-objects.ts';
import { mainContainerOf } from '../spec/cluster-objects.ts';
import { syncEphemeralContainers } from './ephemeral-containers.ts';
import { pullFault } from './image-pull.ts';
import { containerReadyLines, containerStartLines, matchStartFault, startFaultLines } from './pod-logs.ts';
import { writePodStatus } from './pod-status.ts';
import { bindPod, endContainerRun, removePod } from './pod-termination.ts';
import { parseMemoryQuantity, workingSetOf } from './resource-usage.ts';
import type { ClusterContext } from './state/cluster-context.ts';
import type { PodRuntime } from './state/pod-runtime.ts';

/** CPU (cores) and memory (bytes) requests of a pod. */
const requestsOf = ({ containers }: PodSpec): { readonly cpu: number; readonly memory: number } => ({
  cpu: containers.reduce(
    (sum, { resources }) => sum + (parseMemoryQuantity(resources?.requests?.cpu) ?? 0),
    0,
  ),
  memory: containers.reduce(
    (sum, { resources }) => sum + (parseMemoryQuantity(resources?.requests?.memory) ?? 0),
    0,
  ),
});

interface NodeCapacity {
  readonly node: NodeObject;
  readonly cpu: number;
  readonly memory: number;
}

const roomOn = (node: NodeObject, pods: readonly Pod[]): NodeCapacity => {
  const requests = pods
    .filter((pod) => pod.spec.nodeName === node.metadata.name)
    .map((pod) => requestsOf(pod.spec));
  const { allocatable } = node.status;
  return {
    node,
    cpu: (parseMemoryQuantity(allocatable.cpu) ?? 0) - requests.reduce((sum, { cpu }) => sum + cpu, 0),
    memory:
      (parseMemoryQuantity(allocatable.memory) ?? 0) - requests.reduce((sum, { memory }) => sum + memory, 0),
  };
};

/** The node with the most free memory that fits the pod, or the scheduler's reason why none does. */
const selectNode = (ground: ClusterContext, pod: Pod): NodeObject | string => {
  const nodes = ground.shelves.nodes.list();
  const living = [...ground.shelves.pods.all()].filter(({ status }) => status.phase !== 'Succeeded');
  const rooms = nodes.filter(({ spec }) => spec.unschedulable !== true).map((node) => roomOn(node, living));
  const need = requestsOf(pod.spec);
  const fitting = rooms.filter((room) => room.cpu >= need.cpu && room.memory >= need.memory);
  const best = fitting.sort((a, b) => b.memory - a.memory)[0];
  if (best !== undefined) return best.node;
  const short = (lacks: boolean, what: string): readonly string[] => (lacks ? [what] : []);
  const lacking = (of: 'cpu' | 'memory'): number => rooms.filter((room) => room[of] < need[of]).length;
  const cordoned = nodes.length - rooms.length;
  const why = [
    ...short(cordoned > 0, `${cordoned} node(s) were unschedulable`),
    ...short(lacking('cpu') > 0, `${lacking('cpu')} Insufficient cpu`),
    ...short(lacking('memory') > 0, `${lacking('memory')} Insufficient memory`),
  ];
  return `0/${nodes.length} nodes are available: ${why.join(', ')}. preemption: 0/${nodes.length} nodes are available: ${nodes.length} No preemption victims found for incoming pod.`;
};

const dataOf = (object: KubeObject | undefined): readonly (readonly [string, unknown])[] => {
  if (object === undefined || !('data' in object)) return [];
  const { data } = object;
  return typeof data === 'object' && data !== null ? Object.entries(data) : [];
};

/** Files that a container mounts from its ConfigMap when it starts: path → text. */
const mountedFiles = (
  { shelves }: Pick<ClusterContext, 'shelves'>,
  { namespace }: PodRuntime,
  deployed: DeployedSpec | undefined,
): ReadonlyMap<string, string> => {
  const files = deployed?.configFiles;
  if (files === undefined) return new Map();
  const keys = dataOf(shelves.configmaps.get(namespace, files.configMap));
  return new Map(keys.map(([key, text]) => [`${files.dir}/${key}`, String(text)]));
};

/** The container's database password from its Secret; undefined if it has none. */
const databasePassword = (
  { shelves }: Pick<ClusterContext, 'shelves'>,
  { namespace }: PodRuntime,
  { env = [] }: ContainerSpec,
): string | undefined => {
  const ref = env.find(({ name }) => /PASSWORD$/.test(name))?.valueFrom?.secretKeyRef;
  if (ref === undefined) return undefined;
  const [, held] = dataOf(shelves.secrets.get(namespace, ref.name)).find(([key]) => key === ref.key) ?? [];
  return held === undefined ? undefined : Buffer.from(String(held), 'base64').toString('utf8');
};

const createMs = 500;
const defaultStartMs = 1500;
/** Time until a process fails to start. */
const failMs = 900;
const never = Number.POSITIVE_INFINITY;

const deployedOf = ({ spec }: ClusterContext, { role }: PodRuntime) => spec.services[role.service ?? ''];

const schedule = (ground: ClusterContext, pod: Pod, life: PodRuntime): void => {
  const selected = pod.spec.nodeName === undefined ? selectNode(ground, pod) : pod.spec.nodeName;
  const by = 'default-scheduler';
  if (typeof selected === 'string' && pod.spec.nodeName === undefined) {
    life.unschedulable = selected;
    life.due = ground.now + 5000;
    ground.recordEvent(pod, { type: 'Warning', reason: 'FailedScheduling', message: selected, by });
    writePodStatus(ground, pod, life);
    return;
  }
  const node = typeof selected === 'string' ? selected : selected.metadata.name;
  life.unschedulable = undefined;
  life.scheduledAt = ground.now;
  life.step = 'creating';
  life.due = ground.now + (ground.isInstant ? 0 : createMs);
  const message = `Successfully assigned ${life.namespace}/${life.name} to ${node}`;
  ground.recordEvent(pod, { type: 'Normal', reason: 'Scheduled', message, by });
  writePodStatus(ground, { ...pod, spec: { ...pod.spec, nodeName: node } }, life);
};

const pull = (ground: ClusterContext, pod: Pod, life: PodRuntime): void => {
  const { image } = mainContainerOf(pod);
  const fault = pullFault(ground.spec, image);
  const recordEvent = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    ground.recordEvent(pod, { type, reason, message, by: 'kubelet' });
  if (fault === undefined) {
    recordEvent('Normal', 'Pulled', `Container image "${image}" already present on machine`);
    start(ground, pod, life);
    return;
  }
  const isFirst = life.step === 'creating' || life.waiting?.reason === 'ImagePullBackOff';
  life.step = 'no-image';
  life.waiting = isFirst
    ? { reason: 'ErrImagePull', message: fault }
    : { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${fault}` };
  if (isFirst) {
    recordEvent('Warning', 'Failed', `Failed to pull image "${image}": ${fault}`);
    life.due = ground.now + 1000;
  } else {
    recordEvent('Normal', 'BackOff', `Back-off pulling image "${image}"`);
    life.due = ground.now + life.backOffMs;
    life.backOffMs = Math.min(300_000, life.backOffMs * 2);
  }
  writePodStatus(ground, pod, life);
};

const start = (ground: ClusterContext, pod: Pod, life: PodRuntime): void => {
  const { now } = ground;
  const container = mainContainerOf(pod);
  const deployed = deployedOf(ground, life);
  life.waiting = undefined;
  if (life.startedAt !== undefined) {
    life.restarts += 1;
    life.previousLog = life.log;
    life.log = new ContainerLog();
  }
  life.startedAt = now;
  life.step = 'starting';
  life.mounted = mountedFiles(ground, life, deployed);
  life.databasePassword = databasePassword(ground, life, container);
  life.leaked = { bytes: life.leak?.atStart ?? 0, at: now };
  if (!ground.isInitialSetup) life.instance?.restart(now);
  for (const line of containerStartLines(ground, life, container, now)) life.log.write(now, line);
  const name = container.name;
  const fieldPath = `spec.containers{${name}}`;
  ground.recordEvent(pod, {
    type: 'Normal',
    reason: 'Created',
    message: `Created container: ${name}`,
    by: 'kubelet',
    fieldPath,
  });
  ground.recordEvent(pod, {
    type: 'Normal',
    reason: 'Started',
    message: `Started container ${name}`,
    by: 'kubelet',
    fieldPath,
  });
  const fails = matchStartFault(deployed, container) !== undefined;
  const takes = fails ? failMs : (deployed?.startMs ?? defaultStartMs);
  life.due = now + (ground.isInstant && !fails ? 0 : takes);
  writePodStatus(ground, pod, life);
};

const started = (ground: ClusterContext, pod: Pod, life: PodRuntime): void => {
  const { now } = ground;
  const container = mainContainerOf(pod);
  const deployed = deployedOf(ground, life);
  const fault = matchStartFault(deployed, container);
  if (fault !== undefined) {
    for (const line of startFaultLines(ground, life, fault)) life.log.write(now, line);
    endContainerRun(ground, pod, life, { exitCode: 1, reason: 'Error' });
    return;
  }
  for (const line of containerReadyLines(ground, life, container, now)) life.log.write(now, line);
  life.step = 'running';
  life.due = pod.spec.restartPolicy === 'Never' ? now + 2000 : never;
  bindPod(ground, life);
  writePodStatus(ground, pod, life);
};

/** Returns true when memory has passed the limit; checked once a second. */
const isOutgrown = ({ env, now }: ClusterContext, pod: Pod, life: PodRuntime): boolean => {
  if (life.step !== 'running' || now % 1000 >= 100) return false;
  const limit = parseMemoryQuantity(mainContainerOf(pod).resources?.limits?.memory);
  return limit !== undefined && (workingSetOf(env, life) ?? 0) >= limit;
};

/** Advances one pod to the current time. */
export const syncPod = (ground: ClusterContext, pod: Pod, life: PodRuntime): void => {
  syncEphemeralContainers(ground, pod, life);
  if (ground.now < life.due) {
    if (isOutgrown(ground, pod, life))
      endContainerRun(ground, pod, life, { exitCode: 137, reason: 'OOMKilled' });
    else if (life.isReady !== life.shownReady) writePodStatus(ground, pod, life);
    return;
  }
  if (life.step === 'pending') schedule(ground, pod, life);
  else if (life.step === 'creating' || life.step === 'no-image') pull(ground, pod, life);
  else if (life.step === 'starting') started(ground, pod, life);
  else if (life.step === 'back-off') start(ground, pod, life);
  else if (life.step === 'terminating') removePod(ground, life);
  else if (life.step === 'running') endContainerRun(ground, pod, life, { exitCode: 0, reason: 'Completed' });
};
