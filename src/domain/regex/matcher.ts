import { RE2JS } from 're2js';
import type { Millis } from '../base/fault.ts';
import { type PolynomialBound, searchEffort } from './backtracking-cost.ts';
import { withHalves } from './char-ranges.ts';
import { knowsModifiers } from './modifiers.ts';
import { hasCaseGroup, hasLines, hasLookOrReference, parseRegex, splitsLineEnds } from './parse.ts';
import type { RegexTree } from './tree.ts';
import { runWatched } from './watchdog.ts';

const quantifier = (least: number, most: number): string => {
  if (most === Number.POSITIVE_INFINITY) return least === 0 ? '*' : least === 1 ? '+' : `{${least},}`;
  return least === 0 && most === 1 ? '?' : `{${least},${most}}`;
};

/** Returns the expression in RE2 syntax; undefined when RE2 does not support it. */
const re2Source = (tree: RegexTree): string | undefined => {
  switch (tree.is) {
    case 'one':
    case 'place':
      return tree.re2;
    case 'sequence':
    case 'choice': {
      const parts = tree.parts.map(re2Source);
      return parts.includes(undefined) ? undefined : parts.join(tree.is === 'choice' ? '|' : '');
    }
    case 'group': {
      const of = re2Source(tree.of);
      return of === undefined ? undefined : `${tree.re2}${of})`;
    }
    case 'repeat': {
      const of = re2Source(tree.of);
      return of === undefined
        ? undefined
        : `(?:${of})${quantifier(tree.least, tree.most)}${tree.lazy ? '?' : ''}`;
    }
    case 'look':
    case 'reference':
      return undefined;
  }
};

/** A match: its position, and its groups. */
interface Re2Match {
  readonly span: readonly [from: number, to: number];
  /** The text of each group, the whole match first. */
  readonly groups: readonly (string | undefined)[];
}

/** An expression compiled by RE2; positions refer to the original text. */
interface Re2 {
  /** Number of instructions in its program: each may be tried at every character. */
  readonly size: number;
  test(text: string): boolean;
  matches(text: string): Generator<Re2Match>;
}

/** Returns the conversion of a text to JavaScript's reading of it, with the same length. */
const reading = (tree: RegexTree, flags: string): ((text: string) => string) => {
  // RE2 knows only \n; with flag m JavaScript ends lines at these as well.
  const isOfLines = hasLines(tree);
  const unicode = flags.includes('u');
  // With the flags i and u these two equal s and k; they then are word characters for \b too.
  const isFolded = unicode && flags.includes('i');
  return (text) => {
    const lined = isOfLines ? text.replace(/[\r\u2028\u2029]/g, '\n') : text;
    if (isFolded) return lined.replaceAll('\u017f', 's').replaceAll('\u212a', 'k');
    return unicode ? lined : withHalves(lined);
  };
};

/**
 * Compiles an expression with RE2; undefined when RE2 does not support it: lookaround, backreferences, counts over
 * 1,000.
 */
export const toRe2 = (tree: RegexTree, flags: string): Re2 | undefined => {
  const source = re2Source(tree);
  if (source === undefined || (hasLines(tree) && splitsLineEnds(tree))) return undefined;
  try {
    const isFolded = flags.includes('i') && flags.includes('u');
    const compiled = RE2JS.compile(source, isFolded ? RE2JS.CASE_INSENSITIVE : 0);
    return matcherFor(compiled, reading(tree, flags));
  } catch {
    // RE2's own limits: counts, program size, and Unicode properties that it does not know.
    return undefined;
  }
};

const matcherFor = (compiled: RE2JS, read: (text: string) => string): Re2 => ({
  size: compiled.programSize(),
  test: (text) => compiled.test(read(text)),
  *matches(text) {
    const matcher = compiled.matcher(read(text));
    while (matcher.find())
      yield {
        span: [matcher.start(), matcher.end()],
        groups: Array.from({ length: matcher.groupCount() + 1 }, (_, group) =>
          matcher.start(group) < 0 ? undefined : text.slice(matcher.start(group), matcher.end(group)),
        ),
      };
  },
});

/** Number of steps for which V8's backtracking engine is always fast enough: about 1 ms. */
const stepsAtMost = 1_000_000;
/** Steps per character, for texts of any length. */
const stepsPerCharacter = 256;
/** Maximum text length of one match: at some 70 ns per character and RE2 instruction this takes about a second. */
const longest = 65_536;
const instructionsAtMost = 256;
/** Time limit for backtracking on one text, and the number of timeouts before long texts are refused. */
const patienceMs: Millis = 100;
const overrunsAtMost = 3;

/** A span of a text: start inclusive, end exclusive. */
export type TextSpan = readonly [from: number, to: number];

/** A regular expression whose matching time is linear in the length of the text. */
export interface Matcher {
  readonly source: string;
  /** True: lookaround or backreferences, which only a backtracking engine supports. */
  readonly needsBacktracking: boolean;
  /**
   * False (lookaround, backreferences, high counts): texts longer than `nativeChars` are matched under a watchdog, with
   * a timeout.
   */
  readonly isBounded: boolean;
  /** Maximum length of texts matched by V8's engine, because they need few steps; Infinity: any; -1: none. */
  readonly nativeChars: number;
  /** Returns whether it matches anywhere in a text. Throws PatternLimit. */
  test(text: string): boolean;
  /** Returns the whole match and its groups. Throws PatternLimit. */
  exec(text: string): readonly (string | undefined)[] | null;
  /** Returns the positions of at most `most` matches. Throws PatternLimit. */
  spans(text: string, most: number): readonly TextSpan[];
}

/** Thrown when a backtracking pattern timed out on a text: whether it matches is unknown. */
export class PatternLimit extends Error {
  constructor(source: string) {
    super(
      `/${source}/ takes too long on this text. Write the pattern without look-around, backreferences and high repeat counts`,
    );
    this.name = 'PatternLimit';
  }
}

const nativeChars = ({ factor, degree }: PolynomialBound): number => {
  if (factor > stepsAtMost) return 0;
  if (degree === 0 || (degree === 1 && factor <= stepsPerCharacter)) return Number.POSITIVE_INFINITY;
  return Math.floor((stepsAtMost / factor) ** (1 / degree));
};

/** Maximum native length for an expression that could not be parsed: every character may double the steps. */
const unknownChars = Math.floor(Math.log2(stepsAtMost));

const nativeSpans = (regExp: RegExp, text: string, most: number): readonly TextSpan[] => {
  const spans: TextSpan[] = [];
  regExp.lastIndex = 0;
  for (let match = regExp.exec(text); match !== null && spans.length < most; match = regExp.exec(text)) {
    spans.push([match.index, regExp.lastIndex]);
    // With the flag u, skip whole characters: from the middle of one V8 goes back.
    if (match[0] === '')
      regExp.lastIndex += regExp.unicode && (text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1;
  }
  return spans;
};

/** A small program is fast enough for any length. */
const isQuickEnough = ({ size }: Re2, length: number): boolean =>
  size <= instructionsAtMost || size * length <= instructionsAtMost * longest;

const re2Spans = (re2: Re2, text: string, most: number): readonly TextSpan[] => {
  const spans: TextSpan[] = [];
  if (most > 0)
    for (const { span } of re2.matches(text)) {
      spans.push(span);
      if (spans.length >= most) break;
    }
  return spans;
};

const re2Groups = (re2: Re2, text: string): readonly (string | undefined)[] | null => {
  for (const { groups } of re2.matches(text)) return groups;
  return null;
};

/**
 * Returns the maximum native length. V8's engine loses the flag of `(?i:…)` in alternatives when it saves memory: with
 * much regular expression code, or a very long one. RE2 therefore matches such expressions at any length.
 */
const charsForV8 = (tree: RegexTree | undefined, re2: () => Re2 | undefined): number => {
  if (tree === undefined) return unknownChars;
  return hasCaseGroup(tree) && re2() !== undefined ? -1 : nativeChars(searchEffort(tree));
};

/** Runs V8's engine; undefined on stack overflow: a repeated group uses stack for each iteration. */
const unlessOverflow = <T>(natively: () => T): { readonly result: T } | undefined => {
  try {
    return { result: natively() };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

const neverMatches = '(?!)';

/** Throws SyntaxError for an invalid JavaScript expression. `(?i:…)` is valid also where V8 does not know it and RE2 matches it. */
export const checkRegex = (source: string): void => {
  if (knowsModifiers) new RegExp(source);
  else matcherOf(source);
};

/** Creates a matcher. Throws SyntaxError for an invalid JavaScript expression. */
export const matcherOf = (source: string, flags = ''): Matcher => {
  const tree = parseRegex(source, flags);
  // Compiled on first use: most patterns never need it.
  let made: { readonly re2: Re2 | undefined } | undefined;
  const re2 = (): Re2 | undefined => {
    made ??= { re2: tree === undefined ? undefined : toRe2(tree, flags) };
    return made.re2;
  };
  const chars = charsForV8(tree, re2);
  const isNative = knowsModifiers || chars >= 0;
  const native = new RegExp(isNative ? source : neverMatches, flags);
  const global = new RegExp(native.source, `g${flags}`);
  let overruns = 0;
  const bounded = <T>(text: string, natively: () => T, linearly: (re2: Re2) => T): T => {
    const quick = text.length <= chars ? unlessOverflow(natively) : undefined;
    if (quick !== undefined) return quick.result;
    const linear = re2();
    if (linear !== undefined && isQuickEnough(linear, text.length)) return linearly(linear);
    const watched = isNative && overruns < overrunsAtMost ? runWatched(natively, patienceMs) : undefined;
    if (watched !== undefined) return watched.result;
    overruns++;
    throw new PatternLimit(source);
  };
  return {
    source,
    nativeChars: chars,
    needsBacktracking: tree === undefined || hasLookOrReference(tree),
    get isBounded() {
      if (chars === Number.POSITIVE_INFINITY) return true;
      const linear = re2();
      return linear !== undefined && isQuickEnough(linear, Number.POSITIVE_INFINITY);
    },
    test: (text) =>
      bounded(
        text,
        () => native.test(text),
        (linear) => linear.test(text),
      ),
    exec: (text) =>
      bounded<ReturnType<Matcher['exec']>>(
        text,
        () => native.exec(text),
        (linear) => re2Groups(linear, text),
      ),
    spans: (text, most) =>
      bounded(
        text,
        () => nativeSpans(global, text, most),
        (linear) => re2Spans(linear, text, most),
      ),
  };
};

const unlessLimited = <T>(work: () => T, otherwise: T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof PatternLimit) return otherwise;
    throw error;
  }
};

/** Returns whether a pattern matches a text; `otherwise` when that is unknown. */
export const matchesOr = (pattern: Matcher, text: string, otherwise: boolean): boolean =>
  unlessLimited(() => pattern.test(text), otherwise);

/** Returns the match of a pattern and its groups; null also when that is unknown. */
export const groupsOrNull = (pattern: Matcher, text: string): ReturnType<Matcher['exec']> =>
  unlessLimited(() => pattern.exec(text), null);
