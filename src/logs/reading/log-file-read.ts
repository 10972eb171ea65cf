import type { Fault, Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { LogFile, LogFiles } from '../../platform/files/log-file-shapes.ts';
import { createHeadReader, type HeadOptions } from '../format/head.ts';
import type { Leg } from './log-file-legs.ts';
import { LineCutter, type Lines } from './log-file-lines.ts';
import { markText } from './log-file-mark.ts';
import type { LogEvent } from './tail.ts';

/** What reading a log file needs. */
export interface LogFileParts {
  readonly files: LogFiles;
  readonly clock: Clock;
  /** Absolute, as the machine knows it. */
  readonly path: string;
  /** How times of lines are told. */
  readonly heads: HeadOptions;
  /** See `Resume`. */
  readonly lent?: boolean;
  fault(error: unknown): Fault;
}

/** Between a file and the one that took its place: nothing is missing. */
export const rotatedNote: LogEvent = { is: 'note', text: 'rotated' };

/** Lines of a file as an event. */
export const chunkOf = ({ bytes, begin, place }: Lines, id: string): LogEvent => ({
  is: 'chunk',
  bytes,
  first: markText({ id, offset: begin }),
  mark: markText({ id, ...place }),
});

/** Everything of a leg, with a last line that has no end. */
export async function* wholeLeg(
  { files, heads, lent = false }: Pick<LogFileParts, 'files' | 'heads' | 'lent'>,
  leg: Leg,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  if (leg.gap !== undefined) yield { is: 'gap', why: leg.gap };
  if (leg.is === 'packed') return yield* packedLines({ files, heads }, leg, signal);
  const cutter = new LineCutter(leg.at, leg.before, lent);
  const isCut = yield* toItsEnd(leg.file, cutter, signal);
  const rest = cutter.rest();
  if (rest !== undefined) yield chunkOf(rest, leg.file.id);
  if (isCut) yield { is: 'gap', why: 'the file was cut off while it was read' };
}

/** Whole lines up to the end of a file; true: what was read before is not there any more. */
export async function* toItsEnd(
  file: LogFile,
  cutter: LineCutter,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, boolean, undefined> {
  if (file.rest !== undefined) {
    for await (const bytes of file.rest(cutter.end, signal)) {
      const lines = cutter.push(bytes);
      if (lines !== 'more') yield chunkOf(lines, file.id);
    }
    return false;
  }
  for (;;) {
    const found = await cutter.read((into, at) => file.read(into, at, signal));
    if (found === 'end') return false;
    if (found === 'cut') return true;
    if (found !== 'more') yield chunkOf(found, file.id);
  }
}

/** The lines of a packed file: those behind an offset of its text, or from a moment on. */
async function* packedLines(
  { files, heads }: Pick<LogFileParts, 'files' | 'heads'>,
  { stat, since, at }: Leg & { readonly is: 'packed' },
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const cutter = new LineCutter(0);
  let isWanted = since === undefined;
  const shown = (lines: Lines | 'more' | undefined): readonly LogEvent[] => {
    if (lines === undefined || lines === 'more' || lines.place.offset <= at) return [];
    if (isWanted || since === undefined) return [chunkOf(lines, stat.id)];
    const begin = firstSince(lines.bytes, since, heads);
    if (begin === undefined) return [];
    isWanted = true;
    return [chunkOf({ ...lines, bytes: lines.bytes.subarray(begin), begin: lines.begin + begin }, stat.id)];
  };
  for await (const bytes of files.unpacked(stat.path, signal)) yield* shown(cutter.push(bytes));
  yield* shown(cutter.rest());
}

/** Where the first line of some that tells a time from `since` on begins. */
const firstSince = (bytes: Uint8Array, since: Millis, options: HeadOptions): number | undefined => {
  const heads = createHeadReader(options);
  for (let begin = 0; begin < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, begin);
    if (end === -1) return undefined;
    if (heads.read(bytes, begin, end).at >= since) return begin;
    begin = end + 1;
  }
  return undefined;
};
const lineFeed = 0x0a;
