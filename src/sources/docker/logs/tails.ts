import { stripControls } from '../../../domain/controls.ts';
import type { Millis } from '../../../domain/fault.ts';
import { WireError } from '../../../io/failures.ts';
import type { LogEvent, Resume, Tail } from '../../tail.ts';
import type { Container } from '../containers/container.ts';
import { lookAtContainers } from '../containers/look.ts';
import type { Daemon } from '../daemon.ts';
import { framesOf } from './frames.ts';
import { linesOf, linesOfFrames } from './lines.ts';
import { createLogPlace, markText, parseMark, stampedLine } from './log-mark.ts';

/** `since` of the API: seconds, and nine decimals of them. */
const secondsText = (wallMs: Millis): string => {
  const whole = Math.floor(wallMs / 1000);
  return `${whole}.${String(Math.floor(wallMs - 1000 * whole)).padStart(3, '0')}000000`;
};

/** So much is read again in front of a mark: what was written at the same time is in no certain order. */
const overlapMs: Millis = 1000;

/** The path of a container's log. `ahead`: of the daemon's clock. Source: Docker Engine API, ContainerLogs. */
export const logPath = (id: string, { lines, since, after, follow }: Resume, ahead: Millis): string => {
  const mark = after === undefined ? undefined : parseMark(after);
  const from = mark === undefined ? since && since + ahead : Date.parse(mark.stamp) - overlapMs;
  const query = new URLSearchParams({
    stdout: '1',
    stderr: '1',
    timestamps: '1',
    tail: lines === undefined || mark !== undefined ? 'all' : String(lines),
    ...(from === undefined ? {} : { since: secondsText(from) }),
    ...(follow ? { follow: '1' } : {}),
  });
  return `/containers/${id}/logs?${query}`;
};

/** The raw lines of a container's log, with their times in front. Throws WireError. */
export async function* logLines(
  daemon: Daemon,
  path: string,
  isTerminal: boolean,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const { chunks } = await daemon.stream(path, signal);
  yield* isTerminal ? linesOf(chunks) : linesOfFrames(framesOf(chunks), { stamped: true });
}

const gap: LogEvent = { is: 'gap', why: 'the log was rotated: lines may be missing here' };

/** Makes events of a log's raw lines, those left out that were told up to the mark that it resumes behind. */
const teller = (after: string | undefined, ahead: Millis): ((raw: string) => readonly LogEvent[]) => {
  const placeOf = createLogPlace(after === undefined ? undefined : parseMark(after));
  return (raw) => {
    const line = stampedLine(raw);
    const { is, mark } = placeOf(line);
    if (is === 'told') return [];
    const told: LogEvent = {
      is: 'line',
      text: stripControls(line.text),
      ...(line.stamp === '' ? {} : { at: Date.parse(line.stamp) - ahead }),
      ...(mark === undefined ? {} : { mark: markText(mark) }),
    };
    return is === 'behind-a-gap' ? [gap, told] : [told];
  };
};

/** What a container writes to its two outputs, or to its terminal. Behind a mark nothing is told twice. */
const containerTail = (daemon: Daemon, { id, name, isTerminal }: Container): Tail => ({
  stream: name,
  open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
    const ahead = daemon.time.ahead();
    const path = logPath(id, from, ahead);
    const eventsOf = teller(from.after, ahead);
    try {
      for await (const raw of logLines(daemon, path, isTerminal, signal)) yield* eventsOf(raw);
    } catch (error) {
      if (!signal.aborted) yield { is: 'fault', fault: daemon.fault(path, error) };
    }
  },
});

/** A stream for every container that `of` means: one by its name, or those of a service; absent: all. Throws WireError. */
export const tailsOf = async (
  daemon: Daemon,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const { containers, faults } = await lookAtContainers(daemon, signal);
  const wanted = containers.filter(({ name, service }) => of === undefined || name === of || service === of);
  // Whether one writes to a terminal stands on its own page alone.
  if (faults[0] !== undefined) throw new WireError(faults[0].kind, faults[0].message);
  return wanted.map((container) => containerTail(daemon, container));
};
