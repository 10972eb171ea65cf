import type { Millis } from '../../../domain/fault.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import { field, list, text } from '../../wire-value.ts';
import { type Condition, conditionsOf, controllerOf, labelsOf, metaOf } from '../meta.ts';
import type { Strings } from '../strings.ts';
import type { SlimContainer, SlimPod } from './container.ts';
import { type ContainerState, endWord, slimContainers, stateOf, type ToClock } from './container.ts';

/** What a pod's STATUS is made of. */
interface PodState {
  readonly phase: string;
  /** Of the pod as a whole: 'Evicted', 'NodeLost'. */
  readonly reason: string;
  readonly isDeleted: boolean;
  readonly conditions: readonly Condition[];
  /** Init containers in order; `isSidecar`: one that is to run on (restartPolicy Always). */
  readonly init: readonly { readonly isSidecar: boolean; readonly state?: ContainerState }[];
  readonly containers: readonly ContainerState[];
  readonly wanted: number;
}

interface PodWord {
  readonly status: string;
  readonly ready: number;
  readonly restarts: number;
}

const holds = (conditions: readonly Condition[], type: string): boolean =>
  conditions.some((one) => one.type === type && one.status === 'True');

const isTerminal = (phase: string): boolean => phase === 'Failed' || phase === 'Succeeded';

/**
 * The words and numbers of a line of `kubectl get pods`: STATUS, READY, RESTARTS.
 * Source: what kubectl 1.33 prints for each state, and kubernetes.io, "Pod Lifecycle".
 */
const podWord = (pod: PodState): PodWord => {
  const begun = begin(pod);
  const main = begun.isInitializing && !holds(pod.conditions, 'Initialized') ? begun : run(pod, begun);
  return { ...main, status: ending(pod) ?? main.status };
};

const ending = ({ isDeleted, reason, phase }: PodState): string | undefined => {
  if (!isDeleted) return undefined;
  if (reason === 'NodeLost') return 'Unknown';
  return isTerminal(phase) ? undefined : 'Terminating';
};

interface Begun extends PodWord {
  readonly isInitializing: boolean;
  readonly sidecarRestarts: number;
}

/** Up to the first init container that has not done its work. */
const begin = ({ phase, reason, conditions, init }: PodState): Begun => {
  const isGated = conditions.some((one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated');
  const word = isGated ? 'SchedulingGated' : reason === '' ? phase : reason;
  let [ready, restarts, sidecarRestarts] = [0, 0, 0];
  for (const [index, { isSidecar, state }] of init.entries()) {
    if (state === undefined) continue;
    restarts += state.restarts;
    if (isSidecar) sidecarRestarts += state.restarts;
    if (state.terminated?.exitCode === 0) continue;
    if (isSidecar && state.hasStarted) {
      if (state.isReady) ready++;
      continue;
    }
    const status = `Init:${initWord(state) ?? `${index}/${init.length}`}`;
    return { status, ready, restarts, sidecarRestarts, isInitializing: true };
  }
  return { status: word, ready, restarts, sidecarRestarts, isInitializing: false };
};

const initWord = ({ terminated, waiting }: ContainerState): string | undefined => {
  if (terminated !== undefined) return endWord(terminated);
  const reason = waiting?.reason ?? '';
  return reason === '' || reason === 'PodInitializing' ? undefined : reason;
};

/** Once initialised, the first container that is not simply running gives the word. */
const run = ({ containers, conditions }: PodState, begun: Begun): PodWord => {
  let { status, ready } = begun;
  let restarts = begun.sidecarRestarts;
  let hasRunning = false;
  for (const state of containers.toReversed()) {
    restarts += state.restarts;
    if (state.waiting !== undefined && state.waiting.reason !== '') status = state.waiting.reason;
    else if (state.terminated !== undefined) status = endWord(state.terminated);
    else if (state.isReady && state.isRunning) {
      hasRunning = true;
      ready++;
    }
  }
  if (status === 'Completed' && hasRunning) status = holds(conditions, 'Ready') ? 'Running' : 'NotReady';
  return { status, ready, restarts };
};

/** A pod of the API as it is kept. Throws WireError `malformed` for what is none. Source: Kubernetes API, core/v1 Pod. */
export const parsePod = (raw: unknown, strings: Strings, toClock: ToClock): SlimPod => {
  const { uid, name, namespace } = metaOf(raw);
  const [metadata, spec, status] = [field(raw, 'metadata'), field(raw, 'spec'), field(raw, 'status')];
  const conditions = conditionsOf(raw);
  const initStates = list(field(status, 'initContainerStatuses')).map(stateOf);
  const states = list(field(status, 'containerStatuses')).map(stateOf);
  const init = list(field(spec, 'initContainers')).map((one) => {
    const state = initStates.find((each) => each.name === text(field(one, 'name')));
    return { isSidecar: field(one, 'restartPolicy') === 'Always', ...(state === undefined ? {} : { state }) };
  });
  const state: PodState = {
    phase: text(field(status, 'phase')) ?? 'Unknown',
    reason: text(field(status, 'reason')) ?? '',
    isDeleted: field(metadata, 'deletionTimestamp') !== undefined,
    conditions,
    init,
    containers: states,
    wanted: list(field(spec, 'containers')).length + init.filter((one) => one.isSidecar).length,
  };
  const word = podWord(state);
  const labels = labelsOf(field(metadata, 'labels'));
  const containers = [
    ...slimContainers(field(spec, 'initContainers'), initStates, true, toClock),
    ...slimContainers(field(spec, 'containers'), states, false, toClock),
  ].map((one) => shared(one, strings));
  const ephemeral = list(field(spec, 'ephemeralContainers')).map((one) => text(field(one, 'name')) ?? '');
  const startedAt = toClock(field(status, 'startTime'));
  const detail = podDetail(word.status, text(field(status, 'message')), conditions, containers);
  return {
    uid,
    name,
    namespace: strings.text(namespace),
    node: strings.text(text(field(spec, 'nodeName')) ?? ''),
    owner: strings.text(ownerWords(raw, labels)),
    labels: strings.labels(labels),
    status: strings.text(word.status),
    ready: word.ready,
    wanted: state.wanted,
    restarts: word.restarts,
    isLive: !state.isDeleted && conditions.some((one) => one.type === 'Ready' && one.status === 'True'),
    ...(isStarting(conditions, containers, toClock) ? { isStarting: true } : {}),
    ...(startedAt === undefined ? created(toClock(field(metadata, 'creationTimestamp'))) : { startedAt }),
    ...(detail === undefined ? {} : { detail: strings.text(detail) }),
    containers,
    ...(ephemeral.length === 0 ? {} : { ephemeral }),
  };
};

const created = (createdAt: Millis | undefined): Pick<SlimPod, 'createdAt'> =>
  createdAt === undefined ? {} : { createdAt };

/** It was made unready before the youngest of its containers began, and has not become ready since. */
const isStarting = (
  conditions: readonly Condition[],
  containers: readonly SlimContainer[],
  toClock: ToClock,
): boolean => {
  const ready = conditions.find((one) => one.type === 'Ready');
  const since = toClock(ready?.since);
  const began = containers.flatMap((one) => (one.isInit ? [] : (one.startedAt ?? [])));
  return ready?.status === 'False' && since !== undefined && began.some((at) => at >= since);
};

const shared = (one: SlimContainer, strings: Strings): SlimContainer => ({
  ...one,
  name: strings.text(one.name),
  status: strings.text(one.status),
  ...(one.detail === undefined ? {} : { detail: strings.text(one.detail) }),
});

const shortKinds: Readonly<Record<string, string>> = {
  Deployment: 'deploy',
  ReplicaSet: 'rs',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  Job: 'job',
  CronJob: 'cronjob',
};

/**
 * 'deploy billing' of a pod whose ReplicaSet a Deployment made: it calls the set `NAME-HASH` and gives the hash to the
 * pods as a label, so that no ReplicaSet has to be read. Source: kubernetes.io, "Deployments", pod-template-hash.
 */
const ownerWords = (raw: unknown, labels: Readonly<Record<string, string>>): string => {
  const owner = controllerOf(raw);
  if (owner === undefined) return '';
  const hash = labels['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`))
    return `deploy ${owner.name.slice(0, -hash.length - 1)}`;
  return `${shortKinds[owner.kind] ?? owner.kind.toLowerCase()} ${owner.name}`;
};

/** Why the pod is as it is, in a line: of the whole pod, else of the container that gives it its status. */
const podDetail = (
  status: string,
  message: string | undefined,
  conditions: readonly Condition[],
  containers: readonly SlimContainer[],
): string | undefined => {
  if (message !== undefined && message !== '') return oneLine(message, 160);
  const unscheduled = conditions.find((one) => one.type === 'PodScheduled' && one.status === 'False');
  if (unscheduled !== undefined) return oneLine(unscheduled.message, 160);
  const word = status.replace(/^Init:/, '');
  const cause =
    containers.find((one) => one.status === word && one.detail !== undefined) ??
    containers.find((one) => one.detail !== undefined);
  if (cause === undefined) return undefined;
  return containers.length === 1 ? cause.detail : `${cause.name}: ${cause.detail}`;
};
