import { lastLines } from './log-file-ends.ts';
import { ifMissing, openedOf } from './log-file-family.ts';
import { followed } from './log-file-follow.ts';
import { apart, apartWritten, type Legs, legsAfter, legsSince } from './log-file-legs.ts';
import { parseMark } from './log-file-mark.ts';
import { type LogFileParts, rotatedNote, wholeLeg } from './log-file-read.ts';
import type { LogEvent, Resume } from './tail.ts';

/**
 * The lines of a log file from where `from` says, through rotations, up to its end, or for ever when it is followed. Never
 * throws: what goes wrong is a fault, and its end.
 */
export async function* readLogFile(
  given: LogFileParts,
  from: Resume,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const { files, closeAll } = openedOf(given.files);
  const parts = { ...given, files, lent: from.lent === true };
  try {
    const { legs, gap, isUntimed } = await beginning(parts, from, signal);
    if (gap !== undefined) yield { is: 'gap', why: gap };
    if (isUntimed === true)
      yield { is: 'note', text: 'its lines tell no time: it is read from its beginning' };
    const { others, last } = from.follow ? await apartWritten(legs, signal) : apart(legs);
    for (const leg of others) {
      yield* wholeLeg(parts, leg, signal);
      yield rotatedNote;
    }
    if (from.follow && last?.gap !== undefined) yield { is: 'gap', why: last.gap };
    if (from.follow) yield* followed(parts, last, signal);
    else if (last !== undefined) yield* wholeLeg(parts, last, signal);
    else if (others.length === 0) await files.open(parts.path, signal);
  } catch (error) {
    if (!signal.aborted) yield { is: 'fault', fault: parts.fault(error) };
  } finally {
    await closeAll();
  }
}

const beginning = async (
  { files, clock, path, heads }: LogFileParts,
  { lines, since, after }: Resume,
  signal: AbortSignal,
): Promise<Legs & { readonly isUntimed?: boolean }> => {
  if (after !== undefined) {
    const place = parseMark(after);
    if (place !== undefined) return legsAfter(files, path, place, signal);
  }
  if (since !== undefined && lines === undefined)
    return legsSince(files, path, { moment: since + clock.wallOffset(), heads }, signal);
  const file = await files.open(path, signal).catch(ifMissing);
  if (file === undefined) return { legs: [] };
  const { sizeBytes } = await file.stat(signal);
  const at = lines === undefined ? 0 : await lastLines(file, sizeBytes, lines, signal);
  return { legs: [{ is: 'file', file, at }] };
};
