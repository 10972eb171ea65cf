import type { ParamValues } from '../../domain/param-value.ts';
import type { ActStep } from '../../domain/runbook.ts';

/** One turn of a loop: the step for one value. */
export interface LoopStep extends ActStep {
  readonly turn?: { readonly value: string; readonly nth: number; readonly of: number };
}

/**
 * A step as it is to be done: itself, or (`each`) once for each value that was chosen, `a1/1`, `a1/2` … in that order. Nothing is
 * bound yet. Its title names the value where it does not already.
 */
export const turnsOf = (step: ActStep, params: ParamValues): readonly LoopStep[] => {
  const { each, ...once } = step;
  if (each === undefined) return [once];
  const chosen = params[each];
  const values = Array.isArray(chosen) ? chosen : [String(chosen)];
  const title = step.title.includes('${each}') ? step.title : `${step.title}: \${each}`;
  return values.map(
    (value: string, index): LoopStep => ({
      ...once,
      title,
      id: `${step.id}/${index + 1}`,
      turn: { value, nth: index + 1, of: values.length },
    }),
  );
};
