import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { LogLevel } from '../../domain/facts/log-level.ts';
import { searchEffort } from '../../domain/regex/backtracking-cost.ts';
import { type Matcher, matcherOf } from '../../domain/regex/matcher.ts';
import { parseRegex } from '../../domain/regex/parse.ts';
import { requiredTexts } from '../../domain/regex/required-texts.ts';
import type { RegexTree } from '../../domain/regex/tree.ts';

/** Matches a class, an escape, the start of a group, an assertion, or any other character. */
const token = /\[(\^?)((?:\\.|[^\]\\])*)\]|\\(.)|(\()(\?(?::|<(?![=!]))?)?|([\s\S])/gy;

/** Escapes that denote a character class (`\s`) and would match a line feed. */
const withoutLineFeed: Readonly<Record<string, string>> = {
  s: '[^\\S\\n]',
  W: '[^\\w\\n]',
  D: '[^\\d\\n]',
};
/** Escapes outside classes that never match a line feed. */
const harmless = /[dwSbBtvfr]|[^\w]/;
/**
 * A class that may contain a line feed: escapes of letters and digits except a few, and ranges from a control
 * character.
 */
const doubtful = /\\(?![dwStvfr])\w|\\[tvfr](?=.*-)/;

/** Returns undefined if the result is uncertain. */
const ofToken = (match: RegExpExecArray): string | undefined => {
  const [whole, not, body, escaped, group, begin, other] = match;
  if (body !== undefined) {
    if (not === '^') return `[^\\n${body.startsWith('-') ? '\\' : ''}${body}]`;
    return doubtful.test(body) ? undefined : whole;
  }
  if (escaped !== undefined) return withoutLineFeed[escaped] ?? (harmless.test(escaped) ? whole : undefined);
  if (group !== undefined) return begin === '?' ? undefined : whole;
  if (other === '^') return '(?<![^\\n])';
  if (other === '$') return '(?![^\\n])';
  return whole;
};

/**
 * Returns the source of an expression that finds in many lines, separated by line feeds, what `source` finds
 * in each line alone. No atom matches a line feed, and `^` and `$` match at the start and end of a line.
 * `source` must compile without flags, or with `i`. Undefined if this is uncertain: look-around, modifiers,
 * back-references, numeric escapes.
 */
export const bulkSource = (source: string): string | undefined => {
  if (/[\x00-\x1f]/.test(source)) return undefined;
  // A leading `.*` does not change which lines match, but would cause quadratic time on lines without a
  // match.
  const rest = source.includes('|') ? source : source.replace(/^(?:\.\*\??)+/, '');
  let bulk = '';
  token.lastIndex = 0;
  for (let match = token.exec(rest); match !== null; match = token.exec(rest)) {
    const part = ofToken(match);
    if (part === undefined) return undefined;
    bulk += part;
  }
  return bulk;
};

/** A compiled pattern. */
export interface CompiledPattern {
  /** Matches one line in linear time, unless `isBounded` is false. */
  readonly line: Pick<Matcher, 'test' | 'source'>;
  /**
   * With flag `g`: finds the lines that `line` matches in text with line feeds; each match is within one
   * line. Absent: match each line separately.
   */
  readonly bulk?: RegExp;
  /** The fixed text that it matches, if it is one. */
  readonly plain?: string;
  /** Every matching line contains at least one of these texts; in any case, if the pattern ignores case. */
  readonly required?: readonly string[];
  /** True: a line that contains the only required text matches. */
  readonly isText: boolean;
  /** Maximum line length for which `bulk` takes few steps; Infinity: any length. */
  readonly bulkChars: number;
  /**
   * Returns the maximum number of steps of V8's engine in `line` on a line of this length: a million take about a millisecond. Infinity:
   * unknown, or another engine.
   */
  readonly steps: (length: number) => number;
  /** True: `bulk` takes few steps on any line. */
  readonly isQuick: boolean;
  /** False: look-around, back-references or high repeat counts; matching may not terminate on some line. */
  readonly isBounded: boolean;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Compiles a pattern for matching a single line. Throws SyntaxError. */
export const lineRegex = ({ text, regex, ignoreCase }: LinePattern): RegExp =>
  new RegExp(regex ? text : escaped(text), ignoreCase ? 'i' : '');

/** Returns whether the pattern is a fixed text. */
const isFixed = ({ text, regex }: LinePattern): boolean =>
  text.isWellFormed() && text !== '' && (!regex || !/[\\^$.*+?()[\]{}|]/.test(text));

const requiredOf = (pattern: LinePattern, tree: RegexTree | undefined): readonly string[] | undefined => {
  // A text that contains a line feed occurs in no line.
  if (isFixed(pattern)) return pattern.text.includes('\n') ? undefined : [pattern.text];
  return tree === undefined ? undefined : requiredTexts(tree);
};

/** Returns `CompiledPattern.steps`. */
const stepsOf = (
  tree: RegexTree | undefined,
  { isBounded, nativeChars }: Matcher,
): CompiledPattern['steps'] => {
  const { factor, degree } =
    tree !== undefined && isBounded ? searchEffort(tree) : { factor: Number.POSITIVE_INFINITY, degree: 0 };
  return (length) => (length > nativeChars ? Number.POSITIVE_INFINITY : factor * length ** degree);
};

/** Throws SyntaxError for an invalid pattern. */
export const compileLinePattern = (pattern: LinePattern): CompiledPattern => {
  const native = lineRegex(pattern);
  const { flags } = native;
  const line = matcherOf(native.source, flags);
  const source = bulkSource(pattern.regex ? pattern.text : escaped(pattern.text));
  const { isBounded } = line;
  const tree = parseRegex(native.source, flags);
  const required = requiredOf(pattern, tree);
  return {
    line: isBounded ? line : native,
    ...(source === undefined ? {} : { bulk: new RegExp(source, `g${flags}`) }),
    ...(isFixed(pattern) && !pattern.ignoreCase ? { plain: pattern.text } : {}),
    ...defined({ required }),
    isText: isFixed(pattern) && required !== undefined,
    bulkChars: line.nativeChars,
    steps: stepsOf(tree, line),
    isQuick: line.nativeChars === Number.POSITIVE_INFINITY,
    isBounded,
  };
};

/**
 * A pattern as entered by a user or a profile; matched against one line with JavaScript's regular
 * expressions.
 */
export interface LinePattern {
  readonly text: string;
  /** False: the text is literal. */
  readonly regex: boolean;
  readonly ignoreCase: boolean;
}

/**
 * One filter. Several includes are combined with "or"; any other chip may hide a line. Gaps and notes are
 * rows of their stream and are not filtered by text or level.
 */
export type FilterChip =
  | { readonly is: 'include'; readonly pattern: LinePattern }
  | { readonly is: 'exclude'; readonly pattern: LinePattern }
  /** Lines of at least this level; hides lines without a level. */
  | { readonly is: 'level'; readonly least: LogLevel }
  /** Lines of these streams, by id, or of all others. */
  | { readonly is: 'stream'; readonly streams: readonly string[]; readonly not: boolean }
  /** Wall clock; `from` inclusive, `to` exclusive. */
  | { readonly is: 'time'; readonly from?: Millis; readonly to?: Millis };

/** Number of context lines of the same stream shown around matches (grep's -B and -A). */
export interface ContextLineCount {
  readonly before: number;
  readonly after: number;
}

export const noContextLines: ContextLineCount = { before: 0, after: 0 };

/** Returns a key that is equal for equivalent chips. */
export const chipKey = (chip: FilterChip): string => JSON.stringify(chip);

/**
 * Parses user input: text without capitals ignores case (smart case), `/x/` is a regular expression, and
 * `/x/i` one that ignores case.
 */
export const parsePattern = (words: string): LinePattern => {
  const [, source, flags] = /^\/(.+)\/(i?)$/.exec(words) ?? [];
  const smart = words === words.toLowerCase();
  if (source === undefined) return { text: words, regex: false, ignoreCase: smart };
  return { text: source, regex: true, ignoreCase: flags === 'i' || smart };
};
