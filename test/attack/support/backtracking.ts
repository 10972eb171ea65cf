import { RE2JS } from 're2js';
import type { RegexTree } from '../../../src/domain/regex/tree.ts';

/** More steps were taken than a text of this length may cost. */
class StepLimit extends Error {}

const parts = new Map<string, RE2JS>();

const matchesOne = (re2: string, character: string): boolean => {
  let part = parts.get(re2);
  if (part === undefined) {
    part = RE2JS.compile(re2);
    parts.set(re2, part);
  }
  return part.matches(character);
};

/**
 * Steps that an engine which backtracks, as V8's, takes to look for an expression anywhere in a text. A model of it for trees
 * without references, so that an estimate can be checked without a clock. Throws StepLimit beyond `budget`.
 */
export const backtrackingSteps = (tree: RegexTree, text: string, budget: number): number => {
  let steps = 0;
  type Next = (at: number) => boolean;
  const repeat = (of: RegexTree, least: number, most: number, at: number, next: Next): boolean => {
    if (of.is === 'one') {
      let end = at;
      while (end - at < most && enter(of, end, (to) => to > end)) end++;
      for (; end >= at + least; end--) if (next(end)) return true;
      return false;
    }
    const more =
      most > 0 && enter(of, at, (to) => to > at && repeat(of, Math.max(0, least - 1), most - 1, to, next));
    return more || (least <= 0 && next(at));
  };
  const sequence = (all: readonly RegexTree[], nth: number, at: number, next: Next): boolean => {
    const part = all[nth];
    return part === undefined ? next(at) : enter(part, at, (to) => sequence(all, nth + 1, to, next));
  };
  const enter = (part: RegexTree, at: number, next: Next): boolean => {
    if (++steps > budget) throw new StepLimit(`more than ${budget} steps`);
    switch (part.is) {
      case 'one':
        return at < text.length && matchesOne(part.re2, text[at] ?? '') && next(at + 1);
      case 'place':
        if (part.re2.includes('A') && at !== 0) return false;
        if (part.re2.includes('z') && at !== text.length) return false;
        return next(at);
      case 'sequence':
        return sequence(part.parts, 0, at, next);
      case 'choice':
        return part.parts.some((one) => enter(one, at, next));
      case 'group':
        return enter(part.of, at, next);
      case 'repeat':
        return repeat(part.of, part.least, part.most, at, next);
      case 'look':
        return enter(part.of, at, () => true) && next(at);
      case 'reference':
        return next(at);
    }
  };
  for (let from = 0; from <= text.length; from++) if (enter(tree, from, () => true)) break;
  return steps;
};

/** Characters that RE2 reads while some work is done. Throws StepLimit beyond `budget`. */
export const re2Steps = (work: () => void, budget: number): number => {
  const read = String.prototype.charCodeAt;
  let steps = 0;
  // Its engines read a text by this method alone (MachineUTF16Input.step).
  String.prototype.charCodeAt = function charCodeAt(this: string, at: number): number {
    if (++steps > budget) throw new StepLimit(`more than ${budget} steps`);
    return read.call(this, at);
  };
  try {
    work();
  } finally {
    String.prototype.charCodeAt = read;
  }
  return steps;
};
