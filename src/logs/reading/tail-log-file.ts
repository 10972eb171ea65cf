import type { Millis } from '../../domain/base/fault.ts';
import type { LogFile, LogFileStat, LogWatch } from '../../platform/files/file-interfaces.ts';
import { undefinedIfMissing, WireError } from '../../platform/runtime/wire-error.ts';
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
import { trackOpenFiles } from './rotated-files.ts';
import type { LogEvent, ResumePoint } from './tail.ts';

/**
 * Keeps the file seen at the path open (the last of `successors` is the latest) while its predecessor is
 * still being read.
 */
const keepSuccessorOpen = async (
  { files, path }: LogFileContext,
  successors: LogFile[],
  { id }: LogFileStat,
  file: LogFile,
  signal: AbortSignal,
): Promise<void> => {
  const isKnown = (text: string): boolean =>
    text === file.id || successors.some((successor) => successor.id === text);
  if (isKnown(id)) return;
  const successor = await files.open(path, signal).catch(undefinedIfMissing);
  if (successor === undefined) return;
  if (isKnown(successor.id)) await successor.close();
  else successors.push(successor);
};

/** True when at least one of the files has content. */
const isWritten = async (successors: readonly LogFile[], signal: AbortSignal): Promise<boolean> => {
  for (const successor of successors) if ((await successor.stat(signal)).sizeBytes > 0) return true;
  return false;
};

const writtenAt = async (segment: Segment, signal: AbortSignal): Promise<Millis> =>
  segment.is === 'packed' ? segment.stat.writtenAt : (await segment.file.stat(signal)).writtenAt;

/**
 * Inserts the files that were seen but are missing in the segments, because they were deleted. Each goes
 * after the one seen before it, and before files written later.
 */
const withSuccessors = async (
  segments: readonly Segment[],
  successors: readonly LogFile[],
  signal: AbortSignal,
): Promise<readonly Segment[]> => {
  const all = [...segments];
  const placeOf = (file: LogFile): number =>
    all.findIndex((segment) => segment.is === 'file' && segment.file.id === file.id);
  let place = 0;
  for (const file of successors) {
    const known = placeOf(file);
    if (known === -1) {
      const last = (await file.stat(signal)).writtenAt;
      while (place < all.length) {
        const segment = all[place];
        const isLater = segment !== undefined && (await writtenAt(segment, signal)) > last;
        const isSuccessor = segment?.is === 'file' && successors.some(({ id }) => id === segment.file.id);
        if (isLater || isSuccessor) break;
        place += 1;
      }
      all.splice(place, 0, { is: 'file', file, at: 0 });
      place += 1;
    } else place = known + 1;
  }
  return all;
};

type Events<T = void> = AsyncGenerator<LogEvent, T, undefined>;

/** Maximum interval between two checks of the path without possibly missing a short-lived file. */
const unseenMs: Millis = 2000;

/** Grace period before a missing file is reported; a rotation removes it for a moment. */
const awayMs: Millis = 1000;

/**
 * Follows a file until the signal aborts. `live`: the file at the path and its start position; absent: waits
 * for a file. Throws WireError.
 */
async function* followed(parts: LogFileContext, live: FileSegment | undefined, signal: AbortSignal): Events {
  const watch = parts.files.watch(parts.path);
  let segment = live;
  try {
    while (!signal.aborted) {
      segment ??= yield* waitedFor(parts, watch, signal);
      if (segment === undefined) return;
      const { file, at } = segment;
      const isThere = parts.files.follow !== undefined;
      const before = isThere
        ? undefined
        : (segment.before ?? (await readFilePart(file, Math.max(0, at - checksumBytes), at, signal)));
      const splitter = new FileLineSplitter(at, before);
      const left = isThere
        ? yield* followRemoteFile({ files: parts.files, file, splitter }, signal)
        : yield* untilLeft(parts, { file, splitter, watch }, signal);
      segment =
        left.is === 'cut'
          ? yield* cutOff(parts, { file, splitter, emitted: left.emitted }, signal)
          : yield* replaced(parts, { file, splitter, left }, signal);
      await file.close();
    }
  } finally {
    watch.close();
  }
}

/** Waits until a file exists at the path. */
async function* waitedFor(
  parts: LogFileContext,
  watch: LogWatch,
  signal: AbortSignal,
): Events<FileSegment | undefined> {
  const { files, path } = parts;
  let isReported = false;
  while (!signal.aborted) {
    if ((await files.stat(path, signal)) !== undefined) {
      const file = await files.open(path, signal);
      if (isReported) yield { is: 'note', text: 'opsdeck reads the log file, which exists now' };
      return { is: 'file', file, at: 0 };
    }
    if (!isReported) {
      const missing = new WireError('missing', 'the log file does not exist yet: opsdeck waits for the file');
      yield { is: 'fault', fault: parts.fault(missing) };
    }
    isReported = true;
    await watch.changed(signal);
  }
  return undefined;
}

interface Reading {
  readonly file: LogFile;
  readonly splitter: FileLineSplitter;
  readonly watch: LogWatch;
}

/**
 * Reads a file as it grows. A renamed file is read until its successor has content, and then to its end,
 * because the writer keeps it open until then. Successors are kept open in case they are deleted meanwhile.
 */
async function* untilLeft(
  parts: LogFileContext,
  { file, splitter, watch }: Reading,
  signal: AbortSignal,
): Events<FollowEnd> {
  const { files, path, clock } = parts;
  const successors: LogFile[] = [];
  let seenAt = clock.now();
  let isLeaving = false;
  let isMissingReported = false;
  for (;;) {
    if (yield* readToEnd(file, splitter, signal)) return { is: 'cut', emitted: 0 };
    if (isLeaving) return { is: 'replaced', successors, unseenMs: clock.now() - seenAt };
    const now = await files.stat(path, signal);
    if (now?.id === file.id) {
      seenAt = clock.now();
      isMissingReported = false;
    } else if (now !== undefined) await keepSuccessorOpen(parts, successors, now, file, signal);
    else if (!isMissingReported && clock.now() - seenAt > awayMs) {
      yield {
        is: 'note',
        text: 'the log file is missing: opsdeck reads on as soon as the file exists again',
      };
      isMissingReported = true;
    }
    isLeaving = await isWritten(successors, signal);
    if (!isLeaving) await watch.changed(signal);
    signal.throwIfAborted();
  }
}

/** Reads the successors of a replaced file: those created and rotated in between; returns the current one. */
async function* replaced(
  parts: LogFileContext,
  {
    file,
    splitter,
    left: { successors, unseenMs: awayFor },
  }: Omit<Reading, 'watch'> & { readonly left: FollowEnd & { readonly is: 'replaced' } },
  signal: AbortSignal,
): Events<FileSegment | undefined> {
  const { files, path } = parts;
  const rest = splitter.rest();
  if (rest !== undefined) yield chunkEvent(rest, file.id);
  const { segments, isLeftThere } = await segmentsAfterFile(files, path, await file.stat(signal), signal);
  // If the file was deleted and others were rotated after it, a cleanup of old files may have deleted more of
  // them.
  if (!isLeftThere && (awayFor > unseenMs || segments.length > 1))
    yield { is: 'gap', why: 'the log file was deleted: files created and deleted since then may be missing' };
  yield isLeftThere ? rotatedNote : { is: 'note', text: 'another file has taken the place of the log file' };
  return yield* upToLast(parts, await withSuccessors(segments, successors, signal), signal);
}

/** Continues after the position up to which a truncated file was read. */
async function* cutOff(
  parts: LogFileContext,
  { file: { id }, splitter, emitted }: Omit<Reading, 'watch'> & { readonly emitted: number },
  signal: AbortSignal,
): Events<FileSegment | undefined> {
  const gap: LogEvent = { is: 'gap', why: 'the log file was truncated: the last lines may be missing' };
  if (emitted > 0) {
    yield gap;
    const file = await parts.files.open(parts.path, signal);
    return { is: 'file', file, at: Math.max(0, emitted - splitter.unfinished) };
  }
  const place = { id, ...splitter.place };
  const { segments, gap: lost } = await segmentsAfter(parts.files, parts.path, place, signal);
  if (lost !== undefined) {
    const rest = splitter.rest();
    if (rest !== undefined) yield chunkEvent(rest, id);
    yield gap;
  }
  const segment = yield* upToLast(parts, segments, signal);
  if (segment === undefined) return undefined;
  // A writer without O_APPEND continues at its old offset and leaves a hole before it.
  return { ...segment, at: await findHoleEnd(segment.file, signal) };
}

/**
 * Reads all segments except the last one and returns it to be followed, whether or not it is at the path yet.
 */
async function* upToLast(
  parts: LogFileContext,
  segments: readonly Segment[],
  signal: AbortSignal,
): Events<FileSegment | undefined> {
  const { others, last } = await splitLastWritten(segments, signal);
  for (const segment of others) {
    yield* readWholeSegment(parts, segment, signal);
    yield rotatedNote;
  }
  if (last?.gap !== undefined) yield { is: 'gap', why: last.gap };
  return last;
}

/**
 * Yields the lines of a log file from `from` on, through rotations, up to its end, or indefinitely when
 * following. Never throws: an error is a final fault event.
 */
export async function* tailLogFile(
  fileContext: LogFileContext,
  from: ResumePoint,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const { files, closeAll } = trackOpenFiles(fileContext.files);
  const parts = { ...fileContext, files, lent: from.reusesBuffers === true };
  try {
    const { segments, gap, isUntimed, goesBack } = await beginning(parts, from, signal);
    if (gap !== undefined) yield { is: 'gap', why: gap };
    if (isUntimed === true)
      yield {
        is: 'note',
        text: 'the lines have no timestamps, so --since has no effect: opsdeck reads from the beginning',
      };
    if (goesBack === true)
      yield { is: 'note', text: 'the times in the file are not in order, so opsdeck reads the whole file' };
    const { others, last } = from.follow ? await splitLastWritten(segments, signal) : splitLast(segments);
    for (const segment of others) {
      yield* readWholeSegment(parts, segment, signal);
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
): Promise<SegmentPlan & { readonly isUntimed?: boolean; readonly goesBack?: boolean }> => {
  if (after !== undefined) {
    const place = parseFileMark(after);
    if (place !== undefined) return segmentsAfter(files, path, place, signal);
  }
  if (since !== undefined && lines === undefined)
    return segmentsSince(files, path, { moment: since + clock.wallOffset(), heads }, signal);
  const file = await files.open(path, signal).catch(undefinedIfMissing);
  if (file === undefined) return { segments: [] };
  const { sizeBytes } = await file.stat(signal);
  const time = lines === undefined ? 0 : await findLastLines(file, sizeBytes, lines, signal);
  return { segments: [{ is: 'file', file, at: time }] };
};
