import type { Condition } from '../meta.ts';
import { type ContainerState, endWord } from './container.ts';

/** What a pod's STATUS is made of. */
export interface PodState {
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

export interface PodWord {
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
export const podWord = (pod: PodState): PodWord => {
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
