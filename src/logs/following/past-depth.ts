import type { Millis } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import type { Before, LogEvent, Tail } from '../reading/tail.ts';
import { deeper, firstLook, type Judging, linesOfChunk } from './tail-depth.ts';

/** A line of the past, or what stands between two of them. */
interface Piece {
  readonly event: LogEvent;
  readonly passes: boolean;
}

/** A chunk as its single lines, so that it can be begun at any of them. */
const piecesOf = (event: LogEvent, { scan }: Judging): readonly Piece[] => {
  if (event.is === 'line') return [{ event, passes: scan.passes(event.text, levelCode(event.level)) }];
  if (event.is !== 'chunk') return [{ event, passes: false }];
  return linesOfChunk(event.bytes).map((text) => ({
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
export const pastPassing = (tail: Tail, at: Millis, wanted: number, judgingOf: () => Judging): Tail => {
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
      let before: Before = { at, lines: firstLook(wanted) };
      for (;;) {
        const { events, isStart, first } = await older(before, signal);
        const found = judging.inTime(() => events.flatMap((event) => piecesOf(event, judging)));
        pieces = lastOf([...found, ...pieces], wanted);
        const enough = pieces.filter(({ passes }) => passes).length >= wanted;
        const isLost = events.some(({ is }) => is === 'fault');
        const place = first === undefined ? momentOf(events) : { mark: first };
        if (enough || isStart || isLost || place === undefined || signal.aborted) break;
        before = { ...place, lines: before.lines * deeper };
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
  judging: Judging,
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

const momentOf = (events: readonly LogEvent[]): Pick<Before, 'at'> | undefined => {
  for (const event of events) if (event.is === 'line' && event.at !== undefined) return { at: event.at };
  return undefined;
};
