import { ValueSeries } from '../../../domain/facts/value-series.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { maxDefined } from '../../shell/panes/ranking.ts';
import { matrixWindowMs } from '../signals/chart-window.ts';
import { drawSparkline, sparkRuns } from '../signals/spark.ts';
import { type ServiceRow, selectServiceRows } from './rows.ts';

/** The steps of a scale: it changes with a latency only where that is of another magnitude. */
const scaleSteps = [1, 2, 5, 10] as const;

/** The top of the scale that all services share: the slowest is high, and a fast one stays low. */
const scaleTop = (rows: readonly ServiceRow[]): number => {
  const slowest =
    maxDefined(rows.map(({ own }) => (own.is === 'seen' ? own.worst.fact.latencyMs : undefined))) ?? 1;
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(1, slowest)));
  return magnitude * (scaleSteps.find((step) => step * magnitude >= slowest) ?? 10);
};

/** True if latencies of the service have been read. */
export const hasLatencies = (view: RenderContext, { own }: ServiceRow): boolean =>
  own.is === 'seen' && view.own?.facts.latencies[own.worst.key] !== undefined;

/** The latencies of a service over the window of the screen, on one scale for all services; blank where none is known. */
const latencyCell = (view: RenderContext, { own }: ServiceRow, cells: number): StyledLine => {
  const recent = own.is === 'seen' ? view.own?.facts.latencies[own.worst.key] : undefined;
  if (own.is !== 'seen' || recent === undefined || view.own === undefined) return [];
  const { facts } = view.own;
  const drawn = drawSparkline(
    {
      key: `latency ${own.worst.key}`,
      recent,
      past: ValueSeries.empty,
      holdMs: () => facts.feeds[own.worst.feed]?.feed.staleMs ?? 0,
      limits: [],
      levelOf: () => undefined,
      top: scaleTop(selectServiceRows(view)),
    },
    facts.frame,
    { now: view.now, spanMs: matrixWindowMs(view), cells, pen: view.pen },
  );
  return sparkRuns(drawn, own.worst.stale);
};

/** The column of the latencies of the last minutes, `cells` wide. */
export const latencySparkColumn = (view: RenderContext, cells: number): Column<ServiceRow> => ({
  head: `LAST ${formatDuration(matrixWindowMs(view)).toUpperCase()}`,
  name: 'TREND',
  width: cells + 2,
  cell: (row) => latencyCell(view, row, cells),
  renderFolded: () => [],
});
