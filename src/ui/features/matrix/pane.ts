import { formatAge, formatDuration } from '../../../domain/duration.ts';
import { levelRank } from '../../../domain/level.ts';
import type { SignalRow } from '../../../domain/snapshot.ts';
import type { Bound } from '../../../domain/threshold.ts';
import { valuesSince } from '../../../store/signal-history.ts';
import { boundKey } from '../../keys/bound-keys.ts';
import { paneState, updatePane } from '../../model.ts';
import { defineKindPane } from '../../panes/define-pane.ts';
import type { Binding, KeyContext } from '../../panes/pane.ts';
import { type ProblemDescriber, staleSeenText } from '../../panes/problem.ts';
import { compareByLabel } from '../../panes/ranking.ts';
import { rowSeverity, severityLabel } from '../../panes/severity.ts';
import type { RenderContext } from '../../render-context.ts';
import { faultSentence } from '../../text/fault-text.ts';
import { lineWidth, type StyledLine } from '../../text/line.ts';
import { levelWords } from '../../theme/glyphs.ts';
import { healthEnvironments } from '../health/rows.ts';
import { type LimitLine, renderChart } from './chart.ts';
import { environmentColumns, matrixOverviewColumns, singleEnvironmentColumns } from './columns.ts';
import type { MatrixCell } from './rows.ts';
import {
  areLimitsShown,
  hasEnvironmentColumns,
  type MatrixRow,
  matrixWindowMs,
  matrixWindows,
  selectedEnvironment,
  selectMatrixRows,
} from './rows.ts';
import { valueLifetimeMs } from './spark.ts';
import { formatBound, formatCellThreshold, formatNumber, formatValue } from './values.ts';

type SeenCell = Extract<MatrixCell, { is: 'seen' }>;

/** The origin of a value: its source, or the calculation of a derived signal. */
const origin = ({ spec, signal }: SeenCell): string => {
  const { derived } = spec;
  if (derived?.is === 'calc') return `${derived.calc.text} of ${Object.values(derived.of).join(', ')}`;
  if (derived?.is === 'fact') {
    const { kind, field, fold, where } = derived.fold;
    const what = field === undefined ? `count of ${kind}` : `${fold} of ${field} over ${kind}`;
    return where === undefined ? what : `${what} with ${where.text}`;
  }
  return signal.source;
};

const why = (view: RenderContext, { signal, env }: SeenCell): string => {
  const { fault, verdict } = signal;
  if (fault === undefined) return verdict?.why ?? '';
  return fault.source === ''
    ? fault.message
    : faultSentence(fault, env.facts, view.now, boundKey(view.cockpit, 'ask', 'r'));
};

const staleText = (view: RenderContext, { at }: SignalRow): string =>
  at === undefined ? '' : `, ${formatAge(view.now - at)} ago`;

/** Notes that the worst of several series is shown, if this environment has other labels than the selected row. */
const among = ({ among: count }: SeenCell): string => (count > 1 ? `worst of ${count} series` : '');

/** True if the limits alone explain the level: no fault, not silent, not pending. */
const isPlain = ({ signal }: SeenCell): boolean =>
  signal.fault === undefined && signal.verdict?.silent !== true && signal.verdict?.pending === undefined;

const headLine = (
  view: RenderContext,
  row: MatrixRow,
  env: string,
  cell: SeenCell,
  opened: boolean,
): StyledLine => {
  const { pen } = view;
  const { signal, spec } = cell;
  const isOwn = env === view.cockpit.open?.env;
  const limits = opened ? '' : formatCellThreshold(spec);
  const reason = !opened && limits !== '' && isPlain(cell) ? '' : why(view, cell);
  const severity = isOwn ? rowSeverity(view.cockpit, row) : undefined;
  const details = [
    severity === undefined ? '' : severityLabel(severity),
    reason,
    limits,
    among(cell),
    `${origin(cell)}${staleText(view, signal)}`,
  ];
  return [
    pen.run(` ${row.title}${isOwn ? '' : ` · ${env}`}`, 'bold'),
    pen.run('  '),
    pen.run(levelWords[signal.level], signal.level),
    pen.run(`  ${details.filter((part) => part !== '').join(' · ')}`, 'faint'),
  ];
};

const figures = (view: RenderContext, cell: SeenCell, values: readonly number[]): StyledLine => {
  const { signal } = cell;
  const text = (value: number): string => formatNumber(value, signal.unit);
  const since = signal.verdict === undefined ? '' : ` · since ${formatAge(view.now - signal.verdict.since)}`;
  const summary = `min ${text(Math.min(...values))} · max ${text(Math.max(...values))} · last ${formatValue(signal.value, signal.unit)}`;
  const count = `${values.length} ${values.length === 1 ? 'value' : 'values'} in ${formatDuration(matrixWindowMs(view))}`;
  const limits = formatCellThreshold(cell.spec);
  const line = (age: string): StyledLine => [
    view.pen.run(`   ${summary} · ${count}${age}`),
    view.pen.run(limits === '' ? '' : ` · ${limits}`, 'faint'),
  ];
  const fits = (shown: StyledLine): boolean => lineWidth(shown) <= view.columns;
  // The row of the signal also shows its age.
  return !fits(line(since)) && fits(line('')) ? line('') : line(since);
};

const limitLines = ({ spec }: SeenCell): readonly LimitLine[] =>
  (['warn', 'crit'] as const).flatMap((level) => {
    const bound = spec.threshold[level];
    return bound === undefined ? [] : [{ level, bound, text: formatBound(bound, spec.unit) }];
  });

/** Rows of the plot: fits a small terminal below some table rows, with an upper limit. */
const plotRows = ({ rows }: RenderContext): number => Math.max(4, Math.min(16, rows - 15));

const chart = (view: RenderContext, cell: SeenCell): readonly StyledLine[] => {
  const { signal, spec, env } = cell;
  const spanMs = matrixWindowMs(view);
  const points = valuesSince(env.facts, signal.key, view.now - spanMs).filter(({ at }) => at <= view.now);
  if (points.length === 0)
    return [[view.pen.run(`   no data in the last ${formatDuration(spanMs)} · w change window`, 'faint')]];
  return [
    figures(
      view,
      cell,
      points.map(({ value }) => value),
    ),
    ...renderChart(view.pen, points, {
      now: view.now,
      spanMs,
      holdMs: valueLifetimeMs(spec, env.facts),
      width: view.columns - 1,
      height: plotRows(view),
      limits: limitLines(cell),
      role: signal.stale ? 'stale' : signal.level === 'ok' ? 'ok' : signal.level,
      number: (value) => formatNumber(value, signal.unit),
    }),
  ];
};

const absentWhy = {
  waiting: 'no data yet',
  'not-kept': 'no history of this environment at that time',
  'not-set': 'not set: signal not defined in this environment',
} as const;

/** Renders the details of the selected signal in the selected environment; opened: with its chart. */
const renderMatrixDetails = (view: RenderContext, row: MatrixRow, opened: boolean): readonly StyledLine[] => {
  const { pen } = view;
  const env = selectedEnvironment(view, healthEnvironments(view));
  const cell = row.cellFor(env);
  if (cell.is !== 'seen')
    return [[pen.run(` ${row.title} · ${env}`, 'bold'), pen.run(`  ${absentWhy[cell.is]}`, 'faint')]];
  const head = headLine(view, row, env, cell, opened);
  return opened ? [head, ...chart(view, cell)] : [head];
};

type Seen = Extract<MatrixCell, { is: 'seen' }>;

/** The violated limit, or the pending one. */
const limitOf = ({ signal, spec: { threshold } }: Seen): Bound | undefined => {
  const level = signal.verdict?.pending?.level ?? signal.level;
  return levelRank[level] === levelRank.crit ? (threshold.crit ?? threshold.warn) : threshold.warn;
};

/** ', CRIT in 47s unless it recovers' for a pending level. */
const pendingText = ({ now }: RenderContext, { signal, spec }: Seen): string => {
  const { pending } = signal.verdict ?? {};
  if (pending === undefined) return '';
  const left = Math.max(0, (spec.threshold.forMs ?? 0) - (now - pending.since));
  return `, ${levelWords[pending.level]} in ${formatAge(left)} unless it recovers`;
};

const valueWithLimit = (view: RenderContext, cell: Seen): string => {
  const { signal, spec } = cell;
  const { verdict, value, unit } = signal;
  const limit = limitOf(cell);
  if (value === undefined || verdict?.silent === true || limit === undefined) return verdict?.why ?? '';
  const shown = `${formatValue(value, unit)}${unit === '' || unit === 'B' || unit === 'bytes' ? '' : ` ${unit}`}`;
  return `${shown}, limit ${formatBound(limit, spec.unit)}${pendingText(view, cell)}`;
};

/** '6.4 %, limit ≥ 5' for the open environment, or the reason for a missing value. */
const signalProblem: ProblemDescriber<MatrixRow> = {
  describe: (view, { own }) => {
    if (own.is !== 'seen') return own.is === 'waiting' ? 'no data yet' : '';
    const { signal, env } = own;
    const { fault, at = view.now, stale } = signal;
    if (fault !== undefined)
      return fault.source === ''
        ? fault.message
        : faultSentence(fault, env.facts, view.now, boundKey(view.cockpit, 'ask', 'r'));
    return `${staleSeenText(view, at, stale)}${valueWithLimit(view, own)}`;
  },
  blindSource: ({ own }) => (own.is === 'seen' ? own.signal.fault?.source : undefined),
  since: ({ own }) => {
    if (own.is !== 'seen') return undefined;
    const { verdict } = own.signal;
    return verdict?.pending?.since ?? verdict?.since;
  },
};

const choose = ({ model, view }: KeyContext, name: 'window' | 'limits', value: number): void => {
  const { options: chosen } = paneState(view.ui, 'matrix');
  updatePane(model, 'matrix', { options: { ...chosen, [name]: value } });
};

const nextWindow = (context: KeyContext): void => {
  const next = (matrixWindows.indexOf(matrixWindowMs(context.view)) + 1) % matrixWindows.length;
  choose(context, 'window', next);
  context.notify(`MATRIX: the last ${formatDuration(matrixWindows[next] ?? 0)}`);
};

/** The keys of 2 MATRIX. */
const matrixKeys: readonly Binding[] = [
  {
    id: 'matrix.window',
    keys: ['w'],
    description: 'change the sparkline and chart window: 20m, 1h, 6h',
    footer: 'window',
    run: nextWindow,
  },
  {
    id: 'matrix.limits',
    keys: ['t'],
    description: 'show or hide limits',
    footer: 'limits',
    whyNot: ({ view }) => (view.ui.place === 'overview' ? 'only in the full pane: press z first' : undefined),
    run: (context) => choose(context, 'limits', areLimitsShown(context.view) ? 0 : 1),
  },
];

/** Minimum terminal width for other environments in the overview. */
const minEnvironmentColumns = 100;

/** 2 MATRIX: metrics × environments. */
export const matrixPane = defineKindPane<MatrixRow>({
  id: 'matrix',
  key: '2',
  title: 'MATRIX',
  noun: 'signals',
  kind: 'samples',
  keys: matrixKeys,
  rows: selectMatrixRows,
  problem: signalProblem,
  orders: [{ name: 'by name', compare: compareByLabel }],
  columns: (view) => (hasEnvironmentColumns(view) ? healthEnvironments(view).length : 0),
  caption: () => [],
  table: (view, form, width) => {
    const alone = healthEnvironments(view).length < 2;
    if (form === 'full')
      return alone || !hasEnvironmentColumns(view)
        ? singleEnvironmentColumns(view, width)
        : environmentColumns(view, width);
    return alone || width + 2 < minEnvironmentColumns
      ? singleEnvironmentColumns(view, width)
      : matrixOverviewColumns(view, width);
  },
  details: renderMatrixDetails,
});
