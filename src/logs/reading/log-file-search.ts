import type { Millis } from '../../domain/base/fault.ts';
import type { LogFile } from '../../platform/files/file-interfaces.ts';
import { createHeadReader, type HeadOptions, type HeadReader } from '../format/head-reader.ts';

const lineFeed = 0x0a;
const mebibyte = 1024 * 1024;
const windowBytes = 64 * 1024;
/**
 * Maximum bytes to search backward for the last lines: 16 MiB, or 1 KiB per line if that is more. At least
 * one line is returned.
 */
const leastBack = 16 * mebibyte;
const bytesPerLine = 1024;
/** Maximum bytes to search for the start of a single line. */
const longestLine = 64 * mebibyte;

/** Reads a part of a file; returns fewer bytes at its end. Throws WireError. */
export const readFilePart = async (
  file: LogFile,
  begin: number,
  end: number,
  signal: AbortSignal,
): Promise<Buffer> => {
  const bytes = Buffer.allocUnsafe(Math.max(0, end - begin));
  let size = 0;
  while (size < bytes.length) {
    const count = await file.read(bytes.subarray(size), begin + size, signal);
    if (count === 0) break;
    size += count;
  }
  return bytes.subarray(0, size);
};

/** Yields the starts of lines from last to first; ignores line feeds at or after `from`. */
function* beginningsIn(bytes: Buffer, from: number): Generator<number, void> {
  for (let end = from; end > 0; ) {
    const index = bytes.lastIndexOf(lineFeed, end - 1);
    if (index === -1) return;
    yield index + 1;
    end = index;
  }
}

/**
 * Returns the start of the last `count` lines before `end`, within 16 MiB or 1 KiB per line. Throws
 * WireError.
 */
export const findLastLines = async (
  file: LogFile,
  end: number,
  count: number,
  signal: AbortSignal,
): Promise<number> => {
  if (count === 0) return end;
  let start = end;
  let begin = end;
  let windowSize = windowBytes;
  let missing = count;
  const mostBack = Math.max(leastBack, count * bytesPerLine);
  while (begin > 0 && end - begin < (start === end ? longestLine : mostBack)) {
    const to = begin;
    begin = Math.max(0, to - windowSize);
    windowSize = Math.min(2 * windowSize, mebibyte);
    const bytes = await readFilePart(file, begin, to, signal);
    // A line feed at the very end terminates the last line and starts no new one.
    for (const offset of beginningsIn(bytes, to === end ? bytes.length - 1 : bytes.length)) {
      start = begin + offset;
      missing -= 1;
      if (missing === 0) return start;
    }
  }
  return begin === 0 ? 0 : start === end ? begin : start;
};

const zeros = Buffer.alloc(mebibyte);

/** Returns the end of a hole at the start of a file: the first byte that is not zero. Throws WireError. */
export const findHoleEnd = async (file: LogFile, signal: AbortSignal): Promise<number> => {
  for (let index = 0; ; index += mebibyte) {
    const bytes = await readFilePart(file, index, index + mebibyte, signal);
    if (bytes.length === mebibyte && bytes.equals(zeros)) continue;
    const inside = bytes.findIndex((byte) => byte !== 0);
    return inside === -1 ? index + bytes.length : index + inside;
  }
};

interface Timed {
  readonly begin: number;
  readonly at: Millis;
}

/**
 * Returns the first line with a time that `fits` accepts. `from`: the offset of `bytes` in the file, which
 * must be a line start.
 */
const timedLine = (
  heads: HeadReader,
  bytes: Buffer,
  from: number,
  fits: (time: Millis) => boolean,
): Timed | undefined => {
  for (let begin = 0; begin < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, begin);
    if (end === -1) return undefined;
    const { at } = heads.read(bytes, begin, end);
    if (!Number.isNaN(at) && fits(at)) return { begin: from + begin, at };
    begin = end + 1;
  }
  return undefined;
};

/** Returns the first line with a timestamp after an offset, within 1 MiB. */
const timedBehind = async (
  heads: HeadReader,
  file: LogFile,
  offset: number,
  signal: AbortSignal,
): Promise<Timed | undefined> => {
  for (let size = windowBytes; size <= mebibyte; size *= 4) {
    const bytes = await readFilePart(file, offset, offset + size, signal);
    const skipped = offset === 0 ? 0 : bytes.indexOf(lineFeed) + 1;
    const isWhole = offset === 0 || skipped > 0;
    const timed = isWhole ? timedLine(heads, bytes.subarray(skipped), offset + skipped, anyTime) : undefined;
    if (timed !== undefined || bytes.length < size) return timed;
  }
  return undefined;
};
const parts = [0, 0.25, 0.5, 0.75, 0.9];
const anyTime = (): boolean => true;

/** Places of a file whose times are compared. */
const comparedPlaces = 256;
/** Fewer where each read is a request. */
const comparedRemotely = 16;

/**
 * Whether the times in a file go back, as in files that were joined or written over in place: a binary search would miss lines. It
 * compares the times at places of equal distance, so it may overlook a short step back. Throws WireError.
 */
export const goesBack = async (
  file: LogFile,
  size: number,
  options: HeadOptions,
  signal: AbortSignal,
): Promise<boolean> => {
  const heads = createHeadReader(options);
  const most = file.rest === undefined ? comparedPlaces : comparedRemotely;
  const places = Math.min(most, Math.ceil(size / windowBytes));
  let latest = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < places; place++) {
    const timed = await timedBehind(heads, file, Math.floor((size * place) / places), signal);
    if (timed === undefined) continue;
    if (timed.at < latest - writersApartMs) return true;
    latest = Math.max(latest, timed.at);
  }
  return (await lastTimed(heads, file, size, signal)) < latest - writersApartMs;
};

/** The time of the last line with one in the last part of a file; Infinity without one. */
const lastTimed = async (
  heads: HeadReader,
  file: LogFile,
  size: number,
  signal: AbortSignal,
): Promise<Millis> => {
  const bytes = await readFilePart(file, Math.max(0, size - windowBytes), size, signal);
  let latest = Number.POSITIVE_INFINITY;
  timedLine(heads, bytes.subarray(size > windowBytes ? bytes.indexOf(lineFeed) + 1 : 0), 0, (time) => {
    latest = time;
    return false;
  });
  return latest;
};

/** Lines of several writers to one file can be out of order by this much. */
const writersApartMs: Millis = 60_000;

/**
 * Returns the start of the lines since a wall-clock time, by binary search; assumes that the lines are
 * ordered by time. `isFirst`: no earlier line of the file has a timestamp. Undefined when no line has one.
 * Throws WireError.
 */
export const findLinesSince = async (
  file: LogFile,
  size: number,
  moment: Millis,
  options: HeadOptions,
  signal: AbortSignal,
): Promise<{ readonly offset: number; readonly isFirst: boolean } | undefined> => {
  const heads = createHeadReader(options);
  let low = 0;
  let high = size;
  let isTimed = false;
  while (high - low > 4 * windowBytes) {
    const middle = Math.floor((low + high) / 2);
    let timed: Timed | undefined;
    // If this part has no timestamps, a later one may have some.
    for (const part of parts)
      timed ??= await timedBehind(heads, file, middle + Math.floor((high - middle) * part), signal);
    isTimed ||= timed !== undefined;
    if (timed !== undefined && timed.at < moment && timed.begin < high) low = timed.begin;
    else high = middle;
  }
  const bytes = await readFilePart(file, low, Math.min(size, high + mebibyte), signal);
  const first = timedLine(heads, bytes, low, anyTime);
  if (first === undefined && !isTimed) return undefined;
  const timed = timedLine(heads, bytes, low, (offset) => offset >= moment);
  return { offset: timed?.begin ?? size, isFirst: low === 0 && timed?.begin === first?.begin };
};
