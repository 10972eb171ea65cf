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

/** What is still to be matched, first things first. */
type Todo = { readonly run: (at: number, rest: Todo) => Step; readonly rest: Todo } | undefined;
/** Where to go on, and with what: undefined: this way does not match. */
type Step = { readonly at: number; readonly todo: Todo } | undefined;

/**
 * Steps that an engine which backtracks, as V8's, takes to look for an expression anywhere in a text. A model of it for trees
 * without references, so that an estimate can be checked without a clock. Throws StepLimit beyond `budget`. Ways that are still
 * to be tried are a list of its own, not calls in calls: a long text needs no deep stack.
 */
export const backtrackingSteps = (tree: RegexTree, text: string, budget: number): number => {
  let steps = 0;
  /** Ways to try when this one fails, the last one first. */
  const untried: NonNullable<Step>[] = [];

  const then = (part: RegexTree, rest: Todo): Todo => ({ run: (at, after) => enter(part, at, after), rest });

  const repeat = (of: RegexTree, least: number, most: number, at: number, rest: Todo): Step => {
    if (of.is === 'one') {
      let end = at;
      while (end - at < most && enter(of, end, undefined) !== undefined) end++;
      if (end < at + least) return undefined;
      for (let to = at + least; to < end; to++) untried.push({ at: to, todo: rest });
      return { at: end, todo: rest };
    }
    if (least <= 0) untried.push({ at, todo: rest });
    if (most <= 0) return undefined;
    const again = (to: number, after: Todo): Step =>
      to > at ? repeat(of, Math.max(0, least - 1), most - 1, to, after) : undefined;
    return { at, todo: then(of, { run: again, rest }) };
  };

  const enter = (part: RegexTree, at: number, rest: Todo): Step => {
    if (++steps > budget) throw new StepLimit(`more than ${budget} steps`);
    switch (part.is) {
      case 'one':
        return at < text.length && matchesOne(part.re2, text[at] ?? '')
          ? { at: at + 1, todo: rest }
          : undefined;
      case 'place':
        if (part.re2.includes('A') && at !== 0) return undefined;
        if (part.re2.includes('z') && at !== text.length) return undefined;
        return { at, todo: rest };
      case 'sequence':
        return { at, todo: part.parts.reduceRight((after, one) => then(one, after), rest) };
      case 'choice':
        for (const one of part.parts.toReversed()) untried.push({ at, todo: then(one, rest) });
        return undefined;
      case 'group':
        return enter(part.of, at, rest);
      case 'repeat':
        return repeat(part.of, part.least, part.most, at, rest);
      case 'look':
        return matches(part.of, at) ? { at, todo: rest } : undefined;
      case 'reference':
        return { at, todo: rest };
    }
  };

  const matches = (part: RegexTree, from: number): boolean => {
    const outer = untried.length;
    let step: Step = { at: from, todo: then(part, undefined) };
    for (;;) {
      if (step === undefined) {
        if (untried.length === outer) return false;
        step = untried.pop();
      } else if (step.todo === undefined) {
        untried.length = outer;
        return true;
      } else step = step.todo.run(step.at, step.todo.rest);
    }
  };

  for (let from = 0; from <= text.length; from++) if (matches(tree, from)) break;
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
