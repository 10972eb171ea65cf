import { bulkSource } from './bulk-pattern.ts';
import type { LinePattern } from './chip.ts';

/** A pattern, ready to be matched. */
export interface CompiledPattern {
  /** Matched against one line. */
  readonly line: RegExp;
  /** Flag `g`: finds in lines with a line feed between them those that `line` matches; each match is inside of one line. Absent: judge each line alone. */
  readonly bulk?: RegExp;
  /** What it finds is this text, as it stands. */
  readonly plain?: string;
  /** True: it can't take long on any line. Of others nobody knows. */
  readonly isQuick: boolean;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** A pattern that is matched against one line. Throws SyntaxError. */
export const lineRegex = ({ text, regex, ignoreCase }: LinePattern): RegExp =>
  new RegExp(regex ? text : escaped(text), ignoreCase ? 'i' : '');

const isPlain = ({ text, regex, ignoreCase }: LinePattern): boolean =>
  !ignoreCase && text.isWellFormed() && text !== '' && (!regex || !/[\\^$.*+?()[\]{}|]/.test(text));

/** Throws SyntaxError for a pattern that is none. */
export const compilePattern = (pattern: LinePattern): CompiledPattern => {
  const line = lineRegex(pattern);
  const source = bulkSource(pattern.regex ? pattern.text : escaped(pattern.text));
  return {
    line,
    ...(source === undefined ? {} : { bulk: new RegExp(source, `g${line.flags}`) }),
    ...(isPlain(pattern) ? { plain: pattern.text } : {}),
    isQuick: !pattern.regex || !/[*+{]/.test(pattern.text),
  };
};
