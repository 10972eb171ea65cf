import type { Millis } from '../../domain/fault.ts';
import type { LogFile, LogFileStat, LogWatch } from '../../platform/files/file-interfaces.ts';
import { WireError } from '../../platform/wire-error.ts';
import { checksumBytes, FileLineSplitter, parseFileMark } from './file-line-splitter.ts';
import { findHoleEnd, findLastLines, readFilePart } from './log-file-search.ts';
import {
  type FileSegment,
  type Segment,
  type SegmentPlan,
  segmentsAfter,
  segmentsAfterFile,
  segmentsSince,
  splitLast,
  splitLastWritten,
} from './log-file-segments.ts';
import {
  chunkEvent,
  type FollowEnd,
  followRemoteFile,
  type LogFileContext,
  readToEnd,
  readWholeSegment,
  rotatedNote,
} from './read-segment.ts';
import { trackOpenFiles, undefinedIfMissing } from './rotated-files.ts';
import type { LogEvent, ResumePoint } from './tail.ts';

/** Holds open what was seen at the path (the last of `heirs` being the latest) in the place of a file that is read still. */
const inherit = async (
  { files, path }: LogFileContext,
  heirs: LogFile[],
  { id }: LogFileStat,
  file: LogFile,
  signal: AbortSignal,
): Promise<void> => {
  const isKnown = (one: string): boolean => one === file.id || heirs.some((heir) => heir.id === one);
  if (isKnown(id)) return;
  const heir = await files.open(path, signal).catch(undefinedIfMissing);
  if (heir === undefined) return;
  if (isKnown(heir.id)) await heir.close();
  else heirs.push(heir);
};

/** True once anything was written to one of them. */
const isWritten = async (heirs: readonly LogFile[], signal: AbortSignal): Promise<boolean> => {
  for (const heir of heirs) if ((await heir.stat(signal)).sizeBytes > 0) return true;
  return false;
};

const writtenAt = async (leg: Segment, signal: AbortSignal): Promise<Millis> =>
  leg.is === 'packed' ? leg.stat.writtenAt : (await leg.file.stat(signal)).writtenAt;

/**
 * The legs with the files that were seen and are not among them, because they are gone: each behind the one that was seen before it,
 * and before what was written to later.
 */
const withHeirs = async (
  legs: readonly Segment[],
  heirs: readonly LogFile[],
  signal: AbortSignal,
): Promise<readonly Segment[]> => {
  const all = [...legs];
  const placeOf = (file: LogFile): number =>
    all.findIndex((leg) => leg.is === 'file' && leg.file.id === file.id);
  let place = 0;
  for (const file of heirs) {
    const known = placeOf(file);
    if (known === -1) {
      const last = (await file.stat(signal)).writtenAt;
      while (place < all.length) {
        const leg = all[place];
        const isLater = leg !== undefined && (await writtenAt(leg, signal)) > last;
        const isHeir = leg?.is === 'file' && heirs.some(({ id }) => id === leg.file.id);
        if (isLater || isHeir) break;
        place += 1;
      }
      all.splice(place, 0, { is: 'file', file, at: 0 });
      place += 1;
    } else place = known + 1;
  }
  return all;
};

type Events<T = void> = AsyncGenerator<LogEvent, T, undefined>;

/** Whoever has not looked for this long may have missed a file that came and went. */
const unseenMs: Millis = 2000;

/** A file that is rotated is away for a moment: that is not told. */
const awayMs: Millis = 1000;

/**
 * A file that is followed until the signal aborts. `live`: what stands at the path, from where it is read; absent: nothing is there
 * yet, and it is waited for. Throws WireError.
 */
async function* followed(parts: LogFileContext, live: FileSegment | undefined, signal: AbortSignal): Events {
  const watch = parts.files.watch(parts.path);
  let leg = live;
  try {
    while (!signal.aborted) {
      leg ??= yield* waitedFor(parts, watch, signal);
      if (leg === undefined) return;
      const { file, at } = leg;
      const isThere = parts.files.follow !== undefined;
      const before = isThere
        ? undefined
        : (leg.before ?? (await readFilePart(file, Math.max(0, at - checksumBytes), at, signal)));
      const cutter = new FileLineSplitter(at, before);
      const left = isThere
        ? yield* followRemoteFile({ files: parts.files, file, cutter }, signal)
        : yield* untilLeft(parts, { file, cutter, watch }, signal);
      leg =
        left.is === 'cut'
          ? yield* cutOff(parts, { file, cutter, told: left.told }, signal)
          : yield* replaced(parts, { file, cutter, left }, signal);
      await file.close();
    }
  } finally {
    watch.close();
  }
}

/** Until something stands at the path. */
async function* waitedFor(
  parts: LogFileContext,
  watch: LogWatch,
  signal: AbortSignal,
): Events<FileSegment | undefined> {
  const { files, path } = parts;
  let isTold = false;
  while (!signal.aborted) {
    if ((await files.stat(path, signal)) !== undefined) {
      const file = await files.open(path, signal);
      return { is: 'file', file, at: 0 };
    }
    if (!isTold) {
      const missing = new WireError('missing', 'there is no such file: waiting for it');
      yield { is: 'fault', fault: parts.fault(missing) };
    }
    isTold = true;
    await watch.changed(signal);
  }
  return undefined;
}

interface Reading {
  readonly file: LogFile;
  readonly cutter: FileLineSplitter;
  readonly watch: LogWatch;
}

/**
 * Reads a file as it grows. One that was renamed is read on until what took its place has been written to, and then to its
 * end: who writes keeps his file open until then. Whatever is seen in its place is held open, should it be gone, too, by then.
 */
async function* untilLeft(
  parts: LogFileContext,
  { file, cutter, watch }: Reading,
  signal: AbortSignal,
): Events<FollowEnd> {
  const { files, path, clock } = parts;
  const heirs: LogFile[] = [];
  let seenAt = clock.now();
  let [isLeaving, isAwayTold] = [false, false];
  for (;;) {
    if (yield* readToEnd(file, cutter, signal)) return { is: 'cut', told: 0 };
    if (isLeaving) return { is: 'replaced', heirs, unseenMs: clock.now() - seenAt };
    const now = await files.stat(path, signal);
    if (now?.id === file.id) {
      seenAt = clock.now();
      isAwayTold = false;
    } else if (now !== undefined) await inherit(parts, heirs, now, file, signal);
    else if (!isAwayTold && clock.now() - seenAt > awayMs) {
      yield { is: 'note', text: 'the file is away: waiting for it' };
      isAwayTold = true;
    }
    isLeaving = await isWritten(heirs, signal);
    if (!isLeaving) await watch.changed(signal);
    signal.throwIfAborted();
  }
}

/** What comes behind a file whose place was taken: those that came and went in between, and what stands there now. */
async function* replaced(
  parts: LogFileContext,
  {
    file,
    cutter,
    left: { heirs, unseenMs: awayFor },
  }: Omit<Reading, 'watch'> & { readonly left: FollowEnd & { readonly is: 'replaced' } },
  signal: AbortSignal,
): Events<FileSegment | undefined> {
  const { files, path } = parts;
  const rest = cutter.rest();
  if (rest !== undefined) yield chunkEvent(rest, file.id);
  const { legs, isLeftThere } = await segmentsAfterFile(files, path, await file.stat(signal), signal);
  // What was deleted, and others rotated after it: who deletes the oldest may have deleted more.
  if (!isLeftThere && (awayFor > unseenMs || legs.length > 1))
    yield { is: 'gap', why: 'the file was deleted: others may have come and gone in its place' };
  yield isLeftThere ? rotatedNote : { is: 'note', text: 'another file took its place' };
  return yield* upToLast(parts, await withHeirs(legs, heirs, signal), signal);
}

/** What comes behind the place up to which a file that was cut off was read. */
async function* cutOff(
  parts: LogFileContext,
  { file: { id }, cutter, told }: Omit<Reading, 'watch'> & { readonly told: number },
  signal: AbortSignal,
): Events<FileSegment | undefined> {
  const gap: LogEvent = { is: 'gap', why: 'the file was cut off: what was written last may be missing' };
  if (told > 0) {
    yield gap;
    const file = await parts.files.open(parts.path, signal);
    return { is: 'file', file, at: Math.max(0, told - cutter.unfinished) };
  }
  const place = { id, ...cutter.place };
  const { legs, gap: lost } = await segmentsAfter(parts.files, parts.path, place, signal);
  if (lost !== undefined) {
    const rest = cutter.rest();
    if (rest !== undefined) yield chunkEvent(rest, id);
    yield gap;
  }
  const leg = yield* upToLast(parts, legs, signal);
  if (leg === undefined) return undefined;
  // Who does not append goes on where he was, and leaves a hole before it.
  return { ...leg, at: await findHoleEnd(leg.file, signal) };
}

/** Everything of the legs but the last, which is given back: it is followed, whether it stands at the path or not yet again. */
async function* upToLast(
  parts: LogFileContext,
  legs: readonly Segment[],
  signal: AbortSignal,
): Events<FileSegment | undefined> {
  const { others, last } = await splitLastWritten(legs, signal);
  for (const leg of others) {
    yield* readWholeSegment(parts, leg, signal);
    yield rotatedNote;
  }
  if (last?.gap !== undefined) yield { is: 'gap', why: last.gap };
  return last;
}

/**
 * The lines of a log file from where `from` says, through rotations, up to its end, or for ever when it is followed. Never
 * throws: what goes wrong is a fault, and its end.
 */
export async function* tailLogFile(
  given: LogFileContext,
  from: ResumePoint,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const { files, closeAll } = trackOpenFiles(given.files);
  const parts = { ...given, files, lent: from.reusesBuffers === true };
  try {
    const { legs, gap, isUntimed } = await beginning(parts, from, signal);
    if (gap !== undefined) yield { is: 'gap', why: gap };
    if (isUntimed === true)
      yield { is: 'note', text: 'its lines tell no time: it is read from its beginning' };
    const { others, last } = from.follow ? await splitLastWritten(legs, signal) : splitLast(legs);
    for (const leg of others) {
      yield* readWholeSegment(parts, leg, signal);
      yield rotatedNote;
    }
    if (from.follow && last?.gap !== undefined) yield { is: 'gap', why: last.gap };
    if (from.follow) yield* followed(parts, last, signal);
    else if (last !== undefined) yield* readWholeSegment(parts, last, signal);
    else if (others.length === 0) await files.open(parts.path, signal);
  } catch (error) {
    if (!signal.aborted) yield { is: 'fault', fault: parts.fault(error) };
  } finally {
    await closeAll();
  }
}

const beginning = async (
  { files, clock, path, heads }: LogFileContext,
  { lines, since, after }: ResumePoint,
  signal: AbortSignal,
): Promise<SegmentPlan & { readonly isUntimed?: boolean }> => {
  if (after !== undefined) {
    const place = parseFileMark(after);
    if (place !== undefined) return segmentsAfter(files, path, place, signal);
  }
  if (since !== undefined && lines === undefined)
    return segmentsSince(files, path, { moment: since + clock.wallOffset(), heads }, signal);
  const file = await files.open(path, signal).catch(undefinedIfMissing);
  if (file === undefined) return { legs: [] };
  const { sizeBytes } = await file.stat(signal);
  const at = lines === undefined ? 0 : await findLastLines(file, sizeBytes, lines, signal);
  return { legs: [{ is: 'file', file, at }] };
};
