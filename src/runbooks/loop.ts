import type { ParamValues } from '../domain/param-value.ts';
import type { ActStep } from '../domain/runbook.ts';
import { bindEach } from './bind.ts';
import { bindEachWith } from './bind-with.ts';

/** One turn of a loop: the step for one value. */
export interface LoopStep extends ActStep {
  readonly turn?: { readonly value: string; readonly nth: number; readonly of: number };
}

/**
 * A step as it is to be done: itself, or (`each`) once for each value that was chosen, `a1/1`, `a1/2` … in that order, with
 * `${each}` put in. Its title names the value where it does not already. `encoded`: keys of its `with` that are addresses.
 */
export const turnsOf = (
  step: ActStep,
  params: ParamValues,
  encoded: readonly string[] = [],
): readonly LoopStep[] => {
  const { each, ...once } = step;
  if (each === undefined) return [once];
  const chosen = params[each];
  const values = Array.isArray(chosen) ? chosen : [String(chosen)];
  return values.map((value: string, index): LoopStep => {
    const title = step.title.includes('${each}') ? step.title : `${step.title}: ${value}`;
    // What it needs stays an expression: there the value is a value, and never text of it.
    const { needs, with: given, ...texts } = once;
    return {
      ...bindEach({ ...texts, title }, value),
      ...(given === undefined ? {} : { with: bindEachWith(given, value, encoded) }),
      ...(needs === undefined ? {} : { needs }),
      id: `${step.id}/${index + 1}`,
      turn: { value, nth: index + 1, of: values.length },
    };
  });
};
