import { type Matcher, matcherOf } from '../../domain/regex/matcher.ts';
import { bulkSource } from './bulk-pattern.ts';
import type { LinePattern } from './chip.ts';

/** A pattern, ready to be matched. */
export interface CompiledPattern {
  /** Matches one line, in a time that grows with its length; unless `isBounded` is false. */
  readonly line: Pick<Matcher, 'test' | 'source'>;
  /** Flag `g`: finds in lines with a line feed between them those that `line` matches; each match is inside of one line. Absent: judge each line alone. */
  readonly bulk?: RegExp;
  /** What it finds is this text, as it stands. */
  readonly plain?: string;
  /** The longest line for which `bulk` takes few steps; Infinity: any. */
  readonly bulkChars: number;
  /** True: `bulk` takes few steps on any line. */
  readonly isQuick: boolean;
  /** False: look-around, references or high counts; on some line it may take for ever. */
  readonly isBounded: boolean;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** A pattern that is matched against one line. Throws SyntaxError. */
export const lineRegex = ({ text, regex, ignoreCase }: LinePattern): RegExp =>
  new RegExp(regex ? text : escaped(text), ignoreCase ? 'i' : '');

const isPlain = ({ text, regex, ignoreCase }: LinePattern): boolean =>
  !ignoreCase && text.isWellFormed() && text !== '' && (!regex || !/[\\^$.*+?()[\]{}|]/.test(text));

/** Throws SyntaxError for a pattern that is none. */
export const compilePattern = (pattern: LinePattern): CompiledPattern => {
  const native = lineRegex(pattern);
  const { flags } = native;
  const line = matcherOf(native.source, flags);
  const source = bulkSource(pattern.regex ? pattern.text : escaped(pattern.text));
  const { isBounded } = line;
  return {
    line: isBounded ? line : native,
    ...(source === undefined ? {} : { bulk: new RegExp(source, `g${flags}`) }),
    ...(isPlain(pattern) ? { plain: pattern.text } : {}),
    bulkChars: line.nativeChars,
    isQuick: line.nativeChars === Number.POSITIVE_INFINITY,
    isBounded,
  };
};
