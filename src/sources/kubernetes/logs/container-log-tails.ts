import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { LineSplitter, splitLines } from '../../../logs/reading/line-splitter.ts';
import { olderLogLines, type PastLogReader } from '../../../logs/reading/older-log-lines.ts';
import type { LogEvent, ResumePoint, Tail } from '../../../logs/reading/tail.ts';
import {
  createLogEventReader,
  createTimestampSplitter,
  type LogEventReader,
  lineEvent,
  parseLogMark,
  type TimestampedLine,
} from '../../../logs/reading/timestamped-log.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { ForbiddenError } from '../../kit/contract/kube-api-errors.ts';
import { field, list, number, text } from '../../kit/values/wire-value.ts';
import { apiResources, objectPath, parseObjectRef } from '../api/api-resources.ts';
import type { KubeClient } from '../api/client.ts';
import { parseMeta } from '../api/object-meta.ts';
import { type KubeParts, resolveNamespaces } from '../api/parts.ts';
import type { PodSummary } from '../pod/container-summary.ts';
import { parseContainerState, type Termination } from '../pod/container-summary.ts';
import { listTargetPods } from '../pod/target-pods.ts';
import { containerLogPath, resumeLogPath } from './log-path.ts';

/** State of a container for the purpose of reading its log. */
interface ContainerRun {
  /** Number of restarts; identifies the current run. */
  readonly restartCount: number;
  /** 'exit 137, OOMKilled': how the previous run ended, if known. */
  readonly lastTermination?: string;
  /** The reason the container has not started: 'ContainerCreating', 'ImagePullBackOff: Back-off pulling …'. */
  readonly waitingReason?: string;
  readonly startedAt?: number;
}

const containerStatusFields = [
  'containerStatuses',
  'initContainerStatuses',
  'ephemeralContainerStatuses',
] as const;

/**
 * Returns the current run of a container from its pod. Throws WireError `missing` when the pod with that uid no longer
 * exists.
 */
const parseContainerRun = (pod: unknown, uid: string, container: string): ContainerRun => {
  if (parseMeta(pod).uid !== uid)
    throw new WireError('missing', 'the pod was replaced, and another pod has that name now');
  const status = field(pod, 'status');
  const raw = containerStatusFields
    .flatMap((kind) => list(field(status, kind)))
    .find((value) => text(field(value, 'name')) === container);
  const { restarts, waiting, terminated, last, startedAt } = parseContainerState(raw);
  const started = Date.parse(text(startedAt) ?? '');
  const waits = last !== undefined || terminated !== undefined ? undefined : formatWaiting(raw, waiting);
  return {
    restartCount: number(field(raw, 'restartCount')) ?? restarts,
    ...(last === undefined ? {} : { lastTermination: formatTermination(last) }),
    ...defined({ waitingReason: waits }),
    ...(Number.isNaN(started) ? {} : { startedAt: started }),
  };
};

/** 'exit 137, OOMKilled' */
const formatTermination = ({ exitCode, reason }: Termination): string =>
  reason === '' || reason === 'Error' || reason === 'Completed'
    ? `exit ${exitCode}`
    : `exit ${exitCode}, ${reason}`;

/** 'ContainerCreating'; a container without any state is waiting for a node. */
const formatWaiting = (
  raw: unknown,
  waiting: { readonly reason: string; readonly message: string } | undefined,
): string | undefined => {
  if (raw === undefined) return 'Pending';
  if (waiting === undefined) return undefined;
  return [waiting.reason || 'Waiting', waiting.message].filter((part) => part !== '').join(': ');
};

/**
 * Reads the pod and returns the run. Undefined when reading pods is forbidden: the log is readable without it. Throws
 * WireError.
 */
const fetchContainerRun = async (
  client: KubeClient,
  pod: { readonly namespace: string; readonly name: string; readonly uid: string },
  container: string,
  signal: AbortSignal,
): Promise<ContainerRun | undefined> => {
  try {
    return parseContainerRun(
      await client.get(objectPath(apiResources.pod, pod.namespace, pod.name), signal),
      pod.uid,
      container,
    );
  } catch (error) {
    if (error instanceof ForbiddenError) return undefined;
    throw error;
  }
};

/** The log at a path; `fallback` is emitted instead when that run is no longer kept. */
interface ReadLogStep {
  readonly is: 'read';
  readonly path: string;
  readonly run?: string;
  readonly fallback?: LogEvent;
}

/** One step of a log stream. */
type TailStep = ReadLogStep | { readonly is: 'event'; readonly event: LogEvent };

const noteStep = (text: string): TailStep => ({ is: 'event', event: { is: 'note', text } });
const previousRunGap: LogEvent = {
  is: 'gap',
  why: 'Kubernetes no longer has the log of the previous container: the last lines may be missing',
};

const isPreviousRunGone = (error: unknown): boolean =>
  error instanceof WireError && /previous terminated container .* not found/.test(error.message);

/** A container that has not started yet is not an internal error: it will start. */
const clarifyLogError = (error: unknown): unknown => {
  if (isPreviousRunGone(error))
    return new WireError('missing', 'Kubernetes no longer has the log of the container before the restart');
  return error instanceof WireError && error.message.includes('is waiting to start')
    ? new WireError('unreachable', error.message)
    : error;
};

/** The container of a log stream and its location. */
interface ContainerLogSource {
  readonly parts: KubeParts;
  readonly pod: PodSummary;
  readonly container: string;
}

const toWall =
  ({ parts: { io } }: ContainerLogSource) =>
  (ms: Millis): Millis =>
    ms + io.clock.wallOffset();

const runField = (nth: number | undefined): { readonly run?: string } =>
  nth === undefined ? {} : { run: String(nth) };

/**
 * Plans the steps of a stream. After a position in a run that has ended come the rest of that run, a note, and the
 * current run. Throws WireError.
 */
const planTailSteps = (
  reading: ContainerLogSource,
  from: ResumePoint,
  run: ContainerRun | undefined,
): readonly TailStep[] => {
  const { pod, container } = reading;
  const step = (how: ResumePoint, nth: number | undefined): ReadLogStep => ({
    is: 'read',
    path: resumeLogPath(pod, container, how, toWall(reading)),
    ...runField(nth),
  });
  const previous = step({ ...from, follow: false, previous: true }, run && run.restartCount - 1);
  if (from.previous === true)
    return run?.restartCount === 0 && run.lastTermination === undefined
      ? [noteStep('this container has not restarted, so there is no log of an earlier container')]
      : [previous];
  if (run?.waitingReason !== undefined)
    throw new WireError('unreachable', `${container} has not started yet: ${run.waitingReason}`);
  const present = step(from, run?.restartCount);
  const known = parseLogMark(from.after)?.run;
  if (run === undefined || known === undefined || known === String(run.restartCount)) return [present];
  const end = run.lastTermination === undefined ? '' : ` (${run.lastTermination})`;
  return [{ ...previous, fallback: previousRunGap }, noteStep(`container restarted${end}`), present];
};

async function* readLogLines(
  { parts: { client } }: ContainerLogSource,
  { path, run, fallback }: ReadLogStep,
  teller: LogEventReader,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const cutter = new LineSplitter();
  teller.run = run;
  try {
    const { chunks } = await client.stream(path, signal);
    for await (const chunk of chunks)
      for (const line of cutter.push(chunk)) for (const event of teller.read(line)) yield event;
    for (const line of cutter.end()) for (const event of teller.read(line)) yield event;
  } catch (error) {
    if (fallback === undefined || !isPreviousRunGone(error)) throw error;
    teller.hasReportedGap = true;
    yield fallback;
  }
}

async function* readStampedLines(
  { parts: { client } }: ContainerLogSource,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<TimestampedLine, void, undefined> {
  const read = createTimestampSplitter();
  const { chunks } = await client.stream(path, signal);
  for await (const line of splitLines(chunks)) yield read(line);
}

/** The logs that the API keeps of a container: the current run and the previous one. */
const pastContainerLog = (
  reading: ContainerLogSource,
  run: ContainerRun | undefined,
  signal: AbortSignal,
): PastLogReader => {
  const { parts, pod, container } = reading;
  return {
    now: () => parts.client.wallNow(),
    toWriter: toWall(reading),
    event: (line, mark) => lineEvent(line, mark, parts.io.clock.wallOffset()),
    read: async function* ({ since }) {
      const query = (more: Readonly<Record<string, string>>): string =>
        containerLogPath(pod, container, {
          ...more,
          ...(since === undefined ? {} : { sinceTime: new Date(since).toISOString() }),
        });
      try {
        if (run?.lastTermination !== undefined && (run.startedAt ?? Number.POSITIVE_INFINITY) > (since ?? 0))
          yield* readStampedLines(reading, query({ previous: 'true' }), signal);
      } catch (error) {
        if (!isPreviousRunGone(error)) throw error;
      }
      yield* readStampedLines(reading, query({}), signal);
    },
  };
};

/** The log of one container of a pod, run after run. */
const containerLogTail = (parts: KubeParts, pod: PodSummary, container: string, stream: string): Tail => {
  const { client, io } = parts;
  const reading: ContainerLogSource = { parts, pod, container };
  return {
    stream,
    uid: `${pod.uid}/${container}`,
    open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
      try {
        const run = await fetchContainerRun(client, pod, container, signal);
        const teller = createLogEventReader(from, io.clock.wallOffset());
        for (const step of planTailSteps(reading, from, run))
          if (step.is === 'event') yield step.event;
          else yield* readLogLines(reading, step, teller, signal);
      } catch (error) {
        const path = resumeLogPath(pod, container, from, toWall(reading));
        if (!signal.aborted) yield { is: 'fault', fault: client.fault(path, clarifyLogError(error)) };
      }
    },
    older: async (before, signal) => {
      try {
        const run = await fetchContainerRun(client, pod, container, signal);
        return await olderLogLines(pastContainerLog(reading, run, signal), before);
      } catch (error) {
        const path = containerLogPath(pod, container, {});
        return {
          events: [{ is: 'fault', fault: client.fault(path, clarifyLogError(error)) }],
          isStart: false,
        };
      }
    },
  };
};

/**
 * Returns a stream for every container of the selected pods in each namespace of the source. Includes ephemeral
 * containers and unfinished init containers; for a pod selected by name, all init containers. Throws WireError,
 * `missing` when no pod matches.
 */
export const containerLogTails = async (
  parts: KubeParts,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const namespaces = await resolveNamespaces(parts, signal);
  const several = namespaces.length > 1 || namespaces[0] === '*';
  const target = of ?? parts.config.selector ?? '';
  const isOne = parseObjectRef(target)?.kind.singular === 'pod';
  const pods = (
    await Promise.all(namespaces.map((namespace) => listTargetPods(parts.client, namespace, target, signal)))
  ).flat();
  if (pods.length === 0)
    throw new WireError(
      'missing',
      `${target === '' ? 'no pods' : `there are no pods of ${target}`} in ${namespaces.join(', ')}`,
    );
  return pods.flatMap((pod) =>
    containersWithLogs(pod, isOne).map((name) =>
      containerLogTail(parts, pod, name, `${several ? `${pod.namespace}/` : ''}${pod.name}/${name}`),
    ),
  );
};

const containersWithLogs = (
  { containers, ephemeral = [] }: PodSummary,
  isAll: boolean,
): readonly string[] => [
  ...containers
    .filter(({ isInit, status }) => isAll || !isInit || status !== 'Completed')
    .map(({ name }) => name),
  ...ephemeral.map(({ name }) => name),
];
