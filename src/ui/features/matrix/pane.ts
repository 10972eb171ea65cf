import { levelRank } from '../../../domain/facts/level.ts';
import { isExpectedAbsence, type SignalRow } from '../../../domain/facts/snapshot.ts';
import { type Bound, timerStart } from '../../../domain/facts/threshold.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { levelWords } from '../../kit/theme/glyphs.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { hasPanelSides } from '../../shell/layout/screen-size.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { type ProblemDescriber, staleSeenText, wordRole } from '../../shell/panes/problem.ts';
import { compareByLabel } from '../../shell/panes/ranking.ts';
import { rowSeverity, severityLabel } from '../../shell/panes/severity.ts';
import { columnEnvironments } from '../../shell/state/environment-label.ts';
import { faultSentence } from '../../shell/state/fault-text.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import {
  hasEnvironmentColumns,
  type MatrixRow,
  selectedEnvironment,
  selectMatrixRows,
} from '../signals/rows.ts';
import { formatBound, formatCellThreshold, formatValue } from '../signals/values.ts';
import { renderSignalChart } from './chart/chart-details.ts';
import type { SeenCell } from './chart/lines.ts';
import { environmentColumns, matrixOverviewColumns, singleEnvironmentColumns } from './columns.ts';
import { matrixKeys } from './keys.ts';

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
    isExpectedAbsence(signal)
      ? pen.run('no data', 'faint')
      : pen.run(levelWords[signal.level], wordRole(signal.level)),
    pen.run(`  ${details.filter((part) => part !== '').join(' · ')}`, 'faint'),
  ];
};

const absentWhy = {
  waiting: 'no data yet',
  'not-kept': 'no history of this environment at that time',
  'not-set': 'not set: this environment does not define the signal',
  'no-series': 'this environment has no series with these labels',
} as const;

/** Renders the details of the selected signal in the selected environment; opened: with its chart. */
const renderMatrixDetails = (view: RenderContext, row: MatrixRow, opened: boolean): readonly StyledLine[] => {
  const { pen } = view;
  const env = selectedEnvironment(view, columnEnvironments(view));
  const cell = row.cellFor(env);
  if (cell.is !== 'seen')
    return [[pen.run(` ${row.title} · ${env}`, 'bold'), pen.run(`  ${absentWhy[cell.is]}`, 'faint')]];
  const head = headLine(view, row, env, cell, opened);
  return opened ? [head, ...renderSignalChart(view, row, env, cell)] : [head];
};

/** The violated limit, or the pending one. */
const limitOf = ({ signal, spec: { threshold } }: SeenCell): Bound | undefined => {
  const level = signal.verdict?.pending?.level ?? signal.level;
  return levelRank[level] === levelRank.crit ? (threshold.crit ?? threshold.warn) : threshold.warn;
};

/** ', CRIT in 47s unless it recovers' for a pending level. */
const pendingText = ({ now }: RenderContext, { signal, spec }: SeenCell): string => {
  const { pending } = signal.verdict ?? {};
  if (pending === undefined) return '';
  const left = Math.max(0, (spec.threshold.forMs ?? 0) - (now - pending.since));
  return `, ${levelWords[pending.level]} in ${formatAge(left)} without recovery`;
};

const valueWithLimit = (view: RenderContext, cell: SeenCell): string => {
  const { signal, spec } = cell;
  const { verdict, value, unit } = signal;
  const limit = limitOf(cell);
  if (value === undefined && (verdict?.why ?? '') === '') return absentWhy.waiting;
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
  start: ({ own }) => {
    const verdict = own.is === 'seen' ? own.signal.verdict : undefined;
    if (verdict?.pending === undefined) return verdict ?? {};
    return timerStart(verdict.pending.since, verdict);
  },
};

/** Minimum terminal width for other environments in the overview. */
const minEnvironmentColumns = 100;

/** 2 Threshold matrix: metrics × environments. */
export const matrixPane = defineKindPane<MatrixRow>({
  id: 'matrix',
  key: '2',
  title: 'Threshold matrix',
  noun: 'signals',
  kind: 'samples',
  asksForHeads: true,
  keys: matrixKeys,
  rows: selectMatrixRows,
  problem: signalProblem,
  orders: [{ name: 'by name', compare: compareByLabel }],
  columns: (view) => (hasEnvironmentColumns(view) ? columnEnvironments(view).length : 0),
  cell: (view, row) => {
    const env = selectedEnvironment(view, columnEnvironments(view));
    const cell = row.cellFor(env);
    return cell.is === 'seen'
      ? { env, shown: { subject: { kind: 'signal', signal: cell.signal }, of: cell.env } }
      : { env, absent: absentWhy[cell.is] };
  },
  isCounted: ({ own }) => own.is !== 'not-set',
  table: (view, form, width) => {
    const alone = columnEnvironments(view).length < 2;
    if (form === 'full')
      return alone || !hasEnvironmentColumns(view)
        ? singleEnvironmentColumns(view, width)
        : environmentColumns(view, width);
    return !hasPanelSides(view) && (alone || width + 2 < minEnvironmentColumns)
      ? singleEnvironmentColumns(view, width)
      : matrixOverviewColumns(view, width);
  },
  details: renderMatrixDetails,
});
