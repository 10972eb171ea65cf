import type { RegexTree } from './tree.ts';

/** Texts of which every match contains at least one; a longer shortest text and fewer texts exclude more lines. */
type RequiredTexts = readonly string[];

/** Maximum number of texts: each is searched separately. */
const mostTexts = 6;

const shortest = (texts: RequiredTexts): number => Math.min(...texts.map(({ length }) => length));

const better = (left: RequiredTexts | undefined, right: RequiredTexts): RequiredTexts => {
  if (left === undefined) return right;
  const a = shortest(left);
  const b = shortest(right);
  return b > a || (b === a && right.length < left.length) ? right : left;
};

/** Returns the character that a part always matches, and nothing else. */
const literalOf = (tree: RegexTree): string | undefined => {
  if (tree.is === 'group' && tree.changesCase !== true) return literalOf(tree.of);
  if (tree.is === 'sequence' && tree.parts.length === 1 && tree.parts[0] !== undefined)
    return literalOf(tree.parts[0]);
  return tree.is === 'one' ? tree.literal : undefined;
};

const ofSequence = (parts: readonly RegexTree[]): RequiredTexts | undefined => {
  let best: RequiredTexts | undefined;
  let run = '';
  for (const part of parts) {
    const literal = literalOf(part);
    if (literal !== undefined) {
      run += literal;
      best = better(best, [run]);
      continue;
    }
    // A place is between characters, and takes none.
    if (part.is !== 'place') run = '';
    const texts = textsOf(part);
    if (texts !== undefined) best = better(best, texts);
  }
  return best;
};

const ofChoice = (parts: readonly RegexTree[]): RequiredTexts | undefined => {
  const texts = parts.map(textsOf);
  return texts.includes(undefined) ? undefined : texts.flatMap((all) => all ?? []);
};

const textsOf = (tree: RegexTree): RequiredTexts | undefined => {
  switch (tree.is) {
    case 'one':
      return tree.literal === undefined ? undefined : [tree.literal];
    case 'sequence':
      return ofSequence(tree.parts);
    case 'choice':
      return ofChoice(tree.parts);
    case 'group':
      // The case of its letters does not follow the flags of the expression.
      return tree.changesCase === true ? undefined : textsOf(tree.of);
    case 'repeat':
      return tree.least > 0 ? textsOf(tree.of) : undefined;
    case 'place':
    case 'look':
    case 'reference':
      return undefined;
  }
};

/**
 * Returns texts of which every match of the expression contains at least one, in the case of the expression, or in any case
 * with flag `i`. Undefined: there are none, or they are too many or too short to exclude many lines.
 */
export const requiredTexts = (tree: RegexTree): RequiredTexts | undefined => {
  const texts = textsOf(tree);
  const distinct = [...new Set(texts)];
  return texts === undefined || distinct.length > mostTexts || shortest(distinct) < 2 ? undefined : distinct;
};
