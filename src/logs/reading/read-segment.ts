import type { Fault, Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { LogFile, LogFiles } from '../../platform/files/file-interfaces.ts';
import { createHeadReader, type HeadOptions } from '../format/head-reader.ts';
import { FileLineSplitter, type FileLines, formatFileMark } from './file-line-splitter.ts';
import { readFilePart } from './log-file-search.ts';
import type { Segment } from './log-file-segments.ts';
import type { LogEvent } from './tail.ts';

/** How the reading of a file that is followed ended. */
export type FollowEnd =
  /** Something else stands at its path; `unseenMs`: so long nobody had looked; `heirs`: what was seen there, held open. */
  | { readonly is: 'replaced'; readonly unseenMs: Millis; readonly heirs: readonly LogFile[] }
  /** Its bytes are not those that were read. `told`: so much of its new beginning has been given already. */
  | { readonly is: 'cut'; readonly told: number };

/** Of what came last so much is remembered, to tell whether a file that was cut off has been begun anew. */
const recentBytes = 64 * 1024;
/** The fewest bytes by which a beginning is known. */
const fewestTelling = 16;

/**
 * Reads a file that is followed by a program elsewhere until something else is written at its path, and all that was written to
 * it has come. Throws WireError.
 */
export async function* followRemoteFile(
  {
    files,
    file,
    cutter,
  }: { readonly files: LogFiles; readonly file: LogFile; readonly cutter: FileLineSplitter },
  signal: AbortSignal,
): AsyncGenerator<LogEvent, FollowEnd, undefined> {
  if (files.follow === undefined) throw new Error('these files are not followed elsewhere');
  let recent = Buffer.alloc(0);
  /** How far it was read when it was last seen. */
  let endThen = cutter.end;
  let quiet = 0;
  for await (const news of files.follow(file, cutter.end, signal)) {
    if (news.is === 'bytes') {
      recent = Buffer.concat([recent, news.bytes]).subarray(-recentBytes);
      quiet = 0;
      const lines = cutter.push(news.bytes);
      if (lines !== 'more') yield chunkEvent(lines, file.id);
      continue;
    }
    const { now } = news;
    // What had come by then stood in the file: with fewer bytes it is not the one that was read.
    if (now?.id === file.id && now.sizeBytes < endThen)
      return { is: 'cut', told: await toldOf(file, recent, signal) };
    endThen = cutter.end;
    quiet += 1;
    const isTaken = now !== undefined && now.id !== file.id && now.sizeBytes > 0;
    if (isTaken && quiet >= 2 && (await isReadToItsEnd(file, cutter.end, signal)))
      return { is: 'replaced', unseenMs: 0, heirs: [] };
  }
  return { is: 'replaced', unseenMs: 0, heirs: [] };
}

/** True also of one that is nowhere any more. */
const isReadToItsEnd = async (file: LogFile, end: number, signal: AbortSignal): Promise<boolean> => {
  const stat = await file.stat(signal).catch(() => undefined);
  signal.throwIfAborted();
  return stat === undefined || stat.sizeBytes <= end;
};

/** How much of the beginning of a file stands at the end of what came last: who follows it has begun it anew. */
const toldOf = async (file: LogFile, recent: Buffer, signal: AbortSignal): Promise<number> => {
  const head = await readFilePart(file, 0, recentBytes, signal);
  const first = head.subarray(0, fewestTelling);
  if (first.length < fewestTelling) return 0;
  for (let at = recent.indexOf(first); at !== -1; at = recent.indexOf(first, at + 1)) {
    const rest = recent.subarray(at);
    if (head.subarray(0, rest.length).equals(rest)) return rest.length;
  }
  return 0;
};

/** What reading a log file needs. */
export interface LogFileContext {
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
export const chunkEvent = ({ bytes, begin, place }: FileLines, id: string): LogEvent => ({
  is: 'chunk',
  bytes,
  first: formatFileMark({ id, offset: begin }),
  mark: formatFileMark({ id, ...place }),
});

/** Everything of a leg, with a last line that has no end. */
export async function* readWholeSegment(
  { files, heads, lent = false }: Pick<LogFileContext, 'files' | 'heads' | 'lent'>,
  leg: Segment,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  if (leg.gap !== undefined) yield { is: 'gap', why: leg.gap };
  if (leg.is === 'packed') return yield* packedLines({ files, heads }, leg, signal);
  const cutter = new FileLineSplitter(leg.at, leg.before, lent);
  const isCut = yield* readToEnd(leg.file, cutter, signal);
  const rest = cutter.rest();
  if (rest !== undefined) yield chunkEvent(rest, leg.file.id);
  if (isCut) yield { is: 'gap', why: 'the file was cut off while it was read' };
}

/** Whole lines up to the end of a file; true: what was read before is not there any more. */
export async function* readToEnd(
  file: LogFile,
  cutter: FileLineSplitter,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, boolean, undefined> {
  if (file.rest !== undefined) {
    for await (const bytes of file.rest(cutter.end, signal)) {
      const lines = cutter.push(bytes);
      if (lines !== 'more') yield chunkEvent(lines, file.id);
    }
    return false;
  }
  for (;;) {
    const found = await cutter.read((into, at) => file.read(into, at, signal));
    if (found === 'end') return false;
    if (found === 'cut') return true;
    if (found !== 'more') yield chunkEvent(found, file.id);
  }
}

/** The lines of a packed file: those behind an offset of its text, or from a moment on. */
async function* packedLines(
  { files, heads }: Pick<LogFileContext, 'files' | 'heads'>,
  { stat, since, at }: Segment & { readonly is: 'packed' },
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const cutter = new FileLineSplitter(0);
  let isWanted = since === undefined;
  const shown = (lines: FileLines | 'more' | undefined): readonly LogEvent[] => {
    if (lines === undefined || lines === 'more' || lines.place.offset <= at) return [];
    if (isWanted || since === undefined) return [chunkEvent(lines, stat.id)];
    const begin = firstSince(lines.bytes, since, heads);
    if (begin === undefined) return [];
    isWanted = true;
    return [
      chunkEvent({ ...lines, bytes: lines.bytes.subarray(begin), begin: lines.begin + begin }, stat.id),
    ];
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
