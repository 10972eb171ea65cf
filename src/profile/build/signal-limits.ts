import { formatThreshold, isReachedBefore, isSameSide } from '../../domain/facts/threshold.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { errorAt } from '../document/diagnostics.ts';
import { childOf, type MapNode, scalarsIn } from '../document/tree.ts';
import type { SignalShape } from '../shape/signal.ts';

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
  if ('op' in shape.clear)
    return warn === undefined && crit === undefined ? [without('write warn or crit')] : [];
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
    const what = `${id} clear: ${formatThreshold(bound)} points the same way as ${level} ${formatThreshold(limit)}`;
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
  if (!isReachedBefore(crit, warn)) return [];
  return [
    errorAt(
      (childOf(node, 'crit') ?? node).position,
      `${id}: crit ${formatThreshold(crit)} is reached before warn ${formatThreshold(warn)}`,
      'swap them, or correct one',
    ),
  ];
};

/** Units by the end of a metric's name. Source: Prometheus docs, Metric and label naming, base units. */
const unitOfName: readonly (readonly [end: RegExp, unit: string, others: RegExp])[] = [
  [/_seconds(?:_sum|_max)?$/, 's', /^(?:ns|us|µs|ms|min|h|d|B|bytes|%)$/],
  [/_(?:milliseconds|millis|ms)$/, 'ms', /^(?:ns|us|µs|s|min|h|d|B|bytes|%)$/],
  [/_bytes$/, 'bytes', /^(?:ns|us|µs|ms|s|min|h|d|%)$/],
];

/** Warns when the name of the metric that is read states another unit than the signal: its limits may be off by a factor. */
const unitWarnings = (node: MapNode, { id, unit }: SignalShape): readonly Diagnostic[] => {
  const metric = childOf(childOf(node, 'read'), 'metric');
  const place = childOf(node, 'unit');
  if (metric === undefined || place === undefined) return [];
  return scalarsIn(metric).flatMap(({ value }): readonly Diagnostic[] => {
    const named = unitOfName.find(([end]) => typeof value === 'string' && end.test(value));
    if (named === undefined || !named[2].test(unit)) return [];
    const what = `${id} unit: ${unit}, but ${String(value)} is in ${named[1]} by name`;
    const todo = `write unit: ${named[1]} and limits in that unit, or convert the value`;
    return [{ position: place.position, severity: 'warning', what, todo }];
  });
};

/** Reports limits that have no effect or contradict each other, and a unit that contradicts the name of the metric. */
export const limitDiagnostics = (node: MapNode, shape: SignalShape): readonly Diagnostic[] => [
  ...clearDiagnostics(node, shape),
  ...clearSideDiagnostics(node, shape),
  ...orderDiagnostics(node, shape),
  ...unitWarnings(node, shape),
];
