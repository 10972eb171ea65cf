import type { Millis } from '../../../domain/base/fault.ts';
import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import type { ValueSeries } from '../../../domain/facts/value-series.ts';
import { valuesSince } from '../../../store/signal-history.ts';
import { paneState } from '../../shell/contract/model.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { memoizeLast, memoizePerObject } from '../../shell/state/memoize.ts';
import { pulseSignals } from './golden-signals.ts';
import { valueLifetimeMs } from './spark.ts';

const minute: Millis = 60_000;
const hour: Millis = 60 * minute;

/** The windows that fit the readings by themselves, widest last. */
const fittingWindows: readonly Millis[] = [1, 2, 5, 10, 20].map((minutes) => minutes * minute);
const widestFitting: Millis = 20 * minute;

/** The time windows that `w` cycles through, in ms. */
export const matrixWindows: readonly Millis[] = [...fittingWindows, hour, 6 * hour, 24 * hour];

/** The readings of a chart are enough from this share of the window, and a window from this share of the charts. */
const enoughOfWindow = 0.5;
const enoughCharts = 2 / 3;
/** Signals that decide: those of a table, and those whose charts are large. No screen shows more. */
const mostCharts = 24;
const mostLargeCharts = 5;

/** The part of the time since `from` for which a series has a reading; each holds until the next one, at most `holdMs`. */
const coveredShare = (points: ValueSeries, from: Millis, now: Millis, holdMs: Millis): number => {
  let covered = 0;
  for (let index = points.indexFrom(from); index < points.length; index++) {
    const time = points.timeAt(index);
    const next = index + 1 < points.length ? points.timeAt(index + 1) : now;
    covered += Math.min(next - time, Math.max(holdMs, points.stepAt(index) ?? 0));
  }
  return covered / (now - from);
};

/** Readings that a source repeats less often than this still belong together. */
const leastHoldMs: Millis = 15_000;

/**
 * The widest window in which two thirds of the charts have readings over at least half of it, so that charts are filled half a
 * minute after the start, and do not stand at the right edge: of those in a table, and of the large ones, which are the worst in an
 * incident. Charts without any reading do not decide.
 */
const fittingWindow = ({ facts, snapshot }: EnvironmentView, now: Millis): Millis => {
  const isNumeric = ({ key, value }: SignalRow): boolean =>
    typeof value === 'number' && (facts.history[key]?.length ?? 0) > 0;
  const seriesOf = ({ key, id }: SignalRow) => {
    const spec = facts.frame.signals.find((signal) => signal.id === id);
    const holdMs = Math.max(leastHoldMs, spec === undefined ? 0 : valueLifetimeMs(spec, facts));
    return { points: valuesSince(facts, key, now - widestFitting, now), holdMs };
  };
  const signals = snapshot.signals.filter(isNumeric).slice(0, mostCharts).map(seriesOf);
  // Without signals the charts are those of latencies.
  const latencies = Object.values(facts.latencies)
    .slice(0, mostCharts)
    .map((points) => ({ points, holdMs: leastHoldMs }));
  const table = signals.length === 0 ? latencies : signals;
  const large = pulseSignals(snapshot, () => false)
    .filter(isNumeric)
    .slice(0, mostLargeCharts)
    .map(seriesOf);
  if (table.length === 0) return widestFitting;
  const isFilled = (windowMs: Millis): boolean =>
    [table, large].every(
      (charts) =>
        charts.filter(
          ({ points, holdMs }) => coveredShare(points, now - windowMs, now, holdMs) >= enoughOfWindow,
        ).length >=
        charts.length * enoughCharts,
    );
  return fittingWindows.findLast(isFilled) ?? minute;
};

/** The window is chosen again after this time: charts must not change their scale with every reading. */
const steadyMs: Millis = 5_000;

const keyCounts = memoizePerObject<number>();

/** Number of series; every sparkline asks for the window. */
const countOf = (series: object): number => keyCounts(series, [], () => Object.keys(series).length);

const memoized = memoizeLast(
  ({ env, now }: { readonly env: EnvironmentView; readonly now: Millis }) => [
    env.facts.frame,
    env.facts.past,
    Math.floor(now / steadyMs),
    countOf(env.facts.history),
    countOf(env.facts.latencies),
  ],
  ({ env, now }) => fittingWindow(env, now),
);

/** The chosen window in `matrixWindows`; -1: it follows the readings. */
const chosenWindow = ({ ui }: Pick<RenderContext, 'ui'>): number =>
  (paneState(ui, 'matrix').options?.window ?? 0) - 1;

/** The time window of all sparklines and charts on the screen, in ms. */
export const matrixWindowMs = (view: RenderContext): Millis =>
  matrixWindows[chosenWindow(view)] ??
  (view.own === undefined ? widestFitting : memoized({ env: view.own, now: view.now }));
