import type { Millis } from '../../../domain/fault.ts';
import { linesOf } from '../../../logs/reading/line-cutter.ts';
import { parseMark } from '../../../logs/reading/log-place.ts';
import { createStampReader, type StampedLine } from '../../../logs/reading/log-stamp.ts';
import { createTeller, lineEvent } from '../../../logs/reading/log-teller.ts';
import { olderLines, type PastLog } from '../../../logs/reading/older-lines.ts';
import type { LogEvent, Resume, Tail } from '../../../logs/reading/tail.ts';
import type { Container } from '../containers/container.ts';
import { parseContainer } from '../containers/parse.ts';
import type { Daemon } from '../daemon.ts';
import { eventsOf } from '../events/events.ts';
import { framesOf } from './frames.ts';
import { linesOfFrames, withoutInnerStamps } from './lines.ts';
import { logPath, partPath } from './log-path.ts';

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
