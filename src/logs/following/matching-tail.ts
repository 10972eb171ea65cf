import type { Millis } from '../../domain/base/fault.ts';
import { levelCode } from '../../domain/facts/log-level.ts';
import type { LogEvent, OlderLinesRequest, ResumePoint, Tail } from '../reading/tail.ts';
import { cleanSlices } from './clean-slices.ts';
import type { LineScan } from './line-scan.ts';

/** A line of the past, or another event between lines. */
interface Piece {
  readonly event: LogEvent;
  readonly passes: boolean;
}

/** Splits a chunk into lines, so that reading can start at any of them. */
const piecesOf = (event: LogEvent, { scan }: LineJudge): readonly Piece[] => {
  if (event.is === 'line') return [{ event, passes: scan.passes(event.text, levelCode(event.level)) }];
  if (event.is !== 'chunk') return [{ event, passes: false }];
  return splitChunk(event.bytes).map((text) => ({
    event: { is: 'chunk', bytes: Buffer.from(`${text}\n`) },
    passes: scan.passes(text),
  }));
};

/** Returns the pieces from the last `count` passing lines on, with `context` pieces before them. */
const lastOf = (pieces: readonly Piece[], count: number, context = 0): readonly Piece[] => {
  let missing = count;
  for (let index = pieces.length - 1; index >= 0 && missing > 0; index--)
    if (pieces[index]?.passes === true && --missing === 0) return pieces.slice(Math.max(0, index - context));
  return count === 0 ? [] : pieces;
};

/**
 * Wraps a tail to show its state at a past time (engine's clock): the last `count` passing lines before
 * `at`. Searches backward in growing steps. Reads a stream completely if it cannot read older lines or
 * filters itself.
 */
export const pastMatchingTail = (
  tail: Tail,
  time: Millis,
  count: number,
  judgingOf: () => LineJudge,
): Tail => {
  const { older } = tail;
  return {
    ...tail,
    open: async function* (from, signal) {
      if (from.after !== undefined || from.since !== undefined || from.previous === true)
        return yield* tail.open(from, signal);
      const judging = judgingOf();
      if (older === undefined || tail.filters === true)
        return yield* lastBefore(tail.open(from, signal), time, count, judging);
      let pieces: readonly Piece[] = [];
      let before: OlderLinesRequest = { at: time, lines: initialDepth(count) };
      for (;;) {
        const { events, isStart, first } = await older(before, signal);
        const matchedPieces = judging.inTime(() => events.flatMap((event) => piecesOf(event, judging)));
        pieces = lastOf([...matchedPieces, ...pieces], count);
        const enough = pieces.filter(({ passes }) => passes).length >= count;
        const isLost = events.some(({ is }) => is === 'fault');
        const place = first === undefined ? momentOf(events) : { mark: first };
        if (enough || isStart || isLost || place === undefined || signal.aborted) break;
        before = { ...place, lines: before.lines * depthFactor };
      }
      for (const { event } of pieces) yield event;
    },
  };
};

/** Yields the last `count` passing lines; memory use is bounded. */
async function* lastBefore(
  events: AsyncIterable<LogEvent>,
  time: Millis,
  count: number,
  judging: LineJudge,
): AsyncGenerator<LogEvent, void, undefined> {
  let pieces: Piece[] = [];
  for await (const event of events) {
    if (event.is === 'line' && event.at !== undefined && event.at >= time) continue;
    pieces.push(...judging.inTime(() => piecesOf(event, judging)));
    if (pieces.length > trimmedAt + 2 * count) pieces = [...lastOf(pieces, count)];
  }
  for (const { event } of lastOf(pieces, count)) yield event;
}
const trimmedAt = 10_000;

/** Yields the last `count` passing lines with `context` lines before them; memory use is bounded. Faults come first. */
async function* lastPassing(
  events: AsyncIterable<LogEvent>,
  count: number,
  context: number,
  judging: LineJudge,
): AsyncGenerator<LogEvent, void, undefined> {
  let pieces: Piece[] = [];
  for await (const event of events) {
    if (event.is === 'fault') yield event;
    else pieces.push(...judging.inTime(() => piecesOf(event, judging)));
    if (pieces.length > trimmedAt + 2 * count) pieces = [...lastOf(pieces, count, context)];
  }
  for (const { event } of lastOf(pieces, count, context)) yield event;
}

const momentOf = (events: readonly LogEvent[]): Pick<OlderLinesRequest, 'at'> | undefined => {
  for (const event of events) if (event.is === 'line' && event.at !== undefined) return { at: event.at };
  return undefined;
};

/** Factor between the number of wanted lines and the first search depth, and between further depths. */
const depthFactor = 8;
const leastDepth = 1000;
const judgedAtOnce = 1000;
/** Returns a larger depth. A depth counts from the end of the stream, which may have grown meanwhile. */
const meanwhile = (lines: number): number => 2 * lines + 4 * leastDepth;

/** Returns the number of lines to search first. */
const initialDepth = (count: number): number => Math.max(leastDepth, depthFactor * count);

/** Line filter of one stream. */
interface LineJudge {
  readonly scan: LineScan;
  /** Runs filter work with a time limit. */
  inTime<T>(work: () => T): T;
}

interface SearchResult {
  /** Lines read. */
  readonly lines: number;
  /**
   * Number of last lines that contain the wanted number of passing lines; undefined: there were not enough.
   */
  readonly depth: number | undefined;
  readonly isLost: boolean;
}

/** Returns the clean lines of a chunk. */
const splitChunk = (bytes: Uint8Array): readonly string[] =>
  [...cleanSlices(bytes)].flatMap(({ text }) => text.slice(0, -1).split('\n'));

const searchTail = async (
  tail: Tail,
  count: number,
  { scan, inTime }: LineJudge,
  from: ResumePoint,
  signal: AbortSignal,
): Promise<SearchResult> => {
  /** Positions of the newest passing lines: a circular buffer of `count` entries. */
  const places = new Float64Array(count);
  let lines = 0;
  let passing = 0;
  let isLost = false;
  const waiting: { readonly text: string; readonly fallback?: number }[] = [];
  const judge = (): void =>
    inTime(() => {
      for (const { text, fallback } of waiting.splice(0)) {
        if (scan.passes(text, fallback)) places[passing++ % count] = lines;
        lines++;
      }
    });
  for await (const event of tail.open({ ...from, follow: false, reusesBuffers: true }, signal)) {
    if (event.is === 'line') waiting.push({ text: event.text, fallback: levelCode(event.level) });
    else if (event.is === 'chunk') waiting.push(...splitChunk(event.bytes).map((text) => ({ text })));
    else if (event.is === 'fault') isLost = true;
    if (waiting.length >= judgedAtOnce) judge();
  }
  judge();
  const depth = passing < count ? undefined : lines - (places[passing % count] ?? 0);
  return { lines, depth, isLost };
};

/**
 * Returns how many of the stream's last lines contain `count` passing ones. Searches backward in growing
 * steps; undefined if all lines (since `since`) contain fewer. An unreadable stream reports its fault when it
 * is read.
 */
const depthOf = async (
  tail: Tail,
  count: number,
  judging: LineJudge,
  from: ResumePoint,
  signal: AbortSignal,
): Promise<number | undefined> => {
  for (let lines = initialDepth(count); ; lines *= depthFactor) {
    const result = await searchTail(tail, count, judging, { ...from, lines }, signal);
    if (result.depth !== undefined) return result.depth;
    if (result.lines < lines || result.isLost || signal.aborted) return undefined;
  }
};

interface MatchingTailOptions {
  /** Absent if all lines pass. */
  readonly judgingOf: (() => LineJudge) | undefined;
  /**
   * Number of lines to yield before the first passing one. Absent: without following, the tail may yield more passing lines,
   * because the caller keeps only the last ones.
   */
  readonly context?: number;
}

/** Wraps a tail to start so near its end that it yields the last `count` passing lines and little more. */
export const matchingTail = (tail: Tail, count: number, options: MatchingTailOptions): Tail => ({
  ...tail,
  open: async function* (from, signal) {
    const { judgingOf, context } = options;
    const lines = await linesOf(tail, count, judgingOf, from, signal);
    if (signal.aborted) return;
    const events = tail.open(lines === undefined ? from : { ...from, lines }, signal);
    const isWhole =
      from.follow || from.after !== undefined || judgingOf === undefined || context === undefined;
    yield* isWhole ? events : lastPassing(events, count, context, judgingOf());
  },
});

const linesOf = (
  tail: Tail,
  count: number,
  judgingOf: (() => LineJudge) | undefined,
  from: ResumePoint,
  signal: AbortSignal,
): number | undefined | Promise<number | undefined> => {
  // Resuming at a mark ignores counts; a file supports either a time or a number of lines.
  if (from.after !== undefined || (tail.isFile === true && from.since !== undefined)) return undefined;
  // A source that filters itself may include lines that it cannot judge, for example by level.
  if (judgingOf === undefined || count === 0) return count;
  const depth = depthOf(tail, count, judgingOf(), from, signal);
  // Without following, only the last lines are kept anyway; with following, new lines are shown, too.
  return from.follow ? depth : depth.then((lines) => (lines === undefined ? undefined : meanwhile(lines)));
};
