import type { LogEvent, ResumePoint, Tail } from '../../../../src/logs/reading/tail.ts';
import type { ChaosWire } from './wire.ts';
import type { Written, WrittenLog } from './written-log.ts';

/** Resumption of a stream: like a pod's log, a journal, a file, or not at all. */
export type ResumeKind = 'stamps' | 'cursor' | 'offset' | 'none';

const fault: LogEvent = {
  is: 'fault',
  fault: { kind: 'unreachable', source: 'chaos', message: 'cut off', at: 0 },
};
const lost: LogEvent = { is: 'gap', why: 'the log was rotated: lines may be missing here' };

/** The first line of a stream that is opened for the first time. */
const beginning = (log: WrittenLog, { lines }: ResumePoint): number =>
  Math.max(log.kept, lines === undefined ? 0 : log.all.length - lines);

const nthOfStamp = (log: WrittenLog, line: Written): number =>
  log.all.slice(log.kept, line.nth + 1).filter(({ at }) => at === line.at).length;

type Events = AsyncGenerator<LogEvent, void, undefined>;

/** A mark is a line's time and its index within that time; requests are per second, so lines are repeated. */
async function* stamps(log: WrittenLog, wire: ChaosWire, from: ResumePoint, signal: AbortSignal): Events {
  const [stamp = 0, nth = 0] = (from.after ?? '').split('#').map(Number);
  const second = Math.floor(stamp / 1000) * 1000;
  const first = log.all.findIndex((line) => line.nth >= log.kept && line.at >= second);
  const begin = from.after === undefined ? beginning(log, from) : first < 0 ? log.all.length : first;
  let hasMet = from.after === undefined;
  let part: number | undefined;
  for await (const line of wire.lines(log, begin, signal)) {
    if (line === 'end') return;
    if (line === 'cut') return yield fault;
    const place = nthOfStamp(log, line);
    const isTold = from.after !== undefined && (line.at < stamp || (line.at === stamp && place <= nth));
    if (isTold) {
      hasMet ||= line.at === stamp && place === nth;
      continue;
    }
    if (!hasMet) yield lost;
    hasMet = true;
    // The end of a run is reported as an end; the next opening continues with the new run.
    if (part !== undefined && line.part !== part) return;
    part = line.part;
    yield { is: 'line', text: line.text, at: line.at, mark: `${line.at}#${place}` };
  }
}

/** A mark belongs to an entry; only its last line carries it. */
async function* cursor(log: WrittenLog, wire: ChaosWire, from: ResumePoint, signal: AbortSignal): Events {
  const after = from.after === undefined ? undefined : Number(from.after);
  const next = log.all.find(({ entry }) => entry > (after ?? 0));
  const begin = after === undefined ? beginning(log, from) : (next?.nth ?? log.all.length);
  if (begin < log.kept) yield lost;
  for await (const line of wire.lines(log, Math.max(begin, log.kept), signal)) {
    if (line === 'end') return;
    if (line === 'cut') return yield fault;
    const isLast = log.all[line.nth + 1]?.entry !== line.entry;
    yield { is: 'line', text: line.text, at: line.at, ...(isLast ? { mark: String(line.entry) } : {}) };
  }
}

/** A mark is a position in a file; lines arrive as bytes, several at once. */
async function* offset(log: WrittenLog, wire: ChaosWire, from: ResumePoint, signal: AbortSignal): Events {
  const begin = from.after === undefined ? beginning(log, from) : Number(from.after);
  if (begin < log.kept) yield lost;
  let part: number | undefined;
  let held: Written[] = [];
  const chunk = (): LogEvent => {
    const bytes = Buffer.from(held.map(({ text }) => `${text}\n`).join(''));
    const mark = String((held.at(-1)?.nth ?? 0) + 1);
    held = [];
    return { is: 'chunk', bytes, mark };
  };
  for await (const line of wire.lines(log, Math.max(begin, log.kept), signal)) {
    if (line === 'end') return held.length > 0 ? yield chunk() : undefined;
    if (line === 'cut') return yield fault;
    if (part !== undefined && line.part !== part) {
      if (held.length > 0) yield chunk();
      yield { is: 'note', text: 'the file was rotated' };
    }
    part = line.part;
    held.push(line);
    if (held.length > 3 || log.all.length === line.nth + 1) yield chunk();
  }
}

/** Has no marks: it starts with the lines written from now on. */
async function* none(log: WrittenLog, wire: ChaosWire, from: ResumePoint, signal: AbortSignal): Events {
  for await (const line of wire.lines(log, beginning(log, from), signal)) {
    if (line === 'end' || line === 'cut') return yield fault;
    yield { is: 'line', text: line.text, at: line.at };
  }
}

const opening = { stamps, cursor, offset, none };

export const chaosTail = (kind: ResumeKind, log: WrittenLog, wire: ChaosWire): Tail => ({
  stream: log.name,
  uid: log.uid,
  open: (from, signal) => opening[kind](log, wire, from, signal),
});
