import { RE2JS } from 're2js';
import { parseRegex } from './parse.ts';
import type { RegexTree } from './tree.ts';

/** The known beginnings of the texts that a part matches. */
interface Beginning {
  /** False: none of them begins with the character. */
  readonly mayBegin: boolean;
  readonly mayBeEmpty: boolean;
}

const anything: Beginning = { mayBegin: true, mayBeEmpty: true };

const ofSequence = (parts: readonly RegexTree[], character: string): Beginning => {
  for (const part of parts) {
    const { mayBegin, mayBeEmpty } = beginningOf(part, character);
    if (mayBegin) return { mayBegin, mayBeEmpty: true };
    if (!mayBeEmpty) return { mayBegin: false, mayBeEmpty: false };
  }
  return { mayBegin: false, mayBeEmpty: true };
};

const beginningOf = (tree: RegexTree, character: string): Beginning => {
  switch (tree.is) {
    case 'one':
      return { mayBegin: RE2JS.compile(`(?s:${tree.re2})`).matches(character), mayBeEmpty: false };
    // A condition only excludes texts.
    case 'place':
    case 'look':
      return { mayBegin: false, mayBeEmpty: true };
    case 'reference':
      return anything;
    case 'sequence':
      return ofSequence(tree.parts, character);
    case 'choice': {
      const parts = tree.parts.map((part) => beginningOf(part, character));
      return {
        mayBegin: parts.some(({ mayBegin }) => mayBegin),
        mayBeEmpty: parts.some(({ mayBeEmpty }) => mayBeEmpty),
      };
    }
    case 'group': {
      const { mayBegin, mayBeEmpty } = beginningOf(tree.of, character);
      // The other case of a letter may match as well.
      return { mayBegin: mayBegin || (tree.changesCase === true && /\w/.test(character)), mayBeEmpty };
    }
    case 'repeat': {
      const { mayBegin, mayBeEmpty } = beginningOf(tree.of, character);
      return { mayBegin, mayBeEmpty: mayBeEmpty || tree.least === 0 };
    }
  }
};

/**
 * Returns whether a text that the whole pattern matches may begin with a character, and whether it may be empty. True where
 * that cannot be excluded: lookaround is ignored, a backreference may be anything.
 */
export const beginningOfMatches = (pattern: string, character: string): Beginning => {
  const tree = parseRegex(pattern, 'u');
  if (tree === undefined) return anything;
  try {
    return beginningOf(tree, character);
  } catch {
    return anything;
  }
};
