import type { Millis } from '../../../../domain/base/fault.ts';
import { paneState } from '../../../shell/contract/model.ts';
import type { KeyContext } from '../../../shell/contract/pane.ts';
import type { RenderContext } from '../../../shell/contract/render-context.ts';
import { matrixWindowMs } from '../../signals/chart-window.ts';

const dayMs: Millis = 24 * 3_600_000;

/** A comparison of the chart with an earlier time. */
export interface ChartComparison {
  readonly shiftMs: Millis;
  /** '24 h earlier' */
  readonly title: string;
  /** '-24h' */
  readonly label: string;
}

/** The comparisons that `c` cycles through; the first is none. */
export const comparisons: readonly (ChartComparison | undefined)[] = [
  undefined,
  { shiftMs: dayMs, title: '24 h earlier', label: '-24h' },
  { shiftMs: 7 * dayMs, title: '7 d earlier', label: '-7d' },
];

type View = Pick<RenderContext, 'ui'>;

const option = ({ ui }: View, name: string): number => paneState(ui, 'matrix').options?.[name] ?? 0;

/** True if the details of the selected row show its chart. */
export const isChartShown = (view: View): boolean =>
  view.ui.place === 'matrix' && paneState(view.ui, 'matrix').opened;

export const chartComparison = (view: View): ChartComparison | undefined =>
  comparisons[option(view, 'compare') % comparisons.length];

/** True if the chart also shows the other environments. */
export const areOthersShown = (view: View): boolean => option(view, 'others') === 1;

/** The time of the crosshair on the engine's clock; undefined: none. A time that is not over yet counts as none. */
export const crosshairAt = (view: RenderContext): Millis | undefined => {
  const time = option(view, 'at');
  return time > 0 && time <= view.now ? time : undefined;
};

/** Cells left of the plot, for labels of values. */
export const axisCells = 10;
/** Cells right of the plot, for names of lines, if there are several. */
export const nameCells = 11;

/** The visible time range, in whole cells, so that values do not move between cells as time passes. */
export interface ChartRange {
  readonly from: Millis;
  readonly cellMs: Millis;
  readonly cells: number;
}

/** True if the chart has lines besides that of the selected row. */
const hasSeveralLines = (view: View): boolean => chartComparison(view) !== undefined || areOthersShown(view);

/** The range of the chart in a pane of `view.columns` cells: it ends now, or has the crosshair in its middle if that is further back. */
export const chartRange = (view: RenderContext): ChartRange => {
  const cells = Math.max(10, view.columns - 2 - axisCells - (hasSeveralLines(view) ? nameCells : 0));
  const spanMs = matrixWindowMs(view);
  const cellMs = spanMs / cells;
  const time = crosshairAt(view) ?? view.now;
  const end = time < view.now - spanMs + cellMs ? time + spanMs / 2 : view.now;
  const last = Math.floor(Math.min(end, view.now) / cellMs) + 1;
  return { from: (last - cells) * cellMs, cellMs, cells };
};

/** The range of the chart in the focused pane, which can be narrower than the screen. */
export const focusedChartRange = ({
  view,
  focusedRoom,
}: Pick<KeyContext, 'view' | 'focusedRoom'>): ChartRange =>
  chartRange({ ...view, columns: focusedRoom()?.width ?? view.columns });

/** The cell of a time; may be outside of the range. */
export const cellOfTime = (time: Millis, { from, cellMs }: ChartRange): number =>
  Math.floor((time - from) / cellMs + 1e-6);
