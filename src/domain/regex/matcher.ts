import type { Millis } from '../fault.ts';
import { type Growth, searchEffort } from './effort.ts';
import { hasLookOrReference, parseRegex } from './parse.ts';
import { toRe2 } from './re2.ts';
import { watched } from './watchdog.ts';

/** Steps for which V8's own engine, which backtracks, is always good enough: about a millisecond. */
const stepsAtMost = 1_000_000;
/** Steps for each character of a text, however long it is. */
const stepsPerCharacter = 256;
/** How long what needs backtracking may take on one text, and how often it may take longer before long texts are refused. */
const patienceMs: Millis = 100;
const overrunsAtMost = 3;

/** A part of a text, from its first character to behind its last one. */
export type Span = readonly [from: number, to: number];

/** A regular expression that is matched in a time that grows with the text's length and no faster. */
export interface Matcher {
  readonly source: string;
  /** Look-around or references: only an engine that backtracks can match it. */
  readonly needsBacktracking: boolean;
  /** False: texts longer than `nativeChars` are matched under a watchdog, and given up after a while. */
  readonly isBounded: boolean;
  /** The longest text for which V8's own engine needs few steps; Infinity: any. */
  readonly nativeChars: number;
  /** Whether it matches anywhere in a text. Throws PatternLimit. */
  test(text: string): boolean;
  /** The whole match and its groups. Throws PatternLimit. */
  exec(text: string): readonly (string | undefined)[] | null;
  /** Where it matches, `most` places at most. Throws PatternLimit. */
  spans(text: string, most: number): readonly Span[];
}

/** A pattern that needs backtracking took too long on a text: whether it matches is not known. */
export class PatternLimit extends Error {
  constructor(source: string) {
    super(`/${source}/ takes too long on this text; write it without look-around and references`);
    this.name = 'PatternLimit';
  }
}

const nativeChars = ({ factor, degree }: Growth): number => {
  if (degree === 0 || (degree === 1 && factor <= stepsPerCharacter)) return Number.POSITIVE_INFINITY;
  return factor > stepsAtMost ? 0 : Math.floor((stepsAtMost / factor) ** (1 / degree));
};

/** What is known of an expression that could not be taken apart: only that every character may double its steps. */
const unknownChars = Math.floor(Math.log2(stepsAtMost));

const nativeSpans = (regExp: RegExp, text: string, most: number): readonly Span[] => {
  const spans: Span[] = [];
  regExp.lastIndex = 0;
  for (let found = regExp.exec(text); found !== null && spans.length < most; found = regExp.exec(text)) {
    spans.push([found.index, regExp.lastIndex]);
    if (found[0] === '') regExp.lastIndex++;
  }
  return spans;
};

type Re2 = NonNullable<ReturnType<typeof toRe2>>;

const re2Spans = (re2: Re2, text: string, most: number): readonly Span[] => {
  const spans: Span[] = [];
  const matcher = re2.matcher(text);
  while (spans.length < most && matcher.find()) spans.push([matcher.start(), matcher.end()]);
  return spans;
};

const re2Groups = (re2: Re2, text: string): readonly (string | undefined)[] | null => {
  const matcher = re2.matcher(text);
  if (!matcher.find()) return null;
  return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
};

/** RE2 knows line feeds only; with flag m JavaScript ends lines at these as well. */
const withLineFeeds = (text: string): string => text.replace(/[\r\u2028\u2029]/g, '\n');

/** Throws SyntaxError for a source that is no JavaScript expression. */
export const matcherOf = (source: string, flags = ''): Matcher => {
  const native = new RegExp(source, flags);
  const global = new RegExp(source, `g${flags}`);
  const tree = parseRegex(source, flags);
  const chars = tree === undefined ? unknownChars : nativeChars(searchEffort(tree));
  // Made when it is first needed: most patterns never are.
  let made: { readonly re2: Re2 | undefined } | undefined;
  const re2 = (): Re2 | undefined => {
    made ??= { re2: tree === undefined ? undefined : toRe2(tree, flags) };
    return made.re2;
  };
  let overruns = 0;
  const bounded = <T>(text: string, natively: () => T, linearly: (re2: Re2) => T): T => {
    if (text.length <= chars) return natively();
    const linear = re2();
    if (linear !== undefined) return linearly(linear);
    const found = overruns < overrunsAtMost ? watched(natively, patienceMs) : undefined;
    if (found !== undefined) return found.result;
    overruns++;
    throw new PatternLimit(source);
  };
  const read = flags.includes('m') ? withLineFeeds : (text: string) => text;
  return {
    source,
    nativeChars: chars,
    needsBacktracking: tree === undefined || hasLookOrReference(tree),
    get isBounded() {
      return chars === Number.POSITIVE_INFINITY || re2() !== undefined;
    },
    test: (text) =>
      bounded(
        text,
        () => native.test(text),
        (linear) => linear.test(read(text)),
      ),
    exec: (text) =>
      bounded<ReturnType<Matcher['exec']>>(
        text,
        () => native.exec(text),
        (linear) => re2Groups(linear, read(text)),
      ),
    spans: (text, most) =>
      bounded(
        text,
        () => nativeSpans(global, text, most),
        (linear) => re2Spans(linear, read(text), most),
      ),
  };
};

/** Whether a pattern matches a text; `otherwise` where that is not known. */
export const matchesOr = (pattern: Matcher, text: string, otherwise: boolean): boolean => {
  try {
    return pattern.test(text);
  } catch (error) {
    if (error instanceof PatternLimit) return otherwise;
    throw error;
  }
};
