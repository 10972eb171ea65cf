import { RE2JS } from 're2js';
import type { RegexTree } from '../../../src/domain/regex/tree.ts';

/** Thrown when matching exceeds the steps allowed for a text of this length. */
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

/** The remaining nodes to match, in order. */
type Todo = { readonly run: (position: number, rest: Todo) => Step; readonly rest: Todo } | undefined;
/** Position and remaining nodes; undefined: this branch does not match. */
type Step = { readonly at: number; readonly todo: Todo } | undefined;

/**
 * Counts the steps of a backtracking engine, like V8's, that searches a text for an expression. A model for trees without
 * references, so that an estimate can be checked without a clock. Throws StepLimit beyond `budget`. Pending branches are kept
 * in a list instead of the call stack: a long text needs no deep stack.
 */
export const backtrackingSteps = (tree: RegexTree, text: string, budget: number): number => {
  let steps = 0;
  /** Branches to try when this one fails, last one first. */
  const untried: NonNullable<Step>[] = [];

  const then = (part: RegexTree, rest: Todo): Todo => ({
    run: (position, after) => enter(part, position, after),
    rest,
  });

  const repeat = (of: RegexTree, least: number, most: number, time: number, rest: Todo): Step => {
    if (of.is === 'one') {
      let end = time;
      while (end - time < most && enter(of, end, undefined) !== undefined) end++;
      if (end < time + least) return undefined;
      for (let to = time + least; to < end; to++) untried.push({ at: to, todo: rest });
      return { at: end, todo: rest };
    }
    if (least <= 0) untried.push({ at: time, todo: rest });
    if (most <= 0) return undefined;
    const again = (to: number, after: Todo): Step =>
      to > time ? repeat(of, Math.max(0, least - 1), most - 1, to, after) : undefined;
    return { at: time, todo: then(of, { run: again, rest }) };
  };

  const enter = (part: RegexTree, index: number, rest: Todo): Step => {
    if (++steps > budget) throw new StepLimit(`more than ${budget} steps`);
    switch (part.is) {
      case 'one':
        return index < text.length && matchesOne(part.re2, text[index] ?? '')
          ? { at: index + 1, todo: rest }
          : undefined;
      case 'place':
        if (part.re2.includes('A') && index !== 0) return undefined;
        if (part.re2.includes('z') && index !== text.length) return undefined;
        return { at: index, todo: rest };
      case 'sequence':
        return {
          at: index,
          todo: part.parts.reduceRight((after, regexTree) => then(regexTree, after), rest),
        };
      case 'choice':
        for (const regexTree of part.parts.toReversed())
          untried.push({ at: index, todo: then(regexTree, rest) });
        return undefined;
      case 'group':
        return enter(part.of, index, rest);
      case 'repeat':
        return repeat(part.of, part.least, part.most, index, rest);
      case 'look':
        return matches(part.of, index) ? { at: index, todo: rest } : undefined;
      case 'reference':
        return { at: index, todo: rest };
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

/** Counts the characters that RE2 reads during some work. Throws StepLimit beyond `budget`. */
export const re2Steps = (work: () => void, budget: number): number => {
  const read = String.prototype.charCodeAt;
  let steps = 0;
  // Its engines read a text by this method alone (MachineUTF16Input.step).
  String.prototype.charCodeAt = function charCodeAt(this: string, position: number): number {
    if (++steps > budget) throw new StepLimit(`more than ${budget} steps`);
    return read.call(this, position);
  };
  try {
    work();
  } finally {
    String.prototype.charCodeAt = read;
  }
  return steps;
};
