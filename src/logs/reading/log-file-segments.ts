import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { LogFile, LogFileStat, LogFiles } from '../../platform/files/file-interfaces.ts';
import { undefinedIfMissing } from '../../platform/runtime/wire-error.ts';
import type { HeadOptions } from '../format/head-reader.ts';
import type { FilePosition } from './file-line-splitter.ts';
import { findLinesSince, goesBack } from './log-file-search.ts';
import {
  isCompressed,
  openRotatedFiles,
  type RotatedFiles,
  retryDuringRotation,
  verifyPosition,
} from './rotated-files.ts';

/** A file to be read from a position on. */
export type Segment =
  /**
   * `gap`: why lines before it may be missing. `before`: the bytes seen before `at`; if they change, the file
   * was truncated.
   */
  | {
      readonly is: 'file';
      readonly file: LogFile;
      readonly at: number;
      readonly gap?: string;
      readonly before?: Uint8Array;
    }
  /** `since`: skip lines before this time; wall clock. */
  | {
      readonly is: 'packed';
      readonly stat: LogFileStat;
      readonly at: number;
      readonly gap?: string;
      readonly since?: Millis;
    };

export type FileSegment = Segment & { readonly is: 'file' };

/** Files to read in order, oldest first. The last one is the file at the path, if there is one. */
export interface SegmentPlan {
  readonly segments: readonly Segment[];
  /** The reason lines before the first segment may be missing. */
  readonly gap?: string;
}

/** Maximum number of open files; older ones are not read. */
const maxSegments = 200;
const tooMany = { gap: `the log was rotated more than ${maxSegments} times: the oldest files are not read` };

/** Separates the last segment, which may be followed, from the others. */
export const splitLast = (
  segments: readonly Segment[],
): { readonly others: readonly Segment[]; readonly last?: FileSegment } => {
  const last = segments.at(-1);
  return last?.is === 'file' ? { others: segments.slice(0, -1), last } : { others: segments };
};

/**
 * Like `splitLast`, for a follower. An empty last file does not count while an older one exists, because the
 * writer may still have that one open. The follower finds the empty file again later.
 */
export const splitLastWritten = async (
  segments: readonly Segment[],
  signal: AbortSignal,
): Promise<ReturnType<typeof splitLast>> => {
  const { others, last } = splitLast(segments);
  const isFirst = others.at(-1)?.is !== 'file';
  if (last === undefined || isFirst || last.gap !== undefined) return splitLast(segments);
  if ((await last.file.stat(signal)).sizeBytes > 0) return splitLast(segments);
  await last.file.close();
  return splitLastWritten(others, signal);
};

const closeSegments = async (segments: readonly Segment[]): Promise<void> => {
  for (const segment of segments) if (segment.is === 'file') await segment.file.close();
};

/**
 * Opens segments for whole files (given newest first); compressed ones stay closed. Undefined when a file was
 * renamed before it could be opened.
 */
const wholeSegments = async (
  files: LogFiles,
  stats: readonly LogFileStat[],
  signal: AbortSignal,
): Promise<readonly Segment[] | undefined> => {
  const segments: Segment[] = [];
  for (const stat of stats.slice(0, maxSegments).reverse()) {
    const gap = segments.length === 0 && stats.length > maxSegments ? tooMany : {};
    if (isCompressed(stat)) {
      segments.push({ is: 'packed', stat, at: 0, ...gap });
      continue;
    }
    const file = await files.open(stat.path, signal).catch(undefinedIfMissing);
    if (file !== undefined) segments.push({ is: 'file', file, at: 0, ...gap });
    if (file?.id === stat.id) continue;
    await closeSegments(segments);
    return undefined;
  }
  return segments;
};

const liveSegment = ({ live }: RotatedFiles, gap?: string): readonly Segment[] =>
  live === undefined ? [] : [{ is: 'file', file: live, at: 0, ...defined({ gap }) }];

/**
 * Returns the segments after a known file, identified by inode and modification time: the files rotated after
 * it, and the one at the path. Throws WireError.
 */
export const segmentsAfterFile = async (
  files: LogFiles,
  path: string,
  left: Pick<LogFileStat, 'id' | 'writtenAt'>,
  signal: AbortSignal,
): Promise<SegmentPlan & { readonly isLeftThere: boolean }> =>
  retryDuringRotation(async () => {
    const family = await openRotatedFiles(files, path, signal);
    const { live, rotated } = family;
    const index = rotated.findIndex(({ id }) => id === left.id);
    const between =
      index === -1 ? rotated.filter(({ writtenAt }) => writtenAt > left.writtenAt) : rotated.slice(0, index);
    const segments = await wholeSegments(files, between, signal);
    if (segments === undefined) {
      await live?.close();
      return undefined;
    }
    return { segments: [...segments, ...liveSegment(family)], isLeftThere: index !== -1 };
  });

/** A time to find in files, and how their times are read. */
interface SinceTime {
  /** Wall clock. */
  readonly moment: Millis;
  readonly heads: HeadOptions;
  /** True: the place that a binary search finds, also where times go back and lines of that time are elsewhere, too. */
  readonly isSearchOnly?: boolean;
}

/** The start of the lines since a time; the start of the file where its times go back and all of them are wanted. */
const startSince = async (
  file: LogFile,
  sizeBytes: number,
  { moment, heads, isSearchOnly = false }: SinceTime,
  signal: AbortSignal,
): Promise<
  { readonly offset: number; readonly isFirst: boolean; readonly goesBack?: boolean } | undefined
> => {
  const start = await findLinesSince(file, sizeBytes, moment, heads, signal);
  if (start === undefined || start.isFirst || !(await goesBack(file, sizeBytes, heads, signal))) return start;
  return isSearchOnly ? { ...start, goesBack: true } : { offset: 0, isFirst: true, goesBack: true };
};

/** Returns the segments since a wall-clock time, including rotated files. Throws WireError. */
export const segmentsSince = async (
  files: LogFiles,
  path: string,
  since: SinceTime,
  signal: AbortSignal,
): Promise<SegmentPlan & { readonly isUntimed: boolean; readonly goesBack?: boolean }> => {
  const family = await openRotatedFiles(files, path, signal);
  const { live } = family;
  if (live === undefined) return { segments: [], isUntimed: false };
  const { sizeBytes } = await live.stat(signal);
  const position = await startSince(live, sizeBytes, since, signal);
  let isAnyBack = position?.goesBack === true;
  const own: Segment = { is: 'file', file: live, at: position?.offset ?? 0 };
  if (position?.isFirst === false || (position === undefined && sizeBytes > 0))
    return { segments: [own], isUntimed: position === undefined, goesBack: isAnyBack };
  // Its first line is late enough, so earlier files may contain matching lines, too.
  const older: Segment[] = [];
  for (const stat of family.rotated.slice(0, maxSegments)) {
    if (stat.writtenAt < since.moment) break;
    if (isCompressed(stat)) {
      older.unshift({ is: 'packed', stat, at: 0, since: since.moment });
      continue;
    }
    const file = await files.open(stat.path, signal).catch(undefinedIfMissing);
    if (file === undefined) continue;
    const start = await startSince(file, stat.sizeBytes, since, signal);
    isAnyBack ||= start?.goesBack === true;
    if (start !== undefined) older.unshift({ is: 'file', file, at: start.offset });
    else await file.close();
    if (start?.isFirst !== true) break;
  }
  return { segments: [...older, own], isUntimed: false, goesBack: isAnyBack };
};

const known = (before: Uint8Array): Pick<FileSegment, 'before'> => (before.length === 0 ? {} : { before });

/** Returns the segments after a position. Throws WireError. */
export const segmentsAfter = async (
  files: LogFiles,
  path: string,
  place: FilePosition,
  signal: AbortSignal,
): Promise<SegmentPlan> =>
  retryDuringRotation(async () => {
    const family = await openRotatedFiles(files, path, signal);
    const { live, rotated } = family;
    const before = live?.id === place.id ? await verifyPosition(live, place, signal) : undefined;
    if (live !== undefined && before !== undefined)
      return { segments: [{ is: 'file', file: live, at: place.offset, ...known(before) }] };
    const left = await placeIn(files, rotated, place, signal);
    if (left === 'renamed') {
      await live?.close();
      return undefined;
    }
    if (left === undefined) return { segments: liveSegment(family), gap: lostPlace };
    const between = await wholeSegments(files, rotated.slice(0, left.index), signal);
    if (between === undefined) {
      await left.file.close();
      await live?.close();
      return undefined;
    }
    const own: Segment = { is: 'file', file: left.file, at: place.offset, ...known(left.before) };
    const rest = liveSegment(family, left.file.id === place.id ? undefined : copied);
    return { segments: [own, ...between, ...rest] };
  });

/**
 * Finds the file of a position among the rotated files, or a copy of it, by the bytes before the position.
 * 'renamed': a file was renamed before it could be opened, so it may be the wanted file under another name.
 */
const placeIn = async (
  files: LogFiles,
  rotated: readonly LogFileStat[],
  place: FilePosition,
  signal: AbortSignal,
): Promise<
  { readonly file: LogFile; readonly index: number; readonly before: Uint8Array } | 'renamed' | undefined
> => {
  for (const [index, stat] of rotated.slice(0, maxSegments).entries()) {
    if (isCompressed(stat) || stat.sizeBytes < place.offset) continue;
    const mayBeCopy = (place.check?.bytes ?? 0) >= minCheckBytes;
    if (stat.id !== place.id && !mayBeCopy) continue;
    const file = await files.open(stat.path, signal).catch(undefinedIfMissing);
    if (file?.id !== stat.id) {
      await file?.close();
      return 'renamed';
    }
    const before = await verifyPosition(file, place, signal);
    if (before !== undefined) return { file, index, before };
    await file.close();
  }
  return undefined;
};
/** Minimum checked bytes that identify a copy; fewer could occur in any file. */
const minCheckBytes = 64;
const copied = 'the file was copied and truncated: lines written in between may be missing';
const lostPlace = 'the log file was rotated or truncated since the last read: lines may be missing';
