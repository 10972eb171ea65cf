import { RE2JS } from 're2js';
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

/** An expression for RE2; undefined when RE2 cannot take it: look-around, references, counts over 1,000. */
export const toRe2 = (tree: RegexTree, flags: string): RE2JS | undefined => {
  const source = re2Source(tree);
  if (source === undefined) return undefined;
  try {
    return RE2JS.compile(source, flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    // RE2's own limits: counts, the size of its program, and properties of Unicode that it does not know.
    return undefined;
  }
};
