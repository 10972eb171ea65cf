import { ageText, durationText } from '../../domain/duration.ts';
import { bytes, count } from '../../domain/format.ts';
import type { SignalSpec } from '../../domain/profile.ts';
import type { SignalRow } from '../../domain/snapshot.ts';
import type { Bound } from '../../domain/threshold.ts';
import type { Column } from '../parts/table.ts';
import { faultSentence } from '../text/faults.ts';
import type { Line } from '../text/run.ts';
import { sparkline } from '../text/spark.ts';
import type { View } from '../view.ts';
import { definePane } from './define-pane.ts';
import { levelCell, staleCell } from './level-cell.ts';
import type { PaneRow } from './pane.ts';
import { byName, worstFirst } from './worst-first.ts';

const spanMs = 20 * 60_000;

interface MatrixRow extends PaneRow {
  readonly signal: SignalRow;
  readonly spec?: SignalSpec;
}

const labelOf = (signal: SignalRow): string => {
  const told = Object.values(signal.labels).join(' ');
  return told === '' ? signal.title : `${signal.title} ${told}`;
};

const matrixRows = (view: View): readonly MatrixRow[] => {
  const specs = new Map(view.own?.facts.frame.signals.map((spec) => [spec.id, spec]) ?? []);
  return (view.own?.snapshot.signals ?? [])
    .map((signal): MatrixRow => {
      const label = labelOf(signal);
      const spec = specs.get(signal.id);
      const row = { key: signal.key, level: signal.level, label, text: `${label} ${signal.id}`, signal };
      const subject = { kind: 'signal' as const, signal };
      return spec === undefined ? { ...row, subject } : { ...row, subject, spec };
    })
    .toSorted(worstFirst);
};

/** Bytes are told in powers of 1024 with their unit; other units stand beside the title. */
const isBytes = (unit: string): boolean => unit === 'B' || unit === 'bytes';
const titled = (label: string, unit: string): string => (isBytes(unit) ? label : `${label} ${unit}`);

/** A number with no more places than tell something at its size. */
const numberText = (value: number, unit: string): string => {
  if (isBytes(unit)) return bytes(value);
  const size = Math.abs(value);
  return count(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
};

const valueText = ({ value, unit }: SignalRow): string =>
  typeof value === 'number' ? numberText(value, unit) : (value ?? count(undefined));

const boundText = ({ op, value }: Bound, unit: string): string => {
  const sign = { '>=': '≥', '<=': '≤', '!=': '≠' }[op as string] ?? op;
  return `${sign} ${typeof value === 'number' ? numberText(value, unit) : value}`;
};

/** The limit that it is beyond, or the next one that it has. */
const limitOf = ({ spec, level, signal }: MatrixRow): string => {
  const { warn, crit } = spec?.threshold ?? {};
  const limit = level === 'crit' ? (crit ?? warn) : (warn ?? crit);
  return limit === undefined ? '–' : boundText(limit, signal.unit);
};

const levelAndValue = (view: View, { signal }: MatrixRow): Line => {
  const { pen } = view;
  if (signal.value === undefined) return levelCell(pen, signal.level);
  if (signal.stale && signal.at !== undefined)
    return staleCell(pen, `${valueText(signal)}, ${ageText(view.now - signal.at)} old`);
  return [...levelCell(pen, signal.level), pen.run(` ${valueText(signal)}`)];
};

/** How long a value of this signal is believed: the staleness of the feed that answers it. */
const holdsFor = (view: View, { signal, spec }: MatrixRow): number =>
  spec?.threshold.staleMs ??
  Object.values(view.own?.facts.feeds ?? {}).find(({ feed }) => feed.signals?.includes(signal.id) === true)
    ?.feed.staleMs ??
  0;

const history = (view: View, row: MatrixRow, cells: number): string =>
  sparkline(view.own?.facts.history[row.key] ?? [], view.now, {
    spanMs,
    holdMs: holdsFor(view, row),
    cells,
    steps: view.pen.steps,
    gap: view.pen.ascii ? ' ' : '·',
  });

const since = (view: View, { signal }: MatrixRow): string =>
  signal.verdict === undefined ? '–' : ageText(view.now - signal.verdict.since);

const table = (view: View, width: number): readonly Column<MatrixRow>[] => {
  const { pen } = view;
  const env = view.cockpit.open?.env.toUpperCase() ?? '';
  const rows = matrixRows(view);
  const label = Math.max(
    20,
    Math.min(
      36,
      width - 60,
      ...[Math.max(0, ...rows.map(({ label: text, signal }) => text.length + signal.unit.length)) + 5],
    ),
  );
  const cells = Math.max(16, Math.min(60, width - label - 40));
  return [
    {
      head: '',
      width: label,
      cell: (row) => [
        pen.glyph(row.level, row.level),
        pen.run(` ${titled(row.label, row.signal.unit)}`, row.level === 'ok' ? 'plain' : 'bold'),
      ],
      folded: (rows) => [pen.glyph('ok', 'ok'), pen.run(` ${rows.length} more`)],
    },
    { head: env, width: 19, cell: (row) => levelAndValue(view, row), folded: () => levelCell(pen, 'ok') },
    {
      head: `last ${durationText(spanMs)}`,
      width: cells + 2,
      grow: 1,
      cell: (row) => pen.run(history(view, row, cells), row.level === 'ok' ? 'faint' : row.level),
    },
    { head: 'LIMIT', width: 11, align: 'right', cell: (row) => pen.run(limitOf(row)) },
    { head: 'SINCE', width: 8, align: 'right', cell: (row) => pen.run(since(view, row)) },
  ];
};

const details = (view: View, { signal }: MatrixRow): readonly Line[] => {
  const { pen, now } = view;
  const why =
    signal.fault !== undefined && view.own !== undefined
      ? faultSentence(signal.fault, view.own.facts, now)
      : (signal.verdict?.why ?? '');
  const seen =
    signal.at === undefined
      ? ''
      : ` · ${signal.source === '' ? 'calculated' : signal.source}, ${ageText(now - signal.at)} ago`;
  return [[pen.run(` ${labelOf(signal)}`, 'bold'), pen.run(`  ${why}${seen}`, 'faint')]];
};

/** 2 MATRIX: the signals of the open environment against their limits. */
export const matrixPane = definePane<MatrixRow>({
  id: 'matrix',
  digit: 2,
  title: 'MATRIX',
  noun: 'signals',
  kind: 'samples',
  keys: [],
  rows: matrixRows,
  orders: [{ name: 'by name', compare: byName }],
  caption: () => [],
  table: (view, _form, width) => table(view, width),
  details,
});
