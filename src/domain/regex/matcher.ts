import { RE2JS } from 're2js';
import type { Millis } from '../fault.ts';
import { type PolynomialBound, searchEffort } from './backtracking-cost.ts';
import { withHalves } from './char-ranges.ts';
import { hasCaseGroup, hasLines, hasLookOrReference, parseRegex, splitsLineEnds } from './parse.ts';
import type { RegexTree } from './tree.ts';
import { runWatched } from './watchdog.ts';

const quantifier = (least: number, most: number): string => {
  if (most === Number.POSITIVE_INFINITY) return least === 0 ? '*' : least === 1 ? '+' : `{${least},}`;
  return least === 0 && most === 1 ? '?' : `{${least},${most}}`;
};

/** The expression as RE2 writes it; undefined where it has what RE2 has not. */
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

/** A place in a text, and all that an expression has matched there. */
interface Re2Match {
  readonly span: readonly [from: number, to: number];
  /** Of each group, the whole match first. */
  readonly groups: readonly (string | undefined)[];
}

/** An expression that RE2 matches, in places of the text that is given. */
interface Re2 {
  /** Instructions of its program: each of them may be tried at every character of a text. */
  readonly size: number;
  test(text: string): boolean;
  matches(text: string): Generator<Re2Match>;
}

/** Reads a text as JavaScript does, by a text of the same length. */
const reading = (tree: RegexTree, flags: string): ((text: string) => string) => {
  // RE2 knows line feeds only; with flag m JavaScript ends lines at these as well.
  const isOfLines = hasLines(tree);
  const unicode = flags.includes('u');
  // What these two stand for with the flags i and u; they are letters of \b then, too.
  const isFolded = unicode && flags.includes('i');
  return (text) => {
    const lined = isOfLines ? text.replace(/[\r\u2028\u2029]/g, '\n') : text;
    if (isFolded) return lined.replaceAll('\u017f', 's').replaceAll('\u212a', 'k');
    return unicode ? lined : withHalves(lined);
  };
};

/** An expression for RE2; undefined when RE2 cannot take it: look-around, references, counts over 1,000. */
export const toRe2 = (tree: RegexTree, flags: string): Re2 | undefined => {
  const source = re2Source(tree);
  if (source === undefined || (hasLines(tree) && splitsLineEnds(tree))) return undefined;
  try {
    const isFolded = flags.includes('i') && flags.includes('u');
    const compiled = RE2JS.compile(source, isFolded ? RE2JS.CASE_INSENSITIVE : 0);
    return matcherFor(compiled, reading(tree, flags));
  } catch {
    // RE2's own limits: counts, the size of its program, and properties of Unicode that it does not know.
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

/** Steps for which V8's own engine, which backtracks, is always good enough: about a millisecond. */
const stepsAtMost = 1_000_000;
/** Steps for each character of a text, however long it is. */
const stepsPerCharacter = 256;
/** The longest text that is matched at once; some 70 ns for each character and instruction of RE2's program are a second then. */
const longest = 65_536;
const instructionsAtMost = 256;
/** How long what needs backtracking may take on one text, and how often it may take longer before long texts are refused. */
const patienceMs: Millis = 100;
const overrunsAtMost = 3;

/** A part of a text, from its first character to behind its last one. */
export type TextSpan = readonly [from: number, to: number];

/** A regular expression that is matched in a time that grows with the text's length and no faster. */
export interface Matcher {
  readonly source: string;
  /** Look-around or references: only an engine that backtracks can match it. */
  readonly needsBacktracking: boolean;
  /** False (look-around, references, high counts): texts longer than `nativeChars` are matched under a watchdog, and given up after a while. */
  readonly isBounded: boolean;
  /** The longest text that is V8's own engine's, since it needs few steps; Infinity: any; -1: none. */
  readonly nativeChars: number;
  /** Whether it matches anywhere in a text. Throws PatternLimit. */
  test(text: string): boolean;
  /** The whole match and its groups. Throws PatternLimit. */
  exec(text: string): readonly (string | undefined)[] | null;
  /** Where it matches, `most` places at most. Throws PatternLimit. */
  spans(text: string, most: number): readonly TextSpan[];
}

/** A pattern that needs backtracking took too long on a text: whether it matches is not known. */
export class PatternLimit extends Error {
  constructor(source: string) {
    super(
      `/${source}/ takes too long on this text; write it without look-around, backreferences and high repeat counts`,
    );
    this.name = 'PatternLimit';
  }
}

const nativeChars = ({ factor, degree }: PolynomialBound): number => {
  if (factor > stepsAtMost) return 0;
  if (degree === 0 || (degree === 1 && factor <= stepsPerCharacter)) return Number.POSITIVE_INFINITY;
  return Math.floor((stepsAtMost / factor) ** (1 / degree));
};

/** What is known of an expression that could not be taken apart: only that every character may double its steps. */
const unknownChars = Math.floor(Math.log2(stepsAtMost));

const nativeSpans = (regExp: RegExp, text: string, most: number): readonly TextSpan[] => {
  const spans: TextSpan[] = [];
  regExp.lastIndex = 0;
  for (let found = regExp.exec(text); found !== null && spans.length < most; found = regExp.exec(text)) {
    spans.push([found.index, regExp.lastIndex]);
    // With the flag u the next place is behind a whole character: from its middle V8 goes back.
    if (found[0] === '')
      regExp.lastIndex += regExp.unicode && (text.codePointAt(found.index) ?? 0) > 0xffff ? 2 : 1;
  }
  return spans;
};

/** However long the text is, where the program is small. */
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
 * V8's engine forgets the flag of `(?i:…)` in alternatives once it saves memory (a process with much code of expressions, or a
 * very long one): such an expression is RE2's, however short the text is.
 */
const charsForV8 = (tree: RegexTree | undefined, re2: () => Re2 | undefined): number => {
  if (tree === undefined) return unknownChars;
  return hasCaseGroup(tree) && re2() !== undefined ? -1 : nativeChars(searchEffort(tree));
};

/** What V8's engine gives; undefined where its stack is too small: a group that repeats takes some of it for each turn. */
const unlessOverflown = <T>(natively: () => T): { readonly result: T } | undefined => {
  try {
    return { result: natively() };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** Throws SyntaxError for a source that is no JavaScript expression. */
export const matcherOf = (source: string, flags = ''): Matcher => {
  const native = new RegExp(source, flags);
  const global = new RegExp(source, `g${flags}`);
  const tree = parseRegex(source, flags);
  // Made when it is first needed: most patterns never are.
  let made: { readonly re2: Re2 | undefined } | undefined;
  const re2 = (): Re2 | undefined => {
    made ??= { re2: tree === undefined ? undefined : toRe2(tree, flags) };
    return made.re2;
  };
  const chars = charsForV8(tree, re2);
  let overruns = 0;
  const bounded = <T>(text: string, natively: () => T, linearly: (re2: Re2) => T): T => {
    const quick = text.length <= chars ? unlessOverflown(natively) : undefined;
    if (quick !== undefined) return quick.result;
    const linear = re2();
    if (linear !== undefined && isQuickEnough(linear, text.length)) return linearly(linear);
    const found = overruns < overrunsAtMost ? runWatched(natively, patienceMs) : undefined;
    if (found !== undefined) return found.result;
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

/** Whether a pattern matches a text; `otherwise` where that is not known. */
export const matchesOr = (pattern: Matcher, text: string, otherwise: boolean): boolean =>
  unlessLimited(() => pattern.test(text), otherwise);

/** What a pattern and its groups match in a text; null also where that is not known. */
export const groupsOrNull = (pattern: Matcher, text: string): ReturnType<Matcher['exec']> =>
  unlessLimited(() => pattern.exec(text), null);
