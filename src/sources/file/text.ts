import type { Millis } from '../../domain/fault.ts';
import { WireError } from '../../platform/failures.ts';
import type { FileStat, FileText, ReadFiles } from '../../platform/files/file-shapes.ts';

const mebibyte = 1024 * 1024;
/** A longer file is never read whole: its value is not worth a second of everybody else's time. */
const wholeBytes = 4 * mebibyte;
export const partBytes = mebibyte;

/** Who wrote a file this lately may be writing its last line still. */
const writingMs: Millis = 5000;

/** A file's text, as far as it is finished. */
export interface Finished {
  readonly raw: string;
  /** True: its last line had no end yet and was left out. */
  readonly unfinished: boolean;
}

export const isBeingWritten = ({ writtenAt }: FileStat, wallNow: Millis): boolean =>
  wallNow - writtenAt < writingMs;

/** Without a last line that lacks its line break, unless nobody has written for five seconds: then it was meant so. */
export const finished = (text: FileText, wallNow: Millis): Finished => {
  const { raw } = text;
  if (raw === '' || raw.endsWith('\n') || !isBeingWritten(text, wallNow)) return { raw, unfinished: false };
  return { raw: raw.slice(0, raw.lastIndexOf('\n') + 1), unfinished: true };
};

/** The whole of a file; undefined when it is too long for that. Throws WireError. */
export const readWhole = async (
  files: ReadFiles,
  file: FileStat,
  signal: AbortSignal,
): Promise<FileText | undefined> => {
  if (file.kind === 'file' && file.sizeBytes > wholeBytes) return undefined;
  const text = await files.read(file.path, { from: 'head', maxBytes: wholeBytes }, signal);
  return text.whole ? text : undefined;
};

/** Everything behind the first line break: a part begins in the middle of a line. */
export const withoutFirstLine = (raw: string): string => {
  const lineEnd = raw.indexOf('\n');
  return lineEnd === -1 ? '' : raw.slice(lineEnd + 1);
};

export const stillEmpty = (unfinished: boolean): WireError =>
  new WireError('malformed', unfinished ? 'its only line is still being written' : 'is empty');
