import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { LogFile, LogFiles } from '../../platform/files/file-interfaces.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { createHeadReader, type HeadOptions } from '../format/head-reader.ts';
import { FileLineSplitter, type FileLines, formatFileMark } from './file-line-splitter.ts';
import { readFilePart } from './log-file-search.ts';
import type { Segment } from './log-file-segments.ts';
import type { LogEvent } from './tail.ts';

/** Result of following a file. */
export type FollowEnd =
  /**
   * Another file is at its path. `unseenMs`: time since the last check of the path; `successors`: files seen
   * there, kept open.
   */
  | { readonly is: 'replaced'; readonly unseenMs: Millis; readonly successors: readonly LogFile[] }
  /** The bytes read before have changed. `emitted`: bytes of the new content that were already emitted. */
  | { readonly is: 'cut'; readonly emitted: number };

/** Bytes kept of the last output, to detect whether a truncated file was rewritten from the start. */
const recentBytes = 64 * 1024;
/** Minimum bytes that identify the start of a file. */
const minHeadBytes = 16;

/**
 * Reads a file that another program follows remotely, until another file at its path is written to and this
 * one is read to its end. Throws WireError.
 */
export async function* followRemoteFile(
  {
    files,
    file,
    splitter,
  }: { readonly files: LogFiles; readonly file: LogFile; readonly splitter: FileLineSplitter },
  signal: AbortSignal,
): AsyncGenerator<LogEvent, FollowEnd, undefined> {
  if (files.follow === undefined)
    throw new Error('internal error: opsdeck cannot follow these files on a remote host');
  let recent = Buffer.alloc(0);
  /** Read offset at the previous check. */
  let endThen = splitter.end;
  let quiet = 0;
  for await (const change of files.follow(file, splitter.end, signal)) {
    if (change.is === 'bytes') {
      recent = Buffer.concat([recent, change.bytes]).subarray(-recentBytes);
      quiet = 0;
      const lines = splitter.push(change.bytes);
      if (lines !== 'more') yield chunkEvent(lines, file.id);
      continue;
    }
    const { now } = change;
    // The bytes received by then were in the file; with fewer bytes, it is no longer the same content.
    if (now?.id === file.id && now.sizeBytes < endThen)
      return { is: 'cut', emitted: await emittedBytes(file, recent, signal) };
    endThen = splitter.end;
    quiet += 1;
    const isTaken = now !== undefined && now.id !== file.id && now.sizeBytes > 0;
    if (isTaken && quiet >= 2 && (await isReadToItsEnd(file, splitter.end, signal)))
      return { is: 'replaced', unseenMs: 0, successors: [] };
  }
  return { is: 'replaced', unseenMs: 0, successors: [] };
}

/** Also true for a deleted file. */
const isReadToItsEnd = async (file: LogFile, end: number, signal: AbortSignal): Promise<boolean> => {
  const stat = await file.stat(signal).catch(() => undefined);
  signal.throwIfAborted();
  return stat === undefined || stat.sizeBytes <= end;
};

/**
 * Returns how many bytes at the start of the file equal the end of the last output: the remote follower has
 * already restarted at its beginning.
 */
const emittedBytes = async (file: LogFile, recent: Buffer, signal: AbortSignal): Promise<number> => {
  const head = await readFilePart(file, 0, recentBytes, signal);
  const first = head.subarray(0, minHeadBytes);
  if (first.length < minHeadBytes) return 0;
  for (let index = recent.indexOf(first); index !== -1; index = recent.indexOf(first, index + 1)) {
    const rest = recent.subarray(index);
    if (head.subarray(0, rest.length).equals(rest)) return rest.length;
  }
  return 0;
};

/** Dependencies of reading a log file. */
export interface LogFileContext {
  readonly files: LogFiles;
  readonly clock: Clock;
  /** Absolute path on its machine. */
  readonly path: string;
  /** Settings for the times of lines. */
  readonly heads: HeadOptions;
  /** See `ResumePoint.reusesBuffers`. */
  readonly lent?: boolean;
  fault(error: unknown): Fault;
}

/** Note between a file and its successor when no lines are missing. */
export const rotatedNote: LogEvent = { is: 'note', text: 'rotated' };

/** Converts lines of a file to an event. */
export const chunkEvent = ({ bytes, begin, place }: FileLines, id: string): LogEvent => ({
  is: 'chunk',
  bytes,
  first: formatFileMark({ id, offset: begin }),
  mark: formatFileMark({ id, ...place }),
});

/** Yields everything of a segment, including an unfinished last line. */
export async function* readWholeSegment(
  { files, heads, lent = false }: Pick<LogFileContext, 'files' | 'heads' | 'lent'>,
  segment: Segment,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  if (segment.gap !== undefined) yield { is: 'gap', why: segment.gap };
  if (segment.is === 'packed') return yield* packedLines({ files, heads }, segment, signal);
  const splitter = new FileLineSplitter(segment.at, segment.before, lent);
  const isCut = yield* readToEnd(segment.file, splitter, signal);
  const rest = splitter.rest();
  if (rest !== undefined) yield chunkEvent(rest, segment.file.id);
  if (isCut)
    yield { is: 'gap', why: 'the log file was truncated while opsdeck read the file: lines may be missing' };
}

/** Yields whole lines up to the end of a file; returns true if the bytes read before have changed. */
export async function* readToEnd(
  file: LogFile,
  splitter: FileLineSplitter,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, boolean, undefined> {
  if (file.rest !== undefined) {
    for await (const bytes of file.rest(splitter.end, signal)) {
      const lines = splitter.push(bytes);
      if (lines !== 'more') yield chunkEvent(lines, file.id);
    }
    return false;
  }
  for (;;) {
    const splitResult = await splitter.read((into, offset) => file.read(into, offset, signal));
    if (splitResult === 'end') return false;
    if (splitResult === 'cut') return true;
    if (splitResult !== 'more') yield chunkEvent(splitResult, file.id);
  }
}

/** Yields the lines of a compressed file after an offset of its text, or since a time. */
async function* packedLines(
  { files, heads }: Pick<LogFileContext, 'files' | 'heads'>,
  { stat, since, at }: Segment & { readonly is: 'packed' },
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const splitter = new FileLineSplitter(0);
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
  for await (const bytes of files.unpacked(stat.path, signal)) yield* shown(splitter.push(bytes));
  yield* shown(splitter.rest());
}

/** Returns the start of the first line whose time is `since` or later. */
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
