import type { Millis } from '../../domain/base/fault.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { type ParamValues, type Runbook, withParamValues } from '../../domain/runbooks/runbook.ts';
import { evaluateExpression } from '../../expressions/evaluate.ts';
import { parseExpression } from '../../expressions/rows/parse.ts';

/**
 * Why the first call of a runbook would not be sent with these values: the condition of its step is not met. Undefined: it
 * has none, it is met, or not known. Conditions of later steps speak of what the first one leaves.
 */
export const unmetNeeds = (
  { act }: Runbook,
  params: ParamValues,
  snapshot: Snapshot,
  now: Millis,
): string | undefined => {
  const first = act.find(({ use }) => use !== undefined);
  if (first?.needs === undefined || first.each !== undefined) return undefined;
  const parsed = parseExpression(first.needs);
  if (!parsed.ok) return undefined;
  const { value } = evaluateExpression(parsed.expression, snapshot, { params, now });
  return value === 'false'
    ? `requires ${withParamValues(first.needs, params)}, which is not the case`
    : undefined;
};
