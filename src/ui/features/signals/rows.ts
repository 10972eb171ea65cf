import type { Level } from '../../../domain/facts/level.ts';
import {
  isAwaitedSignal,
  isExpectedAbsence,
  isToldByAlert,
  type SignalRow,
  type Snapshot,
} from '../../../domain/facts/snapshot.ts';
import { isUnlimited } from '../../../domain/facts/threshold.ts';
import { labelValues } from '../../../domain/mask/mask-text.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import { seriesLabels } from '../../../kinds/define/check-words.ts';
import { paneState } from '../../shell/contract/model.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { EnvironmentView } from '../../shell/contract/render-context.ts';
import { isMissingFromHistory, type RenderContext } from '../../shell/contract/render-context.ts';
import { compareSeries, compareWorstFirst } from '../../shell/panes/ranking.ts';
import { memoizeReads, readAs } from '../../shell/state/tracked-reads.ts';
import { titleWithUnit } from './values.ts';

/** True if `t` has switched the limits on. */
export const areLimitsShown = (view: RenderContext): boolean =>
  paneState(view.ui, 'matrix').options?.limits === 1;

/** The environment of the selected column; by default the open one. */
export const selectedEnvironment = (view: RenderContext, environments: readonly string[]): string => {
  const { column } = paneState(view.ui, 'matrix');
  const own = view.cockpit.open?.env ?? '';
  return column === undefined ? own : (environments[column] ?? own);
};

/** Minimum terminal width for columns of other environments. */
const minEnvironmentColumns = 98;

export const hasEnvironmentColumns = ({ columns }: Pick<RenderContext, 'columns'>): boolean =>
  columns >= minEnvironmentColumns;

/** A signal in one environment. */
export type MatrixCell =
  | {
      readonly is: 'seen';
      readonly signal: SignalRow;
      readonly spec: SignalSpec;
      readonly env: EnvironmentView;
      /** Number of series of the signal that no row is of, if none has this row's labels: the worst one is shown. Otherwise 1. */
      readonly among: number;
    }
  | { readonly is: 'waiting' }
  /** The history has no data of this environment at the displayed past time. */
  | { readonly is: 'not-kept' }
  | { readonly is: 'not-set' }
  /** The signal has series there, but none with these labels: other rows are of them. */
  | { readonly is: 'no-series' };

interface Index {
  readonly byKey: ReadonlyMap<string, SignalRow>;
  readonly byId: ReadonlyMap<string, readonly SignalRow[]>;
}

const indexes = new WeakMap<Snapshot, Index>();

const indexOf = (snapshot: Snapshot): Index => {
  const cached = indexes.get(snapshot);
  if (cached !== undefined) return cached;
  const made = {
    byKey: new Map(snapshot.signals.map((row) => [row.key, row])),
    byId: Map.groupBy(snapshot.signals, (row) => row.id),
  };
  indexes.set(snapshot, made);
  return made;
};

const specs = new WeakMap<readonly SignalSpec[], ReadonlyMap<string, SignalSpec>>();

const specsOf = ({ facts }: EnvironmentView): ReadonlyMap<string, SignalSpec> => {
  const { signals } = facts.frame;
  const cached = specs.get(signals);
  if (cached !== undefined) return cached;
  const byId = new Map(signals.map((spec) => [spec.id, spec]));
  specs.set(signals, byId);
  return byId;
};

const worstOf = (rows: readonly SignalRow[]): SignalRow | undefined =>
  rows.reduce<SignalRow | undefined>(
    (worst, row) => (worst === undefined || compareSeries(row, worst) < 0 ? row : worst),
    undefined,
  );

/** The series with these labels in an environment; otherwise the worst series of the signal that no row of `own` is of. */
const matrixCellOf = (
  env: EnvironmentView | undefined,
  key: string,
  id: string,
  own?: EnvironmentView,
): MatrixCell => {
  const spec = env === undefined ? undefined : specsOf(env).get(id);
  if (env === undefined || spec === undefined) return { is: 'not-set' };
  const { byKey, byId } = indexOf(env.snapshot);
  const exact = byKey.get(key);
  const all = byId.get(id) ?? [];
  const rows = own === undefined ? undefined : indexOf(own.snapshot).byKey;
  const others = rows === undefined ? all : all.filter((row) => !rows.has(row.key));
  const signal = exact ?? worstOf(others);
  if (signal === undefined && all.length > 0) return { is: 'no-series' };
  if (signal === undefined || isAwaitedSignal(signal)) return { is: 'waiting' };
  return { is: 'seen', signal, spec, env, among: exact === undefined ? others.length : 1 };
};

/** A signal, or one series of it, across the environments. The level is that of the open environment. */
export interface MatrixRow extends PaneRow {
  /** 'error rate %' */
  readonly title: string;
  /** ID of the signal. */
  readonly signal: string;
  readonly unit: string;
  readonly own: MatrixCell;
  /** The cell of an environment. Computed only for drawn rows, as there can be thousands. */
  cellFor(env: string): MatrixCell;
}

const levelOf = (cell: MatrixCell): Level => {
  if (cell.is === 'seen') return cell.signal.level;
  return cell.is === 'not-set' || cell.is === 'no-series' ? 'ok' : 'unknown';
};

/** True if the open environment has no value of the signal, and none is expected. */
const isWithoutData = (own: MatrixCell): boolean =>
  own.is === 'not-set' || (own.is === 'seen' && isExpectedAbsence(own.signal));

/** True if a value is neither good nor bad, because its signal has no limits. */
export const hasNoLimits = (cell: MatrixCell): boolean => {
  if (cell.is !== 'seen' || cell.signal.level !== 'ok' || cell.signal.value === undefined) return false;
  return isUnlimited(cell.spec.threshold);
};

const notSet: MatrixCell = { is: 'not-set' };
const notKept: MatrixCell = { is: 'not-kept' };

type Labels = SignalRow['labels'];

const withLabels = (title: string, labels: Labels): string => [title, ...labelValues(labels)].join(' ');

/** The row of a signal that only other environments have, or with `labelsOf`, the labels that name a series, one of the open environment. */
const rowOf = (
  view: RenderContext,
  signal: SignalRow,
  labelsOf?: (signal: SignalRow) => Labels,
): MatrixRow => {
  const { id, unit, title, labels } = signal;
  const { own: here, others, cockpit } = view;
  const isOwn = labelsOf !== undefined;
  const key = isOwn ? signal.key : id;
  const label = withLabels(title, labelsOf?.(signal) ?? {});
  const own = isOwn ? matrixCellOf(here, key, id) : notSet;
  return {
    key,
    level: levelOf(own),
    ...(own.is === 'waiting' && { isAwaited: true as const }),
    ...(isToldByAlert(signal, (isOwn ? here : undefined)?.snapshot.kinds.alerts.rows ?? []) && {
      isToldElsewhere: true as const,
    }),
    ...(isWithoutData(own) && { isWithoutData: true as const }),
    ...(hasNoLimits(own) && { isWithoutLimits: true as const }),
    label,
    // The filter finds every label. Only that reads it, and masks the values of thousands of rows.
    get text() {
      return `${isOwn ? withLabels(title, labels) : title} ${id}`;
    },
    title: titleWithUnit(label, unit),
    signal: id,
    unit,
    own,
    cellFor: (env) => {
      if (env === cockpit.open?.env) return own;
      return isMissingFromHistory(view, env) ? notKept : matrixCellOf(others.get(env), key, id, here);
    },
    ...(isOwn && { subject: { kind: 'signal' as const, signal } }),
  };
};

/** The signals that only other environments have, the first of each. */
const foreignSignals = memoizeReads((view): readonly SignalRow[] => {
  const known = new Set(view.own?.facts.frame.signals.map(({ id }) => id) ?? []);
  const foreign = new Map<string, SignalRow>();
  for (const { snapshot } of view.others.values())
    for (const row of snapshot.signals)
      if (!known.has(row.id) && !foreign.has(row.id)) foreign.set(row.id, row);
  return [...foreign.values()];
});

/** True if the rows include signals that only other environments have. Parts of a screen are narrower than it, and differ in nothing else. */
const hasForeignRows = (view: RenderContext): boolean =>
  view.ui.place !== 'overview' && hasEnvironmentColumns(view) && foreignSignals(view).length > 0;

/** The signals of the open environment, plus signals that only other environments have (worst series). Worst first. */
export const selectMatrixRows = memoizeReads((view): readonly MatrixRow[] => {
  const own = view.own?.snapshot.signals ?? [];
  const labelsOf = seriesLabels(own);
  const foreign = readAs(view, hasForeignRows) ? foreignSignals(view) : [];
  return [
    ...own.map((signal) => rowOf(view, signal, labelsOf)),
    ...foreign.map((signal) => rowOf(view, signal)),
  ].toSorted(compareWorstFirst);
});

/** Number of rows to measure for column widths; no screen shows more. */
const maxMeasuredRows = 500;

/** The rows used to measure column widths. */
export const columnSizingRows = (view: RenderContext): readonly MatrixRow[] =>
  selectMatrixRows(view).slice(0, maxMeasuredRows);
