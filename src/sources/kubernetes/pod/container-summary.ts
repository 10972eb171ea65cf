import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Fact } from '../../../domain/facts/facts.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { field, list, number, text } from '../../kit/values/wire-value.ts';
import { parseQuantity } from '../api/quantity.ts';
import type { ObjectLabels } from '../api/string-pool.ts';

/** The kept fields of a container: enough for rows, detail and signals. */
export interface ContainerSummary {
  readonly name: string;
  /** 'Running', or the reason it is waiting or terminated. */
  readonly status: string;
  readonly isReady: boolean;
  readonly isInit: boolean;
  /** True: an init container that keeps running (restartPolicy Always). */
  readonly isSidecar?: true;
  /** True: an ephemeral container, added to the running pod for debugging. */
  readonly isEphemeral?: true;
  readonly restarts: number;
  readonly startedAt?: Millis;
  readonly detail?: string;
  /** Time and reason of the last termination. */
  readonly endedAt?: Millis;
  readonly endReason?: string;
  readonly cpuLimit?: number;
  readonly memoryLimit?: number;
  readonly cpuRequest?: number;
  readonly memoryRequest?: number;
}

/** The kept fields of a pod. 10,000 pods must fit in 15 MB, so nothing of the manifest is kept. */
export interface PodSummary {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  /** 'deploy billing'; '' without a controller. */
  readonly owner: string;
  readonly labels: ObjectLabels;
  /** As in kubectl's STATUS column. */
  readonly status: string;
  readonly ready: number;
  readonly wanted: number;
  readonly restarts: number;
  /** True: the pod as a whole is ready, and not terminating. */
  readonly isLive: boolean;
  /** When it was to be gone, its grace period included; absent: it is not being deleted. */
  readonly goneBy?: Millis;
  /** True: its phase is Succeeded, so that whatever ended last ended as intended. */
  readonly hasSucceeded?: true;
  /** True: its phase is Succeeded or Failed, so it takes nothing of its node. */
  readonly hasEnded?: true;
  /** True: it has not been ready since its containers started. */
  readonly isStarting?: true;
  /** Time from the start of its containers within which it need not be ready; absent: a minute. */
  readonly startGraceMs?: Millis;
  readonly startedAt?: Millis;
  /** Creation time; kept until a kubelet has started the pod. */
  readonly createdAt?: Millis;
  readonly detail?: string;
  /** Fields that its row has as they are. */
  readonly rowFields: Partial<Omit<Workload, keyof Fact>>;
  readonly containers: readonly ContainerSummary[];
  /** Ephemeral containers (debugging), which have no say in the state of the pod; absent: none. */
  readonly ephemeral?: readonly ContainerSummary[];
}

/** Converts a cluster timestamp to our clock. */
export type TimestampConverter = (time: unknown) => Millis | undefined;

/** State of a container as the kubelet reports it; all fields are optional. */
export interface ContainerRuntimeState {
  readonly name: string;
  readonly isReady: boolean;
  readonly hasStarted: boolean;
  readonly restarts: number;
  readonly waiting?: { readonly reason: string; readonly message: string };
  readonly terminated?: Termination;
  readonly isRunning: boolean;
  readonly startedAt?: unknown;
  readonly last?: Termination;
}

export interface Termination {
  readonly reason: string;
  readonly message: string;
  readonly exitCode: number;
  readonly signal: number;
  readonly finishedAt: unknown;
}

const parseTermination = (raw: unknown): Termination | undefined =>
  raw === undefined || raw === null
    ? undefined
    : {
        reason: text(field(raw, 'reason')) ?? '',
        message: text(field(raw, 'message')) ?? '',
        exitCode: number(field(raw, 'exitCode')) ?? 0,
        signal: number(field(raw, 'signal')) ?? 0,
        finishedAt: field(raw, 'finishedAt'),
      };

export const parseContainerState = (raw: unknown): ContainerRuntimeState => {
  const state = field(raw, 'state');
  const waiting = field(state, 'waiting');
  const running = field(state, 'running');
  const ended = parseTermination(field(state, 'terminated'));
  const last = parseTermination(field(field(raw, 'lastState'), 'terminated'));
  return {
    name: text(field(raw, 'name')) ?? '',
    isReady: field(raw, 'ready') === true,
    hasStarted: field(raw, 'started') === true,
    restarts: number(field(raw, 'restartCount')) ?? 0,
    isRunning: running !== undefined,
    ...(running === undefined ? {} : { startedAt: field(running, 'startedAt') }),
    ...(waiting === undefined
      ? {}
      : {
          waiting: {
            reason: text(field(waiting, 'reason')) ?? '',
            message: text(field(waiting, 'message')) ?? '',
          },
        }),
    ...defined({ terminated: ended, last }),
  };
};

/** 'OOMKilled', 'Signal:9', 'ExitCode:1': the reason of a termination. */
export const terminationReason = ({ reason, signal, exitCode }: Termination): string =>
  reason !== '' ? reason : signal !== 0 ? `Signal:${signal}` : `ExitCode:${exitCode}`;

/** 'exit 137 (OOMKilled)' */
const terminationDetail = ({ exitCode, reason, message }: Termination): string => {
  const why = reason === '' || reason === 'Error' || reason === 'Completed' ? '' : ` (${reason})`;
  const messageText = message === '' ? '' : `: ${oneLine(message, 80)}`;
  return `exit ${exitCode}${why}${messageText}`;
};

/** The kubelet's message repeats container, pod and uid, which the row shows already. */
const waitingDetail = (message: string): string =>
  oneLine(message.replace(/ ?(failed )?container=\S+ pod=\S+$/, ' failed container'), 160);

const containerDetail = ({ waiting, terminated: ended, last }: ContainerRuntimeState): string | undefined => {
  if (waiting !== undefined) {
    const parts = [last === undefined ? '' : terminationDetail(last), waitingDetail(waiting.message)];
    const words = parts.filter((part) => part !== '').join('; ');
    return words === '' ? undefined : words;
  }
  if (ended !== undefined)
    return ended.exitCode === 0 && ended.signal === 0 ? undefined : terminationDetail(ended);
  return last === undefined || (last.exitCode === 0 && last.signal === 0)
    ? undefined
    : `previously: ${terminationDetail(last)}`;
};

const parseResources = (spec: unknown) => {
  const resources = field(spec, 'resources');
  const limits = field(resources, 'limits');
  const requests = field(resources, 'requests');
  const amounts = {
    cpuLimit: parseQuantity(field(limits, 'cpu')),
    memoryLimit: parseQuantity(field(limits, 'memory')),
    cpuRequest: parseQuantity(field(requests, 'cpu')),
    memoryRequest: parseQuantity(field(requests, 'memory')),
  };
  return Object.fromEntries(Object.entries(amounts).filter(([, value]) => value !== undefined));
};

interface SummaryOptions {
  readonly isInit: boolean;
  readonly toClock: TimestampConverter;
  /** Status of a container without a state. */
  readonly otherwise: string;
}

/** Summarizes containers, including sidecars and init containers with a problem. */
export const summarizeContainers = (
  specs: unknown,
  states: readonly ContainerRuntimeState[],
  { isInit, toClock, otherwise }: SummaryOptions,
): readonly ContainerSummary[] =>
  list(specs).flatMap((spec): readonly ContainerSummary[] => {
    const name = text(field(spec, 'name')) ?? '';
    const state = states.find((candidate) => candidate.name === name);
    const ended = state?.terminated ?? state?.last;
    const startedAt = toClock(state?.startedAt);
    const endedAt = toClock(ended?.finishedAt);
    const detail = state && containerDetail(state);
    return [
      {
        name,
        status: state === undefined ? otherwise : containerStatusText(state),
        isReady: state?.isReady === true,
        isInit,
        ...(isInit && field(spec, 'restartPolicy') === 'Always' ? { isSidecar: true } : {}),
        restarts: state?.restarts ?? 0,
        ...defined({ startedAt, detail, endedAt }),
        ...(ended === undefined ? {} : { endReason: terminationReason(ended) }),
        ...parseResources(spec),
      },
    ];
  });

const containerStatusText = ({ waiting, terminated: ended, isRunning }: ContainerRuntimeState): string => {
  if (waiting !== undefined && waiting.reason !== '') return waiting.reason;
  if (ended !== undefined) return terminationReason(ended);
  return isRunning ? 'Running' : 'Waiting';
};
