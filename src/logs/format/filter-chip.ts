import type { Millis } from '../../domain/fault.ts';
import type { LogLevel } from '../../domain/log-level.ts';
import { type Matcher, matcherOf } from '../../domain/regex/matcher.ts';

/** A class, an escape, the begin of a group, a place, or any other character. */
const token = /\[(\^?)((?:\\.|[^\]\\])*)\]|\\(.)|(\()(\?(?::|<(?![=!]))?)?|([\s\S])/gy;

/** What stands in a class of its own (`\s`), and would match a line feed. */
const withoutLineFeed: Readonly<Record<string, string>> = {
  s: '[^\\S\\n]',
  W: '[^\\w\\n]',
  D: '[^\\d\\n]',
};
/** Escapes outside of classes that match no line feed, whatever stands around them. */
const harmless = /[dwSbBtvfr]|[^\w]/;
/** A class that may hold a line feed, or of which it is not sure: escapes of letters and digits besides a few, and ranges from a control character. */
const doubtful = /\\(?![dwStvfr])\w|\\[tvfr](?=.*-)/;

/** `undefined`: it can't be said. */
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
 * The source of an expression that finds in many lines (line feeds between them) what `source` finds in each alone:
 * no atom of it matches a line feed, and `^` and `$` stand for a line's begin and end. For a source that compiles
 * without flags, or with `i`. Undefined where that is not certain: look-around, modifiers, back-references, escapes by number.
 */
export const bulkSource = (source: string): string | undefined => {
  if (/[\x00-\x1f]/.test(source)) return undefined;
  // Any match behind `.*` is one without it; with it, a line that has none is read once for each of its characters.
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
export const compileLinePattern = (pattern: LinePattern): CompiledPattern => {
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

/** A pattern as a person or a profile gave it. Matched against one line, JavaScript's regular expressions. */
export interface LinePattern {
  readonly text: string;
  /** False: the text is meant as it stands. */
  readonly regex: boolean;
  readonly ignoreCase: boolean;
}

/**
 * One filter. Several includes are "or"; of everything else each may hide a line. Gaps and notes are rows of their
 * stream: text and level hide none of them.
 */
export type FilterChip =
  | { readonly is: 'include'; readonly pattern: LinePattern }
  | { readonly is: 'exclude'; readonly pattern: LinePattern }
  /** Lines at least this grave; one whose level is not known is hidden. */
  | { readonly is: 'level'; readonly least: LogLevel }
  /** Lines of these streams, by their ids, or of all but these. */
  | { readonly is: 'stream'; readonly streams: readonly string[]; readonly not: boolean }
  /** Wall clock; `from` included, `to` not. */
  | { readonly is: 'time'; readonly from?: Millis; readonly to?: Millis };

/** Lines around those that pass, of the same stream, that are shown with them (grep's -B and -A). */
export interface ContextLineCount {
  readonly before: number;
  readonly after: number;
}

export const noContextLines: ContextLineCount = { before: 0, after: 0 };

/** Tells a chip from another: equal for chips that judge alike. */
export const chipKey = (chip: FilterChip): string => JSON.stringify(chip);

/** As people type it: a text without capitals is meant in any case (smart case), `/x/` is a pattern, `/x/i` one in any case. */
export const parsePattern = (words: string): LinePattern => {
  const [, source, flags] = /^\/(.+)\/(i?)$/.exec(words) ?? [];
  const smart = words === words.toLowerCase();
  if (source === undefined) return { text: words, regex: false, ignoreCase: smart };
  return { text: source, regex: true, ignoreCase: flags === 'i' || smart };
};
