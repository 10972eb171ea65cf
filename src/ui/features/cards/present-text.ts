import type { ParamValues, VerifyStep } from '../../../domain/runbooks/runbook.ts';
import { evaluateExpression } from '../../../expressions/evaluate.ts';
import { parseExpression } from '../../../expressions/rows/parse.ts';
import { cardInnerWidth } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

const roles = { true: 'ok', false: 'crit', unknown: 'unknown' } as const;

/** 'now psp of billing-0 is open': a condition on the facts of the screen. Empty where only the run itself can read it. */
export const presentText = (view: RenderContext, { that }: VerifyStep, params: ParamValues): StyledLine => {
  const { pen, own, now } = view;
  if (that === undefined || own === undefined) return [];
  const parsed = parseExpression(that);
  if (!parsed.ok) return [];
  const { value, why } = evaluateExpression(parsed.expression, own.snapshot, { params, now });
  if (why === '') return [];
  return [
    pen.run('now ', 'faint'),
    pen.run(pen.cut(why, Math.floor(cardInnerWidth(view) * 0.38)), roles[value]),
  ];
};
