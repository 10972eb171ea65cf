import type { LinePattern } from '../../logs/format/chip.ts';
import { lineRegex } from '../../logs/format/line-pattern.ts';
import { UsageError } from '../exit-code.ts';

const problemOf = (source: string): string | undefined => {
  try {
    new RegExp(source);
    return undefined;
  } catch (error) {
    const words = error instanceof Error ? error.message : '';
    return (words.split(': ').at(-1) ?? '').toLowerCase();
  }
};

/** Where it goes wrong: behind the longest beginning that is a pattern still. Counted from 0. */
const wrongAt = (source: string): number => {
  for (let length = source.length - 1; length > 0; length--)
    if (problemOf(source.slice(0, length)) === undefined) return length;
  return 0;
};

/** A pattern of the command line. Throws UsageError, which shows where it is wrong. */
export const patternOf = (option: string, text: string, ignoreCase: boolean): LinePattern => {
  const pattern = { text, regex: true, ignoreCase };
  try {
    lineRegex(pattern);
    return pattern;
  } catch {
    const at = wrongAt(text);
    throw new UsageError(
      `${option} is no regular expression: ${problemOf(text) ?? 'it cannot be used'}, at character ${at + 1}`,
      `  ${text}`,
      `  ${' '.repeat(at)}^`,
      '  escape what is meant as itself with \\',
    );
  }
};
