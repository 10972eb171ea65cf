import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { splitLines } from '../../../logs/reading/line-splitter.ts';
import { olderLogLines, type PastLogReader } from '../../../logs/reading/older-log-lines.ts';
import type { LogEvent, ResumePoint, Tail } from '../../../logs/reading/tail.ts';
import {
  createLogEventReader,
  createTimestampSplitter,
  lineEvent,
  logMarkTime,
  parseLogMark,
  type TimestampedLine,
} from '../../../logs/reading/timestamped-log.ts';
import { RemediedError } from '../../../platform/network/to-fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { Container } from '../containers/container.ts';
import { parseContainer } from '../containers/container.ts';
import { describeAmbiguousProject } from '../containers/container-selection.ts';
import { listContainers } from '../containers/lookup.ts';
import { readDockerEvents } from '../daemon/container-events.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { frameLines, parseFrames, stripInnerTimestamps } from '../daemon/frames.ts';

/**
 * Returns a stream for every selected container: one by its name, or those of a service; absent: all. Throws WireError,
 * `missing` when none matches.
 */
export const dockerTails = async (
  daemon: Daemon,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const containers = await listContainers(daemon, signal);
  const named = containers.filter(({ name }) => name === of);
  const selected =
    of === undefined
      ? containers
      : named.length > 0
        ? named
        : containers.filter(({ service, isOneOff }) => service === of && !isOneOff);
  const several = of === undefined ? undefined : describeAmbiguousProject(selected, of);
  if (several !== undefined)
    throw new RemediedError('unconfigured', several, 'set project: to the Compose project of this source');
  if (selected.length === 0) throw new WireError('missing', describeNoContainers(daemon, of));
  return selected.map((container) => dockerLogTail(daemon, container));
};

const describeNoContainers = ({ config: { project }, name }: Daemon, of: string | undefined): string => {
  const where = project === undefined ? name : `project ${project} at ${name}`;
  return of === undefined ? `${where} has no container` : `${where} has no container or service ${of}`;
};

/** Formats a time for the API: seconds with nine decimals. */
const secondsText = (wallMs: Millis): string => {
  const whole = Math.floor(wallMs / 1000);
  return `${whole}.${String(Math.floor(wallMs - 1000 * whole)).padStart(3, '0')}000000`;
};

/** Overlap read again before a resume position: lines with equal timestamps have no defined order. */
const overlapMs: Millis = 1000;

/** A range of a log; times on the daemon's clock. */
interface ContainerLogRange {
  readonly since?: Millis;
  /** Inclusive. */
  readonly until?: Millis;
  readonly tail?: number;
  readonly follow?: boolean;
}

/** Path of a container log. Source: Docker Engine API, ContainerLogs. */
const logRangePath = (id: string, { since, until, tail, follow = false }: ContainerLogRange): string => {
  const query = new URLSearchParams({
    stdout: '1',
    stderr: '1',
    timestamps: '1',
    tail: tail === undefined ? 'all' : String(tail),
    ...(since === undefined ? {} : { since: secondsText(since) }),
    ...(until === undefined ? {} : { until: secondsText(until) }),
    ...(follow ? { follow: '1' } : {}),
  });
  return `/containers/${id}/logs?${query}`;
};

/** Path of a container log from a resume position. `ahead`: offset of the daemon's clock. */
export const dockerLogPath = (
  id: string,
  { lines, since, after, follow }: ResumePoint,
  ahead: Millis,
): string => {
  const mark = parseLogMark(after);
  const from = mark === undefined ? since && since + ahead : logMarkTime(mark) - overlapMs;
  return logRangePath(id, {
    follow,
    ...defined({ since: from }),
    ...(lines === undefined || mark !== undefined ? {} : { tail: lines }),
  });
};

/** Reads the current state of a container. Throws WireError. */
const inspectContainer = async (daemon: Daemon, id: string, signal: AbortSignal): Promise<Container> =>
  parseContainer(await daemon.getJson(`/containers/${id}/json`, signal));

/** Identifies the current or last run: a container keeps its id and its log across restarts. */
const runIdOf = ({ startedAt = 0 }: Container): string => String(Math.floor(startedAt));

/** Maximum distance between a process's first output and its recorded start time. */
const noteMs: Millis = 250;

/**
 * The time (daemon's clock) from which lines belong to the current run. Its first lines may carry a time slightly
 * before its recorded start, and the last lines of the previous run (`endedAt`) one slightly after its end. The middle
 * of the pause separates both.
 */
const runStartedAt = ({ startedAt = 0, finishedAt = 0 }: Container, endedAt: Millis | undefined): Millis => {
  const before = endedAt ?? (finishedAt < startedAt ? finishedAt : 0);
  return Math.max(startedAt - noteMs, (startedAt + before) / 2);
};

/** The exit of the previous run. */
interface PreviousExit {
  readonly at: Millis;
  /** 'exit 137, OOMKilled' */
  readonly text: string;
}

/**
 * Finds the exit of the previous run in the daemon's events from `since` on; undefined when they no longer contain it.
 */
const findPreviousExit = async (
  daemon: Daemon,
  { name, startedAt = 0 }: Container,
  since: Millis,
  signal: AbortSignal,
): Promise<PreviousExit | undefined> => {
  let end: PreviousExit | undefined;
  let isOutOfMemory = false;
  try {
    for await (const event of readDockerEvents(daemon, { since, until: startedAt }, signal)) {
      if (event.name !== name) continue;
      if (event.action === 'start') isOutOfMemory = false;
      if (event.action === 'oom') isOutOfMemory = true;
      if (event.action === 'die')
        end = { at: event.at, text: `exit ${event.exitCode}${isOutOfMemory ? ', OOMKilled' : ''}` };
    }
  } catch {
    // Only supplements a note, so a failure is ignored.
    return undefined;
  }
  return end;
};

/** Yields the raw lines of a container log with their timestamps. Throws WireError. */
export async function* readContainerLog(
  daemon: Daemon,
  path: string,
  isTerminal: boolean,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const { chunks } = await daemon.getStream(path, signal);
  if (!isTerminal) yield* frameLines(parseFrames(chunks), { stamped: true });
  else for await (const line of splitLines(chunks)) yield stripInnerTimestamps(line);
}

const noPreviousRun: LogEvent = {
  is: 'note',
  text: 'this container has not restarted, so there is no log of an earlier container',
};
/** Limit for the previous run when none is requested. */
const maxPreviousLines = 10_000;
/** A daemon remembers its last 256 events, whatever their age. */
const exitRetentionMs: Millis = 24 * 3_600_000;

const createPastLog = (
  daemon: Daemon,
  { id, hasTty: isTerminal }: Container,
  signal: AbortSignal,
): PastLogReader => ({
  now: () => daemon.now() + daemon.clock.offsetMs(),
  toWriter: (time) => time + daemon.clock.offsetMs(),
  event: (line, mark) => lineEvent(line, mark, daemon.clock.offsetMs()),
  read: async function* (span): AsyncGenerator<TimestampedLine, void, undefined> {
    const read = createTimestampSplitter();
    for await (const line of readContainerLog(daemon, logRangePath(id, span), isTerminal, signal))
      yield read(line);
  },
});

/** Lines written before the current run began: one log contains all runs. */
const previousLines = async (
  daemon: Daemon,
  container: Container,
  { lines = maxPreviousLines }: ResumePoint,
  signal: AbortSignal,
): Promise<readonly LogEvent[]> => {
  const end = await findPreviousExit(daemon, container, (container.startedAt ?? 0) - exitRetentionMs, signal);
  const time = runStartedAt(container, end?.at) - daemon.clock.offsetMs();
  const { events } = await olderLogLines(createPastLog(daemon, container, signal), { at: time, lines });
  return events.length === 0 ? [noPreviousRun] : events;
};

/** For a position in a previous run: the events at the start of the current one. */
const beginning = async (daemon: Daemon, container: Container, from: ResumePoint, signal: AbortSignal) => {
  const ran = parseLogMark(from.after)?.run;
  const run = runIdOf(container);
  if (ran === undefined || ran === run) return { run, ahead: undefined };
  const end = await findPreviousExit(daemon, container, Number(ran), signal);
  const note: LogEvent = {
    is: 'note',
    text: `container restarted${end === undefined ? '' : ` (${end.text})`}`,
  };
  return { run: ran, ahead: { at: runStartedAt(container, end?.at), note, run } };
};

/**
 * Streams stdout and stderr of a container, or its terminal. All runs share one log: after a position in a run that has
 * ended come the rest of it, a note, and the current run.
 */
const dockerLogTail = (daemon: Daemon, { id, name }: Pick<Container, 'id' | 'name'>): Tail => ({
  stream: name,
  uid: id,
  open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
    const ahead = daemon.clock.offsetMs();
    const path = dockerLogPath(id, from, ahead);
    try {
      const container = await inspectContainer(daemon, id, signal);
      if (from.previous === true) {
        yield* await previousLines(daemon, container, from, signal);
        return;
      }
      const teller = Object.assign(
        createLogEventReader(from, ahead),
        await beginning(daemon, container, from, signal),
      );
      for await (const line of readContainerLog(daemon, path, container.hasTty, signal))
        for (const event of teller.read(line)) yield event;
    } catch (error) {
      if (!signal.aborted) yield { is: 'fault', fault: daemon.fault(path, error) };
    }
  },
  older: async (before, signal) => {
    try {
      return await olderLogLines(
        createPastLog(daemon, await inspectContainer(daemon, id, signal), signal),
        before,
      );
    } catch (error) {
      return { events: [{ is: 'fault', fault: daemon.fault(logRangePath(id, {}), error) }], isStart: false };
    }
  },
});
