import { ageText, durationText } from '../../../domain/duration.ts';
import type { SignalRow } from '../../../domain/snapshot.ts';
import { valuesSince } from '../../../store/points.ts';
import { keyOf } from '../../keys/rebound.ts';
import { severityOfRow, severityWords } from '../../panes/severity.ts';
import { faultSentence } from '../../text/faults.ts';
import type { Line } from '../../text/run.ts';
import { levelWords } from '../../theme/glyphs.ts';
import type { View } from '../../view.ts';
import { environmentsOf } from '../health/rows.ts';
import type { MatrixCell } from './cell.ts';
import { chartLines, type LimitLine } from './chart.ts';
import type { MatrixRow } from './rows.ts';
import { holdsFor } from './spark.ts';
import { boundText, limitsText, numberText, valueText } from './values.ts';
import { chosenEnvironment, windowOf } from './window.ts';

type Seen = Extract<MatrixCell, { is: 'seen' }>;

/** Where it comes from: the source that was asked, or what it is worked out from. */
const origin = ({ spec, signal }: Seen): string => {
  const { derived } = spec;
  if (derived?.is === 'calc') return `${derived.calc.text} of ${Object.values(derived.of).join(', ')}`;
  if (derived?.is === 'fact') {
    const { kind, field, fold, where } = derived.fold;
    const what = field === undefined ? `count of ${kind}` : `${fold} of ${field} over ${kind}`;
    return where === undefined ? what : `${what} with ${where.text}`;
  }
  return signal.source;
};

const why = (view: View, { signal, env }: Seen): string => {
  const { fault, verdict } = signal;
  if (fault === undefined) return verdict?.why ?? '';
  return fault.source === ''
    ? fault.message
    : faultSentence(fault, env.facts, view.now, keyOf(view.cockpit, 'ask', 'r'));
};

const seenAgo = (view: View, { at }: SignalRow): string =>
  at === undefined ? '' : `, ${ageText(view.now - at)} ago`;

/** Of several series that this environment tells apart otherwise, the worst is shown. */
const among = ({ among: count }: Seen): string => (count > 1 ? `worst of ${count} series` : '');

/** What its limits say goes without saying while it stands still and is known. */
const isPlain = ({ signal }: Seen): boolean =>
  signal.fault === undefined && signal.verdict?.silent !== true && signal.verdict?.pending === undefined;

const headLine = (view: View, row: MatrixRow, env: string, cell: Seen, opened: boolean): Line => {
  const { pen } = view;
  const { signal, spec } = cell;
  const isOwn = env === view.cockpit.open?.env;
  const limits = opened ? '' : limitsText(spec);
  const reason = !opened && limits !== '' && isPlain(cell) ? '' : why(view, cell);
  const severity = isOwn ? severityOfRow(view.cockpit, row) : undefined;
  const told = [
    severity === undefined ? '' : severityWords(severity),
    reason,
    limits,
    among(cell),
    `${origin(cell)}${seenAgo(view, signal)}`,
  ];
  return [
    pen.run(` ${row.titled}${isOwn ? '' : ` · ${env}`}`, 'bold'),
    pen.run('  '),
    pen.run(levelWords[signal.level], signal.level),
    pen.run(`  ${told.filter((part) => part !== '').join(' · ')}`, 'faint'),
  ];
};

const figures = (view: View, cell: Seen, values: readonly number[]): Line => {
  const { signal } = cell;
  const text = (value: number): string => numberText(value, signal.unit);
  const since = signal.verdict === undefined ? '' : ` · since ${ageText(view.now - signal.verdict.since)}`;
  const told = `min ${text(Math.min(...values))} · max ${text(Math.max(...values))} · last ${valueText(signal.value, signal.unit)}`;
  const count = `${values.length} ${values.length === 1 ? 'value' : 'values'} in ${durationText(windowOf(view))}`;
  const limits = limitsText(cell.spec);
  return [
    view.pen.run(`   ${told} · ${count}${since}`),
    view.pen.run(limits === '' ? '' : ` · ${limits}`, 'faint'),
  ];
};

const limitLines = ({ spec }: Seen): readonly LimitLine[] =>
  (['warn', 'crit'] as const).flatMap((level) => {
    const bound = spec.threshold[level];
    return bound === undefined ? [] : [{ level, bound, text: boundText(bound, spec.unit) }];
  });

/** Rows of the plot: what a small terminal has room for below a few rows of the table, and no more than is looked at. */
const plotRows = ({ rows }: View): number => Math.max(4, Math.min(16, rows - 15));

const chart = (view: View, cell: Seen): readonly Line[] => {
  const { signal, spec, env } = cell;
  const spanMs = windowOf(view);
  const points = valuesSince(env.facts, signal.key, view.now - spanMs).filter(({ at }) => at <= view.now);
  if (points.length === 0)
    return [[view.pen.run(`   no numbers in the last ${durationText(spanMs)} · w another window`, 'faint')]];
  return [
    figures(
      view,
      cell,
      points.map(({ value }) => value),
    ),
    ...chartLines(view.pen, points, {
      now: view.now,
      spanMs,
      holdMs: holdsFor(spec, env.facts),
      width: view.columns - 1,
      height: plotRows(view),
      limits: limitLines(cell),
      role: signal.stale ? 'stale' : signal.level === 'ok' ? 'ok' : signal.level,
      number: (value) => numberText(value, signal.unit),
    }),
  ];
};

const absentWhy = {
  waiting: 'no answer yet',
  'not-kept': 'nothing of this environment was kept of that moment',
  'not-set': 'not set: this environment has no such signal',
} as const;

/** Why the selected signal stands as it does in the chosen environment; opened: its chart over the window. */
export const matrixDetails = (view: View, row: MatrixRow, opened: boolean): readonly Line[] => {
  const { pen } = view;
  const env = chosenEnvironment(view, environmentsOf(view));
  const cell = row.in(env);
  if (cell.is !== 'seen')
    return [[pen.run(` ${row.titled} · ${env}`, 'bold'), pen.run(`  ${absentWhy[cell.is]}`, 'faint')]];
  const head = headLine(view, row, env, cell, opened);
  return opened ? [head, ...chart(view, cell)] : [head];
};
