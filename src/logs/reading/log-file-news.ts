import type { Millis } from '../../domain/fault.ts';
import type { LogFile, LogFiles } from '../../platform/files/log-file-shapes.ts';
import { partOf } from './log-file-ends.ts';
import type { LineCutter } from './log-file-lines.ts';
import { chunkOf } from './log-file-read.ts';
import type { LogEvent } from './tail.ts';

/** How the reading of a file that is followed ended. */
export type Left =
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
export async function* untilLeftThere(
  { files, file, cutter }: { readonly files: LogFiles; readonly file: LogFile; readonly cutter: LineCutter },
  signal: AbortSignal,
): AsyncGenerator<LogEvent, Left, undefined> {
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
      if (lines !== 'more') yield chunkOf(lines, file.id);
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
  const head = await partOf(file, 0, recentBytes, signal);
  const first = head.subarray(0, fewestTelling);
  if (first.length < fewestTelling) return 0;
  for (let at = recent.indexOf(first); at !== -1; at = recent.indexOf(first, at + 1)) {
    const rest = recent.subarray(at);
    if (head.subarray(0, rest.length).equals(rest)) return rest.length;
  }
  return 0;
};
