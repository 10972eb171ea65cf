import { stripControls } from '../../../../domain/controls.ts';
import { bytes } from '../../../../domain/format.ts';
import { isSecretName } from '../../../../domain/secret-name.ts';
import { lineDiff } from '../../../../logs/reading/line-diff.ts';
import { clipped } from '../../../../platform/terminal/sanitize.ts';
import { withoutPasswords } from '../../../secret-text.ts';
import { printOf } from '../field-diff.ts';

const mostLines = 60;
const longestLine = 160;
/** What is shorter could be guessed, and its hash would tell who had guessed right. */
const shortestHashed = 40;

/** A value without what it is: told apart from others by its hash, where that gives nothing away. */
export const valueWords = (text: string | undefined, isSecret: boolean): string => {
  if (text === undefined) return 'none';
  if (isSecret && text.length < shortestHashed) return 'hidden';
  return `${bytes(Buffer.byteLength(text))}, sha256 ${printOf(text)}`;
};

const shownLine = (line: string): string => {
  return clipped(stripControls(withoutPasswords(line)), longestLine);
};

/** What changes of the text of a ConfigMap's key, line by line. */
export const textDiff = (
  key: string,
  before: string | undefined,
  after: string | null,
): readonly string[] => {
  if (isSecretName(key)) return [`${key}: hidden → hidden`];
  const told = lineDiff(before ?? '', after ?? '').map((line) => `${key} ${shownLine(line)}`);
  return told.length > mostLines
    ? [...told.slice(0, mostLines), `${key}: and ${told.length - mostLines} more lines`]
    : told;
};
