import type { Millis } from '../../domain/fault.ts';
import type { LogFile, LogFileStat, LogFiles } from '../../platform/files/file-interfaces.ts';
import type { HeadOptions } from '../format/head-reader.ts';
import type { FilePosition } from './file-line-splitter.ts';
import { findLinesSince } from './log-file-search.ts';
import {
  isCompressed,
  openRotatedFiles,
  type RotatedFiles,
  retryDuringRotation,
  undefinedIfMissing,
  verifyPosition,
} from './rotated-files.ts';

/** A file that is to be read from a place on. */
export type Segment =
  /** `gap`: why lines may be missing in front of it. `before`: what was seen to stand in front of `at`; should it change, the file was cut off. */
  | {
      readonly is: 'file';
      readonly file: LogFile;
      readonly at: number;
      readonly gap?: string;
      readonly before?: Uint8Array;
    }
  /** `since`: lines in front of that moment are left out; wall clock. */
  | {
      readonly is: 'packed';
      readonly stat: LogFileStat;
      readonly at: number;
      readonly gap?: string;
      readonly since?: Millis;
    };

export type FileSegment = Segment & { readonly is: 'file' };

/** What is read one after the other, the oldest first; the last is what stands at the path now, unless nothing does. */
export interface SegmentPlan {
  readonly legs: readonly Segment[];
  /** Why lines may be missing in front of the first. */
  readonly gap?: string;
}

/** More files are not held open at once: what is older is not read. */
const mostLegs = 200;
const tooMany = { gap: `it was rotated more than ${mostLegs} times: the oldest files are not read` };

/** The last of them, which may be followed, and those before it. */
export const splitLast = (
  legs: readonly Segment[],
): { readonly others: readonly Segment[]; readonly last?: FileSegment } => {
  const last = legs.at(-1);
  return last?.is === 'file' ? { others: legs.slice(0, -1), last } : { others: legs };
};

/**
 * The same for who follows: what nobody has written to yet is not the last of them as long as there is one before it, because who
 * writes may still have that one open. It is found again by whoever follows that.
 */
export const splitLastWritten = async (
  legs: readonly Segment[],
  signal: AbortSignal,
): Promise<ReturnType<typeof splitLast>> => {
  const { others, last } = splitLast(legs);
  const isFirst = others.at(-1)?.is !== 'file';
  if (last === undefined || isFirst || last.gap !== undefined) return splitLast(legs);
  if ((await last.file.stat(signal)).sizeBytes > 0) return splitLast(legs);
  await last.file.close();
  return splitLastWritten(others, signal);
};

const closeLegs = async (legs: readonly Segment[]): Promise<void> => {
  for (const leg of legs) if (leg.is === 'file') await leg.file.close();
};

/**
 * Legs for whole files (given the newest first), the packed ones as they are. Undefined when one of them was renamed before it
 * could be opened.
 */
const wholeLegs = async (
  files: LogFiles,
  stats: readonly LogFileStat[],
  signal: AbortSignal,
): Promise<readonly Segment[] | undefined> => {
  const legs: Segment[] = [];
  for (const stat of stats.slice(0, mostLegs).reverse()) {
    const gap = legs.length === 0 && stats.length > mostLegs ? tooMany : {};
    if (isCompressed(stat)) {
      legs.push({ is: 'packed', stat, at: 0, ...gap });
      continue;
    }
    const file = await files.open(stat.path, signal).catch(undefinedIfMissing);
    if (file !== undefined) legs.push({ is: 'file', file, at: 0, ...gap });
    if (file?.id === stat.id) continue;
    await closeLegs(legs);
    return undefined;
  }
  return legs;
};

const liveLeg = ({ live }: RotatedFiles, gap?: string): readonly Segment[] =>
  live === undefined ? [] : [{ is: 'file', file: live, at: 0, ...(gap === undefined ? {} : { gap }) }];

/**
 * What comes behind a file that is known, by its number and when it was last written: the files that were rotated after it, and
 * what stands at the path. Throws WireError.
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
    const at = rotated.findIndex(({ id }) => id === left.id);
    const between =
      at === -1 ? rotated.filter(({ writtenAt }) => writtenAt > left.writtenAt) : rotated.slice(0, at);
    const legs = await wholeLegs(files, between, signal);
    if (legs === undefined) {
      await live?.close();
      return undefined;
    }
    return { legs: [...legs, ...liveLeg(family)], isLeftThere: at !== -1 };
  });

/** Everything from a moment (wall clock) on, in what the log was rotated to, too. Throws WireError. */
export const segmentsSince = async (
  files: LogFiles,
  path: string,
  { moment, heads }: { readonly moment: Millis; readonly heads: HeadOptions },
  signal: AbortSignal,
): Promise<SegmentPlan & { readonly isUntimed: boolean }> => {
  const family = await openRotatedFiles(files, path, signal);
  const { live } = family;
  if (live === undefined) return { legs: [], isUntimed: false };
  const { sizeBytes } = await live.stat(signal);
  const found = await findLinesSince(live, sizeBytes, moment, heads, signal);
  const own: Segment = { is: 'file', file: live, at: found?.offset ?? 0 };
  if (found?.isFirst === false || (found === undefined && sizeBytes > 0))
    return { legs: [own], isUntimed: found === undefined };
  // Its first line is late enough: lines before it may be, too.
  const older: Segment[] = [];
  for (const stat of family.rotated.slice(0, mostLegs)) {
    if (stat.writtenAt < moment) break;
    if (isCompressed(stat)) {
      older.unshift({ is: 'packed', stat, at: 0, since: moment });
      continue;
    }
    const file = await files.open(stat.path, signal).catch(undefinedIfMissing);
    if (file === undefined) continue;
    const there = await findLinesSince(file, stat.sizeBytes, moment, heads, signal);
    if (there !== undefined) older.unshift({ is: 'file', file, at: there.offset });
    else await file.close();
    if (there?.isFirst !== true) break;
  }
  return { legs: [...older, own], isUntimed: false };
};

const known = (before: Uint8Array): Pick<FileSegment, 'before'> => (before.length === 0 ? {} : { before });

/** Everything behind a place that was read before. Throws WireError. */
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
      return { legs: [{ is: 'file', file: live, at: place.offset, ...known(before) }] };
    const left = await placeIn(files, rotated, place, signal);
    if (left === 'renamed') {
      await live?.close();
      return undefined;
    }
    if (left === undefined) return { legs: liveLeg(family), gap: lostPlace };
    const between = await wholeLegs(files, rotated.slice(0, left.index), signal);
    if (between === undefined) {
      await left.file.close();
      await live?.close();
      return undefined;
    }
    const own: Segment = { is: 'file', file: left.file, at: place.offset, ...known(left.before) };
    const rest = liveLeg(family, left.file.id === place.id ? undefined : copied);
    return { legs: [own, ...between, ...rest] };
  });

/**
 * The file of a place among those that a log was rotated to, or a copy of it: what stands in front of the place tells it.
 * 'renamed': one of them was renamed before it could be opened, so it may be the file of the place under its next name.
 */
const placeIn = async (
  files: LogFiles,
  rotated: readonly LogFileStat[],
  place: FilePosition,
  signal: AbortSignal,
): Promise<
  { readonly file: LogFile; readonly index: number; readonly before: Uint8Array } | 'renamed' | undefined
> => {
  for (const [index, stat] of rotated.slice(0, mostLegs).entries()) {
    if (isCompressed(stat) || stat.sizeBytes < place.offset) continue;
    const mayBeCopy = (place.check?.bytes ?? 0) >= fewestTelling;
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
/** Fewer bytes in front of a place could be those of any file. */
const fewestTelling = 64;
const copied = 'the file was copied and cut off: what was written in between may be missing';
const lostPlace = 'the file was rotated or cut off, and where it was left is not there any more';
