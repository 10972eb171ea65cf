import type { Millis } from '../../../../domain/base/fault.ts';
import { ValueSeries } from '../../../../domain/facts/value-series.ts';
import { valuesSince } from '../../../../store/signal-history.ts';
import type { ChartLine } from '../../../kit/chart/chart.ts';
import type { RenderContext } from '../../../shell/contract/render-context.ts';
import { columnEnvironments } from '../../../shell/state/environment-label.ts';
import { seriesStyle } from '../../signals/chart-parts.ts';
import type { MatrixCell, MatrixRow } from '../../signals/rows.ts';
import { bucketMeans, createBuckets, fillBuckets, valueLifetimeMs } from '../../signals/spark.ts';
import { areOthersShown, type ChartComparison, type ChartRange, chartComparison } from './chart-state.ts';

export type SeenCell = Extract<MatrixCell, { is: 'seen' }>;

/** A line with its name in the readout: 'staging', '24 h earlier'. */
export interface NamedLine extends ChartLine {
  readonly title: string;
}

/** The values of a cell in a range that lies `shiftMs` earlier, at the times of the chart. */
const pointsOf = ({ env, signal }: SeenCell, from: Millis, to: Millis, shiftMs: Millis): ValueSeries => {
  const own = valuesSince(env.facts, signal.key, from - shiftMs);
  if (shiftMs === 0) return own.between(from, to);
  const compared = env.facts.compared[signal.key] ?? ValueSeries.empty;
  const before = compared.slice(0, compared.indexFrom(own.at(0)?.at ?? Number.POSITIVE_INFINITY));
  return before
    .concat(own)
    .between(from - shiftMs, to - shiftMs)
    .shifted(shiftMs);
};

/** The values of a cell in a range, oldest first. */
export const pointsInRange = (cell: SeenCell, { from, cellMs, cells }: ChartRange): ValueSeries =>
  pointsOf(cell, from, from + cells * cellMs, 0);

const meansOf =
  (cell: SeenCell, { from, cellMs, cells }: ChartRange, shiftMs: Millis) =>
  (columns: number): Float64Array => {
    const columnMs = (cellMs * cells) / columns;
    const holdMs = valueLifetimeMs(cell.spec, cell.env.facts);
    // A value from before the range may still hold at its start.
    const before = Math.ceil(holdMs / columnMs);
    const span = { from: from - before * columnMs, cellMs: columnMs, cells: before + columns };
    const buckets = createBuckets(span.cells);
    fillBuckets(buckets, pointsOf(cell, span.from, from + cells * cellMs, shiftMs), span);
    return bucketMeans(buckets, span, holdMs).slice(before);
  };

const comparedLine = (
  cell: SeenCell,
  range: ChartRange,
  { shiftMs, title, label }: ChartComparison,
): NamedLine => ({
  title,
  label,
  style: { role: 'faint', dotted: true, ascii: '.' },
  means: meansOf(cell, range, shiftMs),
});

/** Characters of the other environments in ASCII. */
const otherMarks = ['+', 'o', 'x', '%'];

const otherLines = (
  view: RenderContext,
  row: MatrixRow,
  env: string,
  range: ChartRange,
): readonly NamedLine[] =>
  columnEnvironments(view)
    .filter((name) => name !== env)
    .flatMap((name, index): readonly NamedLine[] => {
      const cell = row.cellFor(name);
      if (cell.is !== 'seen') return [];
      return [
        {
          title: name,
          label: name,
          style: { role: 'plain', dotted: false, ascii: otherMarks[index % otherMarks.length] ?? '+' },
          means: meansOf(cell, range, 0),
        },
      ];
    });

/** The lines of the chart of a row in an environment, the one of the selected cell last. */
export const chartLines = (
  view: RenderContext,
  row: MatrixRow,
  env: string,
  cell: SeenCell,
  range: ChartRange,
): readonly NamedLine[] => {
  const compared = chartComparison(view);
  return [
    ...(compared === undefined ? [] : [comparedLine(cell, range, compared)]),
    ...(areOthersShown(view) ? otherLines(view, row, env, range) : []),
    {
      title: env,
      label: env,
      style: seriesStyle(cell.signal, cell.spec),
      means: meansOf(cell, range, 0),
    },
  ];
};
