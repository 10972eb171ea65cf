import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { field, list, text } from '../../kit/values/wire-value.ts';
import {
  type Condition,
  controllerRef,
  parseConditions,
  parseLabels,
  parseMeta,
} from '../api/object-meta.ts';
import type { StringPool } from '../api/string-pool.ts';
import type { ContainerSummary, PodSummary } from './container-summary.ts';
import {
  type ContainerRuntimeState,
  parseContainerState,
  summarizeContainers,
  type TimestampConverter,
  terminationReason,
} from './container-summary.ts';
import { isHealthChecked, startGraceMs } from './start-grace.ts';

/** The inputs of a pod's STATUS. */
interface PodState {
  readonly phase: string;
  /** Reason of the pod as a whole: 'Evicted', 'NodeLost'. */
  readonly reason: string;
  readonly isDeleted: boolean;
  readonly conditions: readonly Condition[];
  /** Init containers in order; `isSidecar`: one with restartPolicy Always. */
  readonly init: readonly { readonly isSidecar: boolean; readonly state?: ContainerRuntimeState }[];
  readonly containers: readonly ContainerRuntimeState[];
  readonly wanted: number;
}

interface PodStatusSummary {
  readonly status: string;
  readonly ready: number;
  readonly restarts: number;
}

const isConditionTrue = (conditions: readonly Condition[], type: string): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === 'True');

/** True for a condition that is False, or Unknown: no kubelet reports it any more. */
const isConditionUntrue = (conditions: readonly Condition[], type: string): boolean =>
  conditions.some((condition) => condition.type === type && condition.status !== 'True');

/** True for a pod whose containers have ended for good. Source: core/v1, PodPhase. */
export const isTerminal = (phase: string): boolean => phase === 'Failed' || phase === 'Succeeded';

/**
 * Computes STATUS, READY and RESTARTS as `kubectl get pods` prints them.
 * Source: output of kubectl 1.33 for each state, and kubernetes.io, "Pod Lifecycle".
 */
const summarizePodStatus = (pod: PodState): PodStatusSummary => {
  const begun = initStatus(pod);
  const main =
    begun.isInitializing && !isConditionTrue(pod.conditions, 'Initialized')
      ? begun
      : runningStatus(pod, begun);
  return { ...main, status: endingStatus(pod) ?? main.status };
};

const endingStatus = ({ isDeleted, reason, phase }: PodState): string | undefined => {
  if (!isDeleted) return undefined;
  if (reason === 'NodeLost') return 'Unknown';
  return isTerminal(phase) ? undefined : 'Terminating';
};

interface InitStatus extends PodStatusSummary {
  readonly isInitializing: boolean;
  readonly sidecarRestarts: number;
}

/** Status up to the first init container that is not done. */
const initStatus = ({ phase, reason, conditions, init }: PodState): InitStatus => {
  const isGated = conditions.some(
    (condition) => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated',
  );
  const word = isGated ? 'SchedulingGated' : reason === '' ? phase : reason;
  let ready = 0;
  let restarts = 0;
  let sidecarRestarts = 0;
  for (const [index, { isSidecar, state }] of init.entries()) {
    if (state === undefined) continue;
    restarts += state.restarts;
    if (isSidecar) sidecarRestarts += state.restarts;
    if (state.terminated?.exitCode === 0) continue;
    if (isSidecar && state.hasStarted) {
      if (state.isReady) ready++;
      continue;
    }
    const status = `Init:${initContainerStatus(state) ?? `${index}/${init.length}`}`;
    return { status, ready, restarts, sidecarRestarts, isInitializing: true };
  }
  return { status: word, ready, restarts, sidecarRestarts, isInitializing: false };
};

const initContainerStatus = ({ terminated, waiting }: ContainerRuntimeState): string | undefined => {
  if (terminated !== undefined) return terminationReason(terminated);
  const reason = waiting?.reason ?? '';
  return reason === '' || reason === 'PodInitializing' ? undefined : reason;
};

/** After initialization, the first container that is not simply running determines the status. */
const runningStatus = ({ containers, conditions }: PodState, begun: InitStatus): PodStatusSummary => {
  let { status, ready } = begun;
  let restarts = begun.sidecarRestarts;
  let hasRunning = false;
  for (const state of containers.toReversed()) {
    restarts += state.restarts;
    if (state.waiting !== undefined && state.waiting.reason !== '') status = state.waiting.reason;
    else if (state.terminated !== undefined) status = terminationReason(state.terminated);
    else if (state.isReady && state.isRunning) {
      hasRunning = true;
      ready++;
    }
  }
  if (status === 'Completed' && hasRunning)
    status = isConditionTrue(conditions, 'Ready') ? 'Running' : 'NotReady';
  return { status, ready, restarts };
};

/** Parses a pod of the API. Throws WireError `malformed` for anything else. Source: Kubernetes API, core/v1 Pod. */
export const parsePod = (raw: unknown, strings: StringPool, toClock: TimestampConverter): PodSummary => {
  const { uid, name, namespace } = parseMeta(raw);
  const metadata = field(raw, 'metadata');
  const spec = field(raw, 'spec');
  const status = field(raw, 'status');
  const conditions = parseConditions(raw);
  const initStates = list(field(status, 'initContainerStatuses')).map(parseContainerState);
  const states = list(field(status, 'containerStatuses')).map(parseContainerState);
  const init = list(field(spec, 'initContainers')).map((value) => {
    const state = initStates.find((each) => each.name === text(field(value, 'name')));
    return {
      isSidecar: field(value, 'restartPolicy') === 'Always',
      ...defined({ state }),
    };
  });
  const state: PodState = {
    phase: text(field(status, 'phase')) ?? 'Unknown',
    reason: text(field(status, 'reason')) ?? '',
    isDeleted: field(metadata, 'deletionTimestamp') !== undefined,
    conditions,
    init,
    containers: states,
    wanted: list(field(spec, 'containers')).length + init.filter((entry) => entry.isSidecar).length,
  };
  const word = summarizePodStatus(state);
  const labels = parseLabels(field(metadata, 'labels'));
  // The containers of a pod that no kubelet has accepted yet have no states, and wait as the pod does.
  const unreported = { toClock, otherwise: state.phase === 'Pending' ? 'Pending' : 'unknown' };
  const containers = [
    ...summarizeContainers(field(spec, 'initContainers'), initStates, { ...unreported, isInit: true }),
    ...summarizeContainers(field(spec, 'containers'), states, { ...unreported, isInit: false }),
  ].map((summarizeContainer) => internContainer(summarizeContainer, strings));
  const ephemeral = parseEphemeralContainers(raw, unreported).map((summary) =>
    internContainer(summary, strings),
  );
  const startedAt = toClock(field(status, 'startTime'));
  const goneBy = toClock(field(metadata, 'deletionTimestamp'));
  const isUnready = word.ready >= state.wanted && !state.isDeleted && isConditionUntrue(conditions, 'Ready');
  const detail =
    podDetail(word.status, text(field(status, 'message')), conditions, containers) ??
    (isUnready ? unreadyDetail(spec, conditions) : undefined);
  const graceMs = startGraceMs(spec);
  return {
    uid,
    name,
    namespace: strings.text(namespace),
    node: strings.text(text(field(spec, 'nodeName')) ?? ''),
    owner: strings.text(podOwnerText(raw, labels)),
    labels: strings.labels(labels),
    status: strings.text(word.status),
    ready: word.ready,
    wanted: state.wanted,
    restarts: word.restarts,
    isLive:
      !state.isDeleted &&
      conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
    ...defined({ goneBy }),
    ...(state.phase === 'Succeeded' ? { hasSucceeded: true } : {}),
    ...(isTerminal(state.phase) ? { hasEnded: true } : {}),
    ...(isStarting(conditions, containers, toClock) ? { isStarting: true } : {}),
    ...defined({ startGraceMs: graceMs }),
    ...(startedAt === undefined
      ? creationTime(toClock(field(metadata, 'creationTimestamp')))
      : { startedAt }),
    ...(detail === undefined ? {} : { detail: strings.text(detail) }),
    rowFields: {
      ...defined({ ip: text(field(status, 'podIP')) || undefined, isHealthChecked: isHealthChecked(spec) }),
      ...(isUnready ? { isUnready } : {}),
    },
    containers,
    ...(ephemeral.length === 0 ? {} : { ephemeral }),
  };
};

/** Ephemeral containers end without a problem: their exit status is that of what a person typed last. */
const parseEphemeralContainers = (
  raw: unknown,
  unreported: { readonly toClock: TimestampConverter; readonly otherwise: string },
): readonly ContainerSummary[] => {
  const states = list(field(field(raw, 'status'), 'ephemeralContainerStatuses')).map(parseContainerState);
  const specs = field(field(raw, 'spec'), 'ephemeralContainers');
  return summarizeContainers(specs, states, { ...unreported, isInit: false }).map((summary) => ({
    ...summary,
    isEphemeral: true,
  }));
};

/** The readiness gates that are not met, otherwise the message of the condition. */
const unreadyDetail = (spec: unknown, conditions: readonly Condition[]): string => {
  const unmet = list(field(spec, 'readinessGates'))
    .map((gate) => text(field(gate, 'conditionType')) ?? '')
    .filter((type) => !isConditionTrue(conditions, type));
  if (unmet.length > 0) return oneLine(`the pod does not meet the readiness gates: ${unmet.join(', ')}`, 160);
  const message = conditions.find(({ type }) => type === 'Ready')?.message ?? '';
  return message === '' ? 'the pod is not ready, although its containers are' : oneLine(message, 160);
};

const creationTime = (createdAt: Millis | undefined): Pick<PodSummary, 'createdAt'> =>
  createdAt === undefined ? {} : { createdAt };

/**
 * True when the pod became unready before its youngest container started, and has not become ready since. A condition without a
 * time says nothing against it.
 */
const isStarting = (
  conditions: readonly Condition[],
  containers: readonly ContainerSummary[],
  toClock: TimestampConverter,
): boolean => {
  const ready = conditions.find((condition) => condition.type === 'Ready');
  const since = toClock(ready?.since);
  const began = containers.flatMap((container) => (container.isInit ? [] : (container.startedAt ?? [])));
  return ready?.status === 'False' && began.some((time) => since === undefined || time >= since);
};

const internContainer = (containerSummary: ContainerSummary, strings: StringPool): ContainerSummary => ({
  ...containerSummary,
  name: strings.text(containerSummary.name),
  status: strings.text(containerSummary.status),
  ...(containerSummary.detail === undefined ? {} : { detail: strings.text(containerSummary.detail) }),
});

const shortKinds: Readonly<Record<string, string>> = {
  Deployment: 'deploy',
  ReplicaSet: 'rs',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  Job: 'job',
  CronJob: 'cronjob',
};

/** The short name of a kind, as in the owner of a pod: 'deploy'. */
export const shortKindText = (kind: string): string => shortKinds[kind] ?? kind.toLowerCase();

/**
 * The workload that a pod belongs to: 'deploy billing'; '' for a pod without a controller. The ReplicaSet of a
 * Deployment is called `NAME-HASH` and its pods carry the hash as a label, so no ReplicaSet has to be read. Source:
 * kubernetes.io, "Deployments", pod-template-hash.
 */
export const podOwnerText = (raw: unknown, labels: Readonly<Record<string, string>>): string => {
  const owner = controllerRef(raw);
  if (owner === undefined) return '';
  const hash = labels['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`))
    return `deploy ${owner.name.slice(0, -hash.length - 1)}`;
  return `${shortKindText(owner.kind)} ${owner.name}`;
};

/**
 * The reason for the state of a pod, in one line: of the pod as a whole, otherwise of the container that determines its
 * status.
 */
const podDetail = (
  status: string,
  message: string | undefined,
  conditions: readonly Condition[],
  containers: readonly ContainerSummary[],
): string | undefined => {
  if (message !== undefined && message !== '') return oneLine(message, 160);
  const unscheduled = conditions.find(
    (condition) => condition.type === 'PodScheduled' && condition.status === 'False',
  );
  if (unscheduled !== undefined) return oneLine(unscheduled.message, 160);
  const word = status.replace(/^Init:/, '');
  const cause =
    containers.find((container) => container.status === word && container.detail !== undefined) ??
    containers.find((container) => container.detail !== undefined);
  if (cause === undefined) return undefined;
  return containers.length === 1 ? cause.detail : `${cause.name}: ${cause.detail}`;
};
