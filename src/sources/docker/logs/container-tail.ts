import type { Millis } from '../../../domain/fault.ts';
import { linesOf } from '../../../logs/reading/line-cutter.ts';
import {
  createStampReader,
  createTeller,
  lineEvent,
  markAt,
  parseMark,
  type StampedLine,
} from '../../../logs/reading/log-place.ts';
import { olderLines, type PastLog } from '../../../logs/reading/older-lines.ts';
import type { LogEvent, Resume, Tail } from '../../../logs/reading/tail.ts';
import { WireError } from '../../../platform/failures.ts';
import { RemediedError } from '../../../platform/fault.ts';
import { listContainers } from '../containers/look.ts';
import type { Container } from '../containers/parse.ts';
import { parseContainer } from '../containers/parse.ts';
import type { Daemon } from '../daemon.ts';
import { eventsOf } from '../events/events.ts';
import { severalProjects } from '../operations/chosen.ts';
import { framesOf, linesOfFrames, withoutInnerStamps } from './frames.ts';

/**
 * A stream for every container that `of` means: one by its name, or those of a service; absent: all. Throws WireError,
 * `missing` when there is none.
 */
export const tailsOf = async (
  daemon: Daemon,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const containers = await listContainers(daemon, signal);
  const named = containers.filter(({ name }) => name === of);
  const wanted =
    of === undefined
      ? containers
      : named.length > 0
        ? named
        : containers.filter(({ service, isOneOff }) => service === of && !isOneOff);
  const several = of === undefined ? undefined : severalProjects(wanted, of);
  if (several !== undefined)
    throw new RemediedError('unconfigured', several, 'name the Compose project of this source: project:');
  if (wanted.length === 0) throw new WireError('missing', noneWords(daemon, of));
  return wanted.map((container) => containerTail(daemon, container));
};

const noneWords = ({ config: { project }, name }: Daemon, of: string | undefined): string => {
  const where = project === undefined ? name : `project ${project} at ${name}`;
  return of === undefined ? `${where} has no container` : `${where} has no container or service ${of}`;
};

/** A moment of the API: seconds, and nine decimals of them. */
const secondsText = (wallMs: Millis): string => {
  const whole = Math.floor(wallMs / 1000);
  return `${whole}.${String(Math.floor(wallMs - 1000 * whole)).padStart(3, '0')}000000`;
};

/** So much is read again in front of a mark: what was written at the same time is in no certain order. */
const overlapMs: Millis = 1000;

/** Which part of a log; moments on the daemon's clock. */
interface Part {
  readonly since?: Millis;
  /** Included. */
  readonly until?: Millis;
  readonly tail?: number;
  readonly follow?: boolean;
}

/** The path of a container's log. Source: Docker Engine API, ContainerLogs. */
const partPath = (id: string, { since, until, tail, follow = false }: Part): string => {
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

/** The same for taking it up somewhere. `ahead`: of the daemon's clock. */
export const logPath = (id: string, { lines, since, after, follow }: Resume, ahead: Millis): string => {
  const mark = parseMark(after);
  const from = mark === undefined ? since && since + ahead : markAt(mark) - overlapMs;
  return partPath(id, {
    follow,
    ...(from === undefined ? {} : { since: from }),
    ...(lines === undefined || mark !== undefined ? {} : { tail: lines }),
  });
};

/** The container as it is now. Throws WireError. */
const lookAt = async (daemon: Daemon, id: string, signal: AbortSignal): Promise<Container> =>
  parseContainer(await daemon.json(`/containers/${id}/json`, signal));

/** Which of its runs is the present one, or the last: a container keeps its id and its log when it is started again. */
const runOf = ({ startedAt = 0 }: Container): string => String(Math.floor(startedAt));

/** Between what a process writes first and the moment that is noted as its start lies so long at most. */
const noteMs: Millis = 250;

/**
 * From which moment on (the daemon's clock) lines are of the present run. Its first ones may bear a time a little before
 * its start is noted, and the last ones of the run before (`endedAt`) a time a little behind its end: in the middle of the
 * pause is neither.
 */
const runBegins = ({ startedAt = 0, finishedAt = 0 }: Container, endedAt: Millis | undefined): Millis => {
  const before = endedAt ?? (finishedAt < startedAt ? finishedAt : 0);
  return Math.max(startedAt - noteMs, (startedAt + before) / 2);
};

/** How the run before the present one ended. */
interface LastEnd {
  readonly at: Millis;
  /** 'exit 137, OOMKilled' */
  readonly words: string;
}

/** By what the daemon remembers of its events from `since` on; undefined when it does not. */
const lastEnd = async (
  daemon: Daemon,
  { name, startedAt = 0 }: Container,
  since: Millis,
  signal: AbortSignal,
): Promise<LastEnd | undefined> => {
  let end: LastEnd | undefined;
  let isOutOfMemory = false;
  try {
    for await (const event of eventsOf(daemon, { since, until: startedAt }, signal)) {
      if (event.name !== name) continue;
      if (event.action === 'start') isOutOfMemory = false;
      if (event.action === 'oom') isOutOfMemory = true;
      if (event.action === 'die')
        end = { at: event.at, words: `exit ${event.exitCode}${isOutOfMemory ? ', OOMKilled' : ''}` };
    }
  } catch {
    // It is only an ornament of a note: what cannot be had is left out.
    return undefined;
  }
  return end;
};

/** The raw lines of a container's log, with their times in front. Throws WireError. */
export async function* logLines(
  daemon: Daemon,
  path: string,
  isTerminal: boolean,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const { chunks } = await daemon.stream(path, signal);
  if (!isTerminal) yield* linesOfFrames(framesOf(chunks), { stamped: true });
  else for await (const line of linesOf(chunks)) yield withoutInnerStamps(line);
}

const noneBefore: LogEvent = { is: 'note', text: 'there was no run before this one' };
/** Of the run before, when nobody says how many. */
const mostOfPrevious = 10_000;
/** A daemon remembers its last 256 events, however old. */
const rememberedMs: Millis = 24 * 3_600_000;

const pastOf = (daemon: Daemon, { id, isTerminal }: Container, signal: AbortSignal): PastLog => ({
  now: () => daemon.now() + daemon.time.ahead(),
  toWriter: (at) => at + daemon.time.ahead(),
  event: (line, mark) => lineEvent(line, mark, daemon.time.ahead()),
  read: async function* (span): AsyncGenerator<StampedLine, void, undefined> {
    const read = createStampReader();
    for await (const line of logLines(daemon, partPath(id, span), isTerminal, signal)) yield read(line);
  },
});

/** What was written before the present run began: one log holds all of them. */
const previousLines = async (
  daemon: Daemon,
  container: Container,
  { lines = mostOfPrevious }: Resume,
  signal: AbortSignal,
): Promise<readonly LogEvent[]> => {
  const end = await lastEnd(daemon, container, (container.startedAt ?? 0) - rememberedMs, signal);
  const at = runBegins(container, end?.at) - daemon.time.ahead();
  const { events } = await olderLines(pastOf(daemon, container, signal), { at, lines });
  return events.length === 0 ? [noneBefore] : events;
};

/** Of a mark that is of a run before: what stands where the present one begins. */
const beginning = async (daemon: Daemon, container: Container, from: Resume, signal: AbortSignal) => {
  const ran = parseMark(from.after)?.run;
  const run = runOf(container);
  if (ran === undefined || ran === run) return { run, ahead: undefined };
  const end = await lastEnd(daemon, container, Number(ran), signal);
  const note: LogEvent = {
    is: 'note',
    text: `container began anew${end === undefined ? '' : ` (${end.words})`}`,
  };
  return { run: ran, ahead: { at: runBegins(container, end?.at), note, run } };
};

/**
 * What a container writes to its two outputs, or to its terminal. Its runs are one log: behind a mark of a run that has
 * ended come the rest of it, a note, and the run that is there now.
 */
export const containerTail = (daemon: Daemon, { id, name }: Pick<Container, 'id' | 'name'>): Tail => ({
  stream: name,
  uid: id,
  open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
    const ahead = daemon.time.ahead();
    const path = logPath(id, from, ahead);
    try {
      const container = await lookAt(daemon, id, signal);
      if (from.previous === true) {
        yield* await previousLines(daemon, container, from, signal);
        return;
      }
      const teller = Object.assign(
        createTeller(from, ahead),
        await beginning(daemon, container, from, signal),
      );
      for await (const line of logLines(daemon, path, container.isTerminal, signal))
        for (const event of teller.tell(line)) yield event;
    } catch (error) {
      if (!signal.aborted) yield { is: 'fault', fault: daemon.fault(path, error) };
    }
  },
  older: async (before, signal) => {
    try {
      return await olderLines(pastOf(daemon, await lookAt(daemon, id, signal), signal), before);
    } catch (error) {
      return { events: [{ is: 'fault', fault: daemon.fault(partPath(id, {}), error) }], isStart: false };
    }
  },
});
