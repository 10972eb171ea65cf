import { type Matcher, matcherOf } from './matcher.ts';

/** Matched characters per line: rows are rarely longer, and matching time grows with the length. */
export const matchedChars = 4096;

interface Group {
  repeats: boolean;
  /** First characters of its alternatives; undefined for one that does not start with a literal. */
  firsts: (string | undefined)[];
  atStart: boolean;
}

const newGroup = (): Group => ({ repeats: false, firsts: [], atStart: true });

const couldOverlap = ({ firsts }: Group): boolean =>
  firsts.length > 1 && (firsts.includes(undefined) || new Set(firsts).size < firsts.length);

/** An atom: a character class, an escape, a group opening or one character; then its quantifier, if any. */
const atoms = /(\[(?:[^\]\\]|\\.)*\]|\\.|\(\?(?:<[=!]|[:=!]|<\w+>)|[\s\S])([*+?]\??|\{\d+(?:,\d*)?\}\??)?/gu;

const isUnbounded = (quantifier: string): boolean => /^[*+]|^\{\d+,\}/.test(quantifier);
const repeatsMuch = (quantifier: string): boolean =>
  isUnbounded(quantifier) || Number(/^\{(?:\d+,)?(\d+)\}/.exec(quantifier)?.[1] ?? 0) > 10;

const isPlain = (atom: string): boolean => /^[\p{L}\p{N}_ -]$/u.test(atom);

const addAtom = (group: Group, atom: string, quantifier: string): void => {
  if (group.atStart) group.firsts.push(isPlain(atom) && quantifier === '' ? atom.toLowerCase() : undefined);
  group.atStart = false;
  group.repeats ||= quantifier.startsWith('?') || repeatsMuch(quantifier);
};

/** Closes the innermost group; true when its repetition can backtrack exponentially. */
const closeGroup = (stack: Group[], quantifier: string): boolean => {
  const closed = stack.pop();
  const parent = stack.at(-1);
  if (closed === undefined || parent === undefined) return false;
  parent.repeats ||= closed.repeats || repeatsMuch(quantifier);
  return repeatsMuch(quantifier) && (closed.repeats || couldOverlap(closed));
};

/**
 * Returns whether a pattern may backtrack exponentially: a repetition inside a repeated group, (a+)+, or a repeated
 * group with alternatives that start alike, (a|ab)*. May report false positives.
 */
export const isExplosive = (source: string): boolean => {
  const stack: Group[] = [newGroup()];
  for (const [, atom = '', quantifier = ''] of source.matchAll(atoms)) {
    const group = stack.at(-1);
    if (group === undefined) return false;
    if (atom === '|') group.atStart = true;
    else if (atom === ')') {
      if (closeGroup(stack, quantifier)) return true;
    } else if (atom.startsWith('(')) {
      addAtom(group, atom, '');
      stack.push(newGroup());
    } else addAtom(group, atom, quantifier);
  }
  return false;
};

/** Compiles a pattern from a profile; returns the error text when it is unusable. */
export const compilePattern = (source: string, flags = ''): Matcher | string => {
  if (isExplosive(source))
    return 'a repetition inside a repeated group can backtrack without end. Repeat only one of them';
  try {
    return matcherOf(source, flags);
  } catch (error) {
    return error instanceof Error
      ? error.message
      : 'invalid regular expression: check brackets and backslashes';
  }
};
