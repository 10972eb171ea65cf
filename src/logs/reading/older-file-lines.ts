import type { Millis } from '../../domain/base/fault.ts';
import type { LogFile, LogFileStat } from '../../platform/files/file-interfaces.ts';
import { undefinedIfMissing } from '../../platform/runtime/wire-error.ts';
import { FileLineSplitter, formatFileMark, parseFileMark } from './file-line-splitter.ts';
import { findLastLines, findLinesSince, readFilePart } from './log-file-search.ts';
import { chunkEvent, type LogFileContext } from './read-segment.ts';
import { isCompressed, openRotatedFiles, type RotatedFiles } from './rotated-files.ts';
import type { LogEvent, OlderLines, OlderLinesRequest } from './tail.ts';

/** Lines of one file before a position: bytes, start offset and number. */
interface Found {
  readonly bytes: Uint8Array;
  readonly begin: number;
  readonly count: number;
}

const lineFeed = 0x0a;
const nothing: Found = { bytes: new Uint8Array(), begin: 0, count: 0 };
/** Maximum bytes kept of the end of a compressed file. */
const maxKeptBytes = 64 * 1024 * 1024;

const linesIn = (bytes: Uint8Array): number => {
  let count = 0;
  for (let index = bytes.indexOf(lineFeed); index !== -1; index = bytes.indexOf(lineFeed, index + 1))
    count += 1;
  return count;
};

/**
 * Returns the lines of a log file before a position or a time. At the start of the file, continues with its
 * rotated predecessors, including compressed ones. Never throws.
 */
export const olderFileLines = async (
  parts: LogFileContext,
  before: OlderLinesRequest,
  signal: AbortSignal,
): Promise<OlderLines> => {
  let family: RotatedFiles | undefined;
  try {
    family = await openRotatedFiles(parts.files, parts.path, signal);
    return await linesBefore(parts, family, before, signal);
  } catch (error) {
    return { events: [{ is: 'fault', fault: parts.fault(error) }], isStart: false };
  } finally {
    await family?.live?.close();
  }
};

const linesBefore = async (
  parts: LogFileContext,
  { live, rotated }: RotatedFiles,
  { mark, at, lines }: OlderLinesRequest,
  signal: AbortSignal,
): Promise<OlderLines> => {
  const all = [...(live === undefined ? [] : [await live.stat(signal)]), ...rotated];
  const place = mark === undefined ? undefined : parseFileMark(mark);
  const from = place === undefined ? 0 : all.findIndex(({ id }) => id === place.id);
  if (from === -1)
    return {
      events: [{ is: 'gap', why: 'the log file with the older lines no longer exists' }],
      isStart: true,
    };
  const moment = at === undefined || place !== undefined ? undefined : at + parts.clock.wallOffset();
  const events: LogEvent[] = [];
  let missing = lines;
  let first = {};
  for (const [index, stat] of all.slice(from).entries()) {
    const end = index === 0 ? place?.offset : undefined;
    const read = isCompressed(stat) ? packedEnd : plainEnd;
    const { bytes, begin, count } = await read(parts, stat, { end, moment, count: missing }, signal);
    if (count > 0) {
      events.unshift(chunkEvent({ bytes, begin, place: { offset: begin + bytes.length } }, stat.id));
      first = { first: formatFileMark({ id: stat.id, offset: begin }) };
    }
    missing -= count;
    if (missing <= 0 || begin > 0)
      return { events, isStart: begin === 0 && from + index === all.length - 1, ...first };
  }
  return { events, isStart: true, ...first };
};

interface Wanted {
  /** Only lines before this offset; absent: all. */
  readonly end: number | undefined;
  /** Only lines before the first line at or after this time; wall clock. */
  readonly moment: Millis | undefined;
  readonly count: number;
}

const plainEnd = async (
  { files, heads }: LogFileContext,
  stat: LogFileStat,
  request: Wanted,
  signal: AbortSignal,
): Promise<Found> => {
  const file = await files.open(stat.path, signal).catch(undefinedIfMissing);
  if (file === undefined) return nothing;
  try {
    const end = await endIn(file, stat, { ...request, heads }, signal);
    const begin = await findLastLines(file, end, request.count, signal);
    const bytes = await readFilePart(file, begin, end, signal);
    const whole =
      bytes.length === 0 || bytes.at(-1) === lineFeed
        ? bytes
        : Buffer.concat([bytes, Uint8Array.of(lineFeed)]);
    return { bytes: whole, begin, count: linesIn(whole) };
  } finally {
    await file.close();
  }
};

const endIn = async (
  file: LogFile,
  { sizeBytes }: LogFileStat,
  { end, moment, heads }: Wanted & Pick<LogFileContext, 'heads'>,
  signal: AbortSignal,
): Promise<number> => {
  if (end !== undefined) return Math.min(end, sizeBytes);
  const since =
    moment === undefined ? undefined : await findLinesSince(file, sizeBytes, moment, heads, signal);
  return since?.offset ?? sizeBytes;
};

/** Compressed files can only be read forward, so this keeps the last lines while reading. */
const packedEnd = async (
  { files }: LogFileContext,
  { path }: LogFileStat,
  { end = Number.POSITIVE_INFINITY, count }: Wanted,
  signal: AbortSignal,
): Promise<Found> => {
  const splitter = new FileLineSplitter(0);
  let kept: { readonly bytes: Uint8Array; readonly begin: number; readonly count: number }[] = [];
  let lines = 0;
  let size = 0;
  let offset = 0;
  const keep = (bytes: Uint8Array): void => {
    const slice = bytes.subarray(0, Math.max(0, Math.min(bytes.length, end - offset)));
    // Copies, because the decompression buffer is reused.
    kept.push({ bytes: Uint8Array.from(slice), begin: offset, count: linesIn(slice) });
    offset += bytes.length;
    lines += kept.at(-1)?.count ?? 0;
    size += slice.length;
    for (
      let old = kept[0];
      old !== undefined && (lines - old.count >= count || size > maxKeptBytes) && kept.length > 1;
      old = kept[0]
    ) {
      lines -= old.count;
      size -= old.bytes.length;
      kept = kept.slice(1);
    }
  };
  for await (const bytes of files.unpacked(path, signal)) {
    const splitResult = splitter.push(bytes);
    if (splitResult !== 'more') keep(splitResult.bytes);
    if (offset >= end) break;
  }
  const rest = offset < end ? splitter.rest() : undefined;
  if (rest !== undefined) keep(rest.bytes);
  const bytes = Buffer.concat(kept.map((entry) => entry.bytes));
  let begin = 0;
  for (let surplus = linesIn(bytes) - count; surplus > 0; surplus -= 1)
    begin = bytes.indexOf(lineFeed, begin) + 1;
  const whole = bytes.subarray(begin);
  return { bytes: whole, begin: (kept[0]?.begin ?? 0) + begin, count: linesIn(whole) };
};
