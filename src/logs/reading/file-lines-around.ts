import { defined } from '../../domain/base/defined.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { type FilePosition, parseFileMark } from './file-line-splitter.ts';
import { type Segment, segmentsSince } from './log-file-segments.ts';
import { olderFileLines } from './older-file-lines.ts';
import { chunkEvent, type LogFileContext, readWholeSegment } from './read-segment.ts';
import { trackOpenFiles } from './rotated-files.ts';
import type { LinesAround, LinesAroundRequest, LogEvent } from './tail.ts';

const lineFeed = 0x0a;
/** Maximum bytes to load from a time on, because lines can be long. */
const maxBytes = 16 * 1024 * 1024;

const noTimes =
  'the lines have no timestamps that opsdeck can read, so opsdeck cannot find a time. Load older lines instead';
const goesBackText =
  'the times in the file go back, so other lines of this time may be in parts that are not loaded';

/**
 * Returns the lines around a time, found by binary search in a log file and its rotated predecessors: reads only what it returns, and
 * places of the search. Never throws.
 */
export const fileLinesAround = async (
  context: LogFileContext,
  { at, before, after, until }: LinesAroundRequest,
  signal: AbortSignal,
): Promise<LinesAround> => {
  const { files, closeAll } = trackOpenFiles(context.files);
  const parts = { ...context, files };
  try {
    const since = { moment: at + parts.clock.wallOffset(), heads: parts.heads, isSearchOnly: true };
    const { segments, isUntimed, goesBack } = await segmentsSince(files, parts.path, since, signal);
    if (isUntimed) throw new WireError('malformed', noTimes);
    const loaded = until === undefined ? undefined : parseFileMark(until);
    const later = await linesFrom(parts, segments, { lines: after, loaded }, signal);
    const mark = later.first;
    const older = await olderFileLines(parts, { at, lines: before, ...defined({ mark }) }, signal);
    return {
      events: [...older.events, ...later.events],
      isStart: older.isStart,
      ...defined({
        first: older.first ?? mark,
        missingBytes: await bytesBetween(segments, later.end, loaded, signal),
        unseen: goesBack === true ? goesBackText : undefined,
      }),
    };
  } catch (error) {
    return { events: [{ is: 'fault', fault: parts.fault(error) }], isStart: false };
  } finally {
    await closeAll();
  }
};

interface Later {
  readonly events: readonly LogEvent[];
  /** Mark of the first line. */
  readonly first?: string;
  /** Position after the last line. */
  readonly end?: FilePosition;
}

/** The first lines of some segments, up to those that are loaded already. */
const linesFrom = async (
  parts: LogFileContext,
  segments: readonly Segment[],
  { lines, loaded }: { readonly lines: number; readonly loaded: FilePosition | undefined },
  signal: AbortSignal,
): Promise<Later> => {
  const events: LogEvent[] = [];
  let missing = lines;
  let room = maxBytes;
  let first: string | undefined;
  let end: FilePosition | undefined;
  const result = (): Later => ({ events, ...defined({ first, end }) });
  for (const segment of segments)
    for await (const event of readWholeSegment(parts, segment, signal)) {
      const part = partOf(event, missing, loaded);
      if (part === 'loaded') return { ...result(), ...defined({ end: loaded }) };
      events.push(part.event);
      missing -= part.count;
      if (part.place === undefined) continue;
      if (event.is === 'chunk') first ??= event.first;
      end = part.place;
      room -= part.size;
      if (missing <= 0 || room <= 0 || isSamePlace(end, loaded)) return result();
    }
  return result();
};

const isSamePlace = (a: FilePosition, b: FilePosition | undefined): boolean =>
  a.id === b?.id && a.offset === b.offset;

/** The first part of an event: at most `most` lines, and none that is loaded already. */
const partOf = (
  event: LogEvent,
  most: number,
  loaded: FilePosition | undefined,
):
  | 'loaded'
  | {
      readonly event: LogEvent;
      readonly count: number;
      readonly size: number;
      readonly place?: FilePosition;
    } => {
  const from = event.is === 'chunk' ? parseFileMark(event.first ?? '') : undefined;
  if (event.is !== 'chunk' || from === undefined) return { event, count: 0, size: 0 };
  const room = from.id === loaded?.id ? loaded.offset - from.offset : event.bytes.length;
  if (room <= 0) return 'loaded';
  const { bytes, count } = firstLines(event.bytes.subarray(0, room), most);
  const place = { id: from.id, offset: from.offset + bytes.length };
  return {
    event: chunkEvent({ bytes, begin: from.offset, place }, from.id),
    count,
    size: bytes.length,
    place,
  };
};

/** The first `most` lines of some bytes. */
const firstLines = (
  bytes: Uint8Array,
  most: number,
): { readonly bytes: Uint8Array; readonly count: number } => {
  let end = 0;
  for (let count = 0; count < most; count++) {
    const index = bytes.indexOf(lineFeed, end);
    if (index === -1) return { bytes: bytes.subarray(0, end), count };
    end = index + 1;
  }
  return { bytes: bytes.subarray(0, end), count: most };
};

const sizeOf = async (segment: Segment, signal: AbortSignal): Promise<number | undefined> =>
  segment.is === 'packed' ? undefined : (await segment.file.stat(signal)).sizeBytes;

const idOf = (segment: Segment): string => (segment.is === 'packed' ? segment.stat.id : segment.file.id);

/** The bytes from one position to another; undefined if they are unknown, as those of compressed files. */
const bytesBetween = async (
  segments: readonly Segment[],
  from: FilePosition | undefined,
  to: FilePosition | undefined,
  signal: AbortSignal,
): Promise<number | undefined> => {
  if (from === undefined || to === undefined) return undefined;
  const ids = segments.map(idOf);
  const begin = ids.indexOf(from.id);
  const end = ids.indexOf(to.id);
  if (begin === -1 || end < begin) return undefined;
  let bytes = to.offset - from.offset;
  for (const segment of segments.slice(begin, end)) {
    const size = await sizeOf(segment, signal);
    if (size === undefined) return undefined;
    bytes += size;
  }
  return Math.max(0, bytes);
};
