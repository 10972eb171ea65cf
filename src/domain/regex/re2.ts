import { RE2JS } from 're2js';
import { withHalves } from './char-ranges.ts';
import { hasLines, splitsLineEnds } from './parse.ts';
import type { RegexTree } from './tree.ts';

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
export interface Re2Match {
  readonly span: readonly [from: number, to: number];
  /** Of each group, the whole match first. */
  readonly groups: readonly (string | undefined)[];
}

/** An expression that RE2 matches, in places of the text that is given. */
export interface Re2 {
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
