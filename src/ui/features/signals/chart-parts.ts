import type { Comparison } from '../../../domain/facts/bound-hints.ts';
import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import { isAnyValue, isInBound } from '../../../domain/facts/threshold.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import type { ChartLimit } from '../../kit/chart/chart.ts';
import type { LineStyle } from '../../kit/chart/raster.ts';
import type { TextRole } from '../../kit/theme/roles.ts';

/** The level of a value by its limits alone; undefined: within them. */
export const breachOf = (
  { threshold: { warn, crit } }: SignalSpec,
  value: number,
): 'crit' | 'warn' | undefined => {
  if (crit !== undefined && isInBound(crit, value) === true) return 'crit';
  return warn !== undefined && isInBound(warn, value) === true ? 'warn' : undefined;
};

/** The style of the line of a signal: in the color of the level where its values are beyond a limit. */
export const seriesStyle = ({ stale }: SignalRow, spec: SignalSpec): LineStyle => ({
  role: stale ? 'stale' : 'series',
  breach: (value): TextRole | undefined => (stale ? undefined : breachOf(spec, value)),
  dotted: false,
  ascii: '*',
});

/** The numeric limits of a signal, the violated or next one first; `text` formats a limit. */
export const chartLimits = (
  { level }: Pick<SignalRow, 'level'>,
  { threshold }: SignalSpec,
  text: (value: number, op: Comparison) => string,
): readonly ChartLimit[] =>
  (level === 'crit' ? (['crit', 'warn'] as const) : (['warn', 'crit'] as const)).flatMap(
    (name): readonly ChartLimit[] => {
      const bound = threshold[name];
      if (bound === undefined || typeof bound.value !== 'number' || isAnyValue(bound)) return [];
      const { op, value } = bound;
      return [{ value, isLower: op.startsWith('<'), text: text(value, op) }];
    },
  );
