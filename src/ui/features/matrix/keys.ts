import type { Millis } from '../../../domain/base/fault.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { paneState, updatePane } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { matrixWindowMs, matrixWindows } from '../signals/chart-window.ts';
import { areLimitsShown } from '../signals/rows.ts';
import {
  areOthersShown,
  chartComparison,
  comparisons,
  crosshairAt,
  focusedChartRange,
  isChartShown,
} from './chart/chart-state.ts';

type OptionName = 'window' | 'limits' | 'at' | 'compare' | 'others';

const choose = ({ model, view }: KeyContext, name: OptionName, value: number): void => {
  const { options: chosen } = paneState(view.ui, 'matrix');
  updatePane(model, 'matrix', { options: { ...chosen, [name]: value } });
};

const windowIndex = ({ view }: KeyContext): number => matrixWindows.indexOf(matrixWindowMs(view));

const setWindow = (context: KeyContext, index: number): void => {
  choose(context, 'window', index + 1);
  const ms = matrixWindows[index];
  context.notify(
    ms === undefined
      ? `Threshold matrix: the charts show all readings, up to 20m`
      : `Threshold matrix: the last ${formatDuration(ms)}`,
  );
};

const noChart = ({ view }: KeyContext): string | undefined =>
  isChartShown(view)
    ? undefined
    : `open the chart of a signal first: press ${boundKey(view.cockpit, 'zoom', 'z')}, then enter`;

/** Moves the crosshair by one cell; it starts at the newest values, and beyond them it disappears. */
const moveCrosshair = (context: KeyContext, step: -1 | 1) => {
  const { view } = context;
  if (step > 0 && crosshairAt(view) === undefined)
    return context.notify('the chart already shows the newest values');
  const { cellMs } = focusedChartRange(context);
  const from: Millis = crosshairAt(view) ?? view.now + (step < 0 ? cellMs : 0);
  const to = from + step * cellMs;
  choose(context, 'at', to > view.now ? 0 : to);
};

const zoom =
  (step: -1 | 1) =>
  (context: KeyContext): void =>
    setWindow(context, windowIndex(context) + step);

/** The keys of the chart. */
const chartKeys: readonly Binding[] = [
  {
    id: 'chart.left',
    keys: ['h', 'left'],
    description: 'move the crosshair of the chart to earlier values',
    whyNot: noChart,
    run: (context) => moveCrosshair(context, -1),
  },
  {
    id: 'chart.right',
    keys: ['l', 'right'],
    description: 'move the crosshair of the chart to later values',
    whyNot: noChart,
    run: (context) => moveCrosshair(context, 1),
  },
  {
    id: 'chart.now',
    keys: ['.'],
    description: 'hide the crosshair of the chart, and go back to now',
    whyNot: (context) =>
      noChart(context) ?? (crosshairAt(context.view) === undefined ? 'no crosshair' : undefined),
    run: (context) => choose(context, 'at', 0),
  },
  {
    id: 'chart.zoom-in',
    keys: ['+', '='],
    description: 'zoom in: show a shorter period in the chart and the sparklines',
    whyNot: (context) =>
      windowIndex(context) === 0 ? 'this is the shortest window of the chart' : undefined,
    run: zoom(-1),
  },
  {
    id: 'chart.zoom-out',
    keys: ['-'],
    description: 'zoom out: show a longer period, up to 1d',
    whyNot: (context) =>
      windowIndex(context) === matrixWindows.length - 1
        ? 'this is the longest window of the chart'
        : undefined,
    run: zoom(1),
  },
  {
    id: 'chart.compare',
    keys: ['c'],
    description: 'compare the chart with the values of 24 h or 7 d earlier, or with nothing',
    footer: 'compare',
    footerMinColumns: 120,
    whyNot: noChart,
    run: (context) => {
      const next = (comparisons.indexOf(chartComparison(context.view)) + 1) % comparisons.length;
      choose(context, 'compare', next);
      context.notify(`Threshold matrix: ${comparisons[next]?.title ?? 'no comparison'}`);
    },
  },
  {
    id: 'chart.others',
    keys: ['a'],
    description: 'show or hide the other environments in the chart',
    footer: 'all environments',
    footerMinColumns: 140,
    whyNot: (context) =>
      noChart(context) ??
      (context.view.others.size === 0 ? 'no other environment has this signal' : undefined),
    run: (context) => choose(context, 'others', areOthersShown(context.view) ? 0 : 1),
  },
];

/** The keys of 2 Threshold matrix. */
export const matrixKeys: readonly Binding[] = [
  {
    id: 'matrix.window',
    keys: ['w'],
    description: 'change how much time all charts show: as much as there are readings, or 1m to 1d',
    footer: 'window',
    run: (context) => {
      const next = windowIndex(context) + 1;
      setWindow(context, next < matrixWindows.length ? next : -1);
    },
  },
  {
    id: 'matrix.limits',
    keys: ['t'],
    description: 'show or hide limits',
    footer: 'limits',
    whyNot: ({ view }) =>
      view.ui.place === 'overview'
        ? `only in the full pane: press ${boundKey(view.cockpit, 'zoom', 'z')} first`
        : undefined,
    run: (context) => choose(context, 'limits', areLimitsShown(context.view) ? 0 : 1),
  },
  ...chartKeys,
];
