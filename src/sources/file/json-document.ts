import { WireError } from '../../platform/failures.ts';
import type { FileStat, ReadFiles } from '../../platform/files/file-shapes.ts';
import { parseJson } from '../json-text.ts';
import { finished, partBytes, readWhole, stillEmpty, withoutFirstLine } from './text.ts';

/**
 * The JSON value of a file, or of its last line when each line is one. A last line that is still being written is left
 * out. Throws WireError: `malformed` with the line.
 */
export const readJson = async (
  files: ReadFiles,
  file: FileStat,
  wallNow: number,
  signal: AbortSignal,
): Promise<unknown> => {
  const whole = await readWhole(files, file, signal);
  if (whole === undefined) return lastOfMany(files, file, wallNow, signal);
  const document = parseJson(whole.raw);
  if (document.ok) return document.value;
  const { raw, unfinished } = finished(whole, wallNow);
  const lines = linesOf(raw);
  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || last === undefined) throw stillEmpty(unfinished);
  // One value a line: then the first line is one too.
  if (!parseJson(first.text).ok) throw new WireError('malformed', document.problem);
  const value = parseJson(last.text);
  if (value.ok) return value.value;
  throw new WireError('malformed', `line ${last.line} is no JSON: ${value.problem}`);
};

const lastOfMany = async (
  files: ReadFiles,
  file: FileStat,
  wallNow: number,
  signal: AbortSignal,
): Promise<unknown> => {
  const tail = await files.read(file.path, { from: 'tail', maxBytes: partBytes }, signal);
  const last = linesOf(withoutFirstLine(finished(tail, wallNow).raw)).at(-1);
  const value = last === undefined ? undefined : parseJson(last.text);
  if (value?.ok === true) return value.value;
  throw new WireError('malformed', 'is longer than 4 MiB, and its last line is no JSON by itself');
};

const linesOf = (raw: string): readonly { readonly text: string; readonly line: number }[] =>
  raw
    .split('\n')
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text.trim() !== '');
