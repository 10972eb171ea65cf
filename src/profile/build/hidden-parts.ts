import type { SignalSpec } from '../../domain/profile/profile.ts';
import { splitUse } from '../../domain/runbooks/operation.ts';
import type { Runbook, VerifyStep } from '../../domain/runbooks/runbook.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { passesWithLess as resultPassesWithLess } from '../../expressions/result-rows.ts';
import type { ExpressionNode } from '../../expressions/rows/ast.ts';
import { nodesOf } from '../../expressions/rows/mentions.ts';
import { parseExpression } from '../../expressions/rows/parse.ts';
import { childOf, itemsOf, type MapNode, textAt, type YamlNode } from '../document/tree.ts';
import { type BuiltSource, mapItems } from './context.ts';

const isGuard = (step: YamlNode): boolean => {
  const guard = childOf(step, 'guard');
  return guard?.is === 'scalar' && guard.value === true;
};

/** True for a comparison that a smaller value passes: `s < 5`, `s = 0`, `s <= ok`. */
const passesWithLess = (node: ExpressionNode): node is Extract<ExpressionNode, { is: 'signal' }> =>
  node.is === 'signal' && ['<', '<=', '='].includes(node.op) && node.to.is !== 'before';

/** The same of a step that reads its source, or counts its rows: fewer of them are no proof. */
const readingWarning = (
  step: YamlNode,
  label: string,
  verify: Runbook['verify'] | undefined,
  index: number,
): Diagnostic | undefined => {
  const { expect, hiddenBy } = (verify === undefined || verify === 'none' ? undefined : verify[index]) ?? {};
  const node = childOf(step, 'expect');
  if (expect === undefined || hiddenBy === undefined || node === undefined || isGuard(step)) return undefined;
  if (!resultPassesWithLess(expect)) return undefined;
  return {
    position: node.position,
    severity: 'warning',
    what: `${label} expect: the result is computed by the server (${hiddenBy}), so opsdeck cannot see when a row is no longer counted`,
    todo: 'read the rows with what names them (SELECT id, state …, worst first) and compare the value of the first, or mark the check as a guard',
  };
};

/**
 * Warns about checks of a verification that a count of the server passes when what it counts is gone: the check cannot see that. A guard is no
 * proof.
 */
export const hiddenPartsWarnings = (
  tree: MapNode,
  signals: readonly SignalSpec[],
  runbooks: readonly Runbook[],
  sources: readonly BuiltSource[],
): readonly Diagnostic[] => {
  const adviceOf = (source: string): string | undefined =>
    sources.find(({ entry }) => entry.id === source)?.module?.partsAdvice;
  // Where no read tells the parts, there is nothing to advise: the step itself says what it cannot see.
  const hidden = new Map(
    signals.flatMap(({ id, source, hiddenBy }) => {
      const advice = adviceOf(source);
      return hiddenBy === undefined || advice === undefined ? [] : [[id, { hiddenBy, advice }]];
    }),
  );
  return mapItems(tree, 'runbooks').maps.flatMap((runbook, index) =>
    itemsOf(childOf(runbook, 'verify')).flatMap((step, position): readonly Diagnostic[] => {
      const reading = readingWarning(
        step,
        `${textAt(runbook, 'id') ?? ''} verify[${position}]`,
        runbooks[index]?.verify,
        position,
      );
      if (reading !== undefined) return [reading];
      const that = childOf(step, 'that');
      const parsed = parseExpression(textAt(step, 'that') ?? '');
      if (that === undefined || !parsed.ok || isGuard(step)) return [];
      const found = nodesOf(parsed.expression.root)
        .filter(passesWithLess)
        .find(({ id }) => hidden.has(id));
      const parts = found === undefined ? undefined : hidden.get(found.id);
      if (found === undefined || parts === undefined) return [];
      return [
        {
          position: that.position,
          severity: 'warning',
          what: `${textAt(runbook, 'id') ?? ''} verify[${position}] that: ${found.id} is computed by the server (${parts.hiddenBy}), so opsdeck cannot see when a row is no longer counted`,
          todo: `read the rows (${parts.advice}) and verify them, or mark the check as a guard`,
        },
      ];
    }),
  );
};

/** Adds to a step what hides the parts of its result, by the declaration of its operation. */
export const withHiddenBy = (step: VerifyStep, sources: readonly BuiltSource[]): VerifyStep => {
  const { source, name } = splitUse(step.use ?? '');
  const { operations = {} } = sources.find(({ entry }) => entry.id === source)?.module ?? {};
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  const hiddenBy = operation?.hiddenBy?.(step.with ?? {});
  return hiddenBy === undefined ? step : { ...step, hiddenBy };
};
