import { areAllBeyond, formatThreshold, isReachedBefore, isSameSide } from '../../domain/facts/threshold.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { errorAt } from '../document/diagnostics.ts';
import { childOf, type MapNode } from '../document/tree.ts';
import type { SignalShape } from '../shape/signal.ts';
import { isOtherUnit, unitOfReading, unitsByName } from './reading-units.ts';

/** Reports a `clear` without the level that it would clear: it has no effect. */
const clearDiagnostics = (node: MapNode, shape: SignalShape): readonly Diagnostic[] => {
  const clear = childOf(node, 'clear');
  const { id, warn, crit } = shape;
  if (clear === undefined || shape.clear === undefined) return [];
  const without = (level: string) =>
    errorAt(
      clear.position,
      `${id} clear: there is no ${level} to clear`,
      `write ${level} too, or remove clear`,
    );
  if ('op' in shape.clear) return warn === undefined && crit === undefined ? [without('warn or crit')] : [];
  return [
    ...(shape.clear.warn !== undefined && warn === undefined ? [without('warn')] : []),
    ...(shape.clear.crit !== undefined && crit === undefined ? [without('crit')] : []),
  ];
};

/** Reports a `clear` on the side of its limit: every value that raises the level would also clear it, or none would. */
const clearSideDiagnostics = (node: MapNode, shape: SignalShape): readonly Diagnostic[] => {
  const clear = childOf(node, 'clear');
  const { id, clear: given } = shape;
  if (clear === undefined || given === undefined) return [];
  const isOne = 'op' in given;
  const levels = (['warn', 'crit'] as const).slice(0, isOne && shape.warn !== undefined ? 1 : 2);
  return levels.flatMap((level): readonly Diagnostic[] => {
    const limit = shape[level];
    const bound = isOne ? given : given[level];
    if (limit === undefined || bound === undefined || !isSameSide(bound, limit)) return [];
    const what = `${id} clear: ${formatThreshold(bound)} is on the same side as ${level} ${formatThreshold(limit)}, so the level would never clear`;
    const other = limit.op.startsWith('>') ? '<' : '>';
    const position = (childOf(clear, level) ?? clear).position;
    return [
      errorAt(
        position,
        what,
        `write the value from which the signal is well again: "${other}${limit.value}"`,
      ),
    ];
  });
};

/** Reports limits of which crit is reached before warn: one of them is a mistake, and warn would never be shown. */
const orderDiagnostics = (node: MapNode, { id, warn, crit }: SignalShape): readonly Diagnostic[] => {
  if (warn === undefined || crit === undefined) return [];
  if (areAllBeyond(crit, warn))
    return [
      errorAt(
        (childOf(node, 'crit') ?? node).position,
        `${id}: every value exceeds warn ${formatThreshold(warn)} or crit ${formatThreshold(crit)}, so the signal is never OK`,
        'leave a range of good values between the two limits',
      ),
    ];
  if (!isReachedBefore(crit, warn)) return [];
  return [
    errorAt(
      (childOf(node, 'crit') ?? node).position,
      `${id}: crit ${formatThreshold(crit)} is reached before warn ${formatThreshold(warn)}`,
      'swap the two limits, or correct one of them',
    ),
  ];
};

/**
 * Reports a unit that contradicts the reading, and warns of one that contradicts the name of the metric: the limits may be off by a
 * factor.
 */
const unitDiagnostics = (node: MapNode, { id, unit }: SignalShape): readonly Diagnostic[] => {
  const read = childOf(node, 'read');
  const place = childOf(node, 'unit');
  if (read?.is !== 'map' || place === undefined) return [];
  const todoOf = (other: string): string =>
    `write unit: ${other} and limits in that unit, or convert the value`;
  const own = unitOfReading(read);
  if (own !== undefined && isOtherUnit(unit, own))
    return [errorAt(place.position, `${id} unit: ${unit}, but the reading is in ${own}`, todoOf(own))];
  return unitsByName(read).flatMap((named): readonly Diagnostic[] => {
    if (!isOtherUnit(unit, named.unit)) return [];
    const what = `${id} unit: ${unit}, but ${named.metric} is in ${named.unit} by name`;
    return [{ position: place.position, severity: 'warning', what, todo: todoOf(named.unit) }];
  });
};

/** Reports limits that have no effect or contradict each other, and a unit that contradicts the reading. */
export const limitDiagnostics = (node: MapNode, shape: SignalShape): readonly Diagnostic[] => [
  ...clearDiagnostics(node, shape),
  ...clearSideDiagnostics(node, shape),
  ...orderDiagnostics(node, shape),
  ...unitDiagnostics(node, shape),
];
