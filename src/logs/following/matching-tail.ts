import type { Millis } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import type { LogEvent, OlderLinesRequest, ResumePoint, Tail } from '../reading/tail.ts';
import { cleanSlices } from './clean-slices.ts';
import type { LineScan } from './line-scan.ts';

/** A line of the past, or what stands between two of them. */
interface Piece {
  readonly event: LogEvent;
  readonly passes: boolean;
}

/** A chunk as its single lines, so that it can be begun at any of them. */
const piecesOf = (event: LogEvent, { scan }: LineJudge): readonly Piece[] => {
  if (event.is === 'line') return [{ event, passes: scan.passes(event.text, levelCode(event.level)) }];
  if (event.is !== 'chunk') return [{ event, passes: false }];
  return splitChunk(event.bytes).map((text) => ({
    event: { is: 'chunk', bytes: Buffer.from(`${text}\n`) },
    passes: scan.passes(text),
  }));
};

/** From the last `wanted` that pass on. */
const lastOf = (pieces: readonly Piece[], wanted: number): readonly Piece[] => {
  let missing = wanted;
  for (let index = pieces.length - 1; index >= 0 && missing > 0; index--)
    if (pieces[index]?.passes === true && --missing === 0) return pieces.slice(index);
  return wanted === 0 ? [] : pieces;
};

/**
 * The same stream as it was at a moment (engine's clock): its last `wanted` lines before that which pass, looked for in growing
 * steps backwards; of a stream that cannot tell its past, or filters itself, by reading all of it.
 */
export const pastMatchingTail = (
  tail: Tail,
  at: Millis,
  wanted: number,
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
        return yield* lastBefore(tail.open(from, signal), at, wanted, judging);
      let pieces: readonly Piece[] = [];
      let before: OlderLinesRequest = { at, lines: initialDepth(wanted) };
      for (;;) {
        const { events, isStart, first } = await older(before, signal);
        const found = judging.inTime(() => events.flatMap((event) => piecesOf(event, judging)));
        pieces = lastOf([...found, ...pieces], wanted);
        const enough = pieces.filter(({ passes }) => passes).length >= wanted;
        const isLost = events.some(({ is }) => is === 'fault');
        const place = first === undefined ? momentOf(events) : { mark: first };
        if (enough || isStart || isLost || place === undefined || signal.aborted) break;
        before = { ...place, lines: before.lines * depthFactor };
      }
      for (const { event } of pieces) yield event;
    },
  };
};

/** Holds so many that pass, and not many more. */
async function* lastBefore(
  events: AsyncIterable<LogEvent>,
  at: Millis,
  wanted: number,
  judging: LineJudge,
): AsyncGenerator<LogEvent, void, undefined> {
  let pieces: Piece[] = [];
  for await (const event of events) {
    if (event.is === 'line' && event.at !== undefined && event.at >= at) continue;
    pieces.push(...judging.inTime(() => piecesOf(event, judging)));
    if (pieces.length > trimmedAt + 2 * wanted) pieces = [...lastOf(pieces, wanted)];
  }
  for (const { event } of lastOf(pieces, wanted)) yield event;
}
const trimmedAt = 10_000;

const momentOf = (events: readonly LogEvent[]): Pick<OlderLinesRequest, 'at'> | undefined => {
  for (const event of events) if (event.is === 'line' && event.at !== undefined) return { at: event.at };
  return undefined;
};

/** The first look goes so many times as deep as what is wanted, and each further one as the one before. */
const depthFactor = 8;
const leastDepth = 1000;
const judgedAtOnce = 1000;
/** A depth counts from the end, which has moved on when the stream is read: what is written in between is read besides. */
const meanwhile = (lines: number): number => 2 * lines + 4 * leastDepth;

/** So many lines are looked at first for some that pass. */
const initialDepth = (wanted: number): number => Math.max(leastDepth, depthFactor * wanted);

/** For the lines of one stream. */
interface LineJudge {
  readonly scan: LineScan;
  /** Does some judging, for so long as is reasonable. */
  inTime<T>(work: () => T): T;
}

interface Looked {
  /** Lines read. */
  readonly lines: number;
  /** How many lines from the end on hold as many that pass as are wanted; undefined: they are not among them. */
  readonly depth: number | undefined;
  readonly isLost: boolean;
}

/** The lines of a chunk, clean. */
const splitChunk = (bytes: Uint8Array): readonly string[] =>
  [...cleanSlices(bytes)].flatMap(({ text }) => text.slice(0, -1).split('\n'));

const look = async (
  tail: Tail,
  wanted: number,
  { scan, inTime }: LineJudge,
  from: ResumePoint,
  signal: AbortSignal,
): Promise<Looked> => {
  /** Where the newest lines stand that pass, as many as are wanted, in turns. */
  const places = new Float64Array(wanted);
  let [lines, passing] = [0, 0];
  let isLost = false;
  const waiting: { readonly text: string; readonly told?: number }[] = [];
  const judge = (): void =>
    inTime(() => {
      for (const { text, told } of waiting.splice(0)) {
        if (scan.passes(text, told)) places[passing++ % wanted] = lines;
        lines++;
      }
    });
  for await (const event of tail.open({ ...from, follow: false, reusesBuffers: true }, signal)) {
    if (event.is === 'line') waiting.push({ text: event.text, told: levelCode(event.level) });
    else if (event.is === 'chunk') waiting.push(...splitChunk(event.bytes).map((text) => ({ text })));
    else if (event.is === 'fault') isLost = true;
    if (waiting.length >= judgedAtOnce) judge();
  }
  judge();
  const depth = passing < wanted ? undefined : lines - (places[passing % wanted] ?? 0);
  return { lines, depth, isLost };
};

/**
 * How many of its last lines hold `wanted` that pass, looked for in growing steps from its end backwards; undefined when even
 * all of them (from `since` on) hold fewer. A stream that cannot be read says so to whoever reads it then.
 */
const depthOf = async (
  tail: Tail,
  wanted: number,
  judging: LineJudge,
  from: ResumePoint,
  signal: AbortSignal,
): Promise<number | undefined> => {
  for (let lines = initialDepth(wanted); ; lines *= depthFactor) {
    const looked = await look(tail, wanted, judging, { ...from, lines }, signal);
    if (looked.depth !== undefined) return looked.depth;
    if (looked.lines < lines || looked.isLost || signal.aborted) return undefined;
  }
};

/**
 * The same stream, begun so near its end that the last `wanted` lines that pass are among what it gives, and not much more.
 * `judgingOf`: absent where all lines pass.
 */
export const matchingTail = (tail: Tail, wanted: number, judgingOf: (() => LineJudge) | undefined): Tail => ({
  ...tail,
  open: async function* (from, signal) {
    const lines = await linesOf(tail, wanted, judgingOf, from, signal);
    if (!signal.aborted) yield* tail.open(lines === undefined ? from : { ...from, lines }, signal);
  },
});

const linesOf = (
  tail: Tail,
  wanted: number,
  judgingOf: (() => LineJudge) | undefined,
  from: ResumePoint,
  signal: AbortSignal,
): number | undefined | Promise<number | undefined> => {
  // Behind a mark it goes on, whatever was counted at first; of a file either a moment or a number of lines can be asked for.
  if (from.after !== undefined || (tail.isFile === true && from.since !== undefined)) return undefined;
  // One that filters itself may leave in what it cannot judge, such as levels.
  if (judgingOf === undefined || wanted === 0) return wanted;
  const depth = depthOf(tail, wanted, judgingOf(), from, signal);
  // Who does not follow keeps the last of them in any case; who does is shown what comes.
  return from.follow ? depth : depth.then((lines) => (lines === undefined ? undefined : meanwhile(lines)));
};
