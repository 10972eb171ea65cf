import { ageText } from '../../domain/duration.ts';
import type { Pool } from '../../domain/facts.ts';
import { count, percent } from '../../domain/format.ts';
import type { Level } from '../../domain/level.ts';
import type { Row } from '../../domain/snapshot.ts';
import type { Column } from '../parts/table.ts';
import type { Pen } from '../text/pen.ts';
import type { Line, Run } from '../text/run.ts';
import { glyphs } from '../theme/glyphs.ts';
import type { View } from '../view.ts';
import { instanceOf } from './breakers/rows.ts';
import { definePane } from './define-pane.ts';
import { staleCell } from './level-cell.ts';
import type { PaneRow } from './pane.ts';
import { byName, worstFirst } from './worst-first.ts';

interface PoolRow extends PaneRow {
  readonly fact: Pool;
  readonly row: Row<'pools'>;
  readonly name: string;
}

const verdicts: Readonly<Record<Level, string>> = {
  ok: 'OK',
  unknown: 'UNKNOWN',
  warn: 'near max',
  crit: 'exhausted',
};

/** The pool's own name where one instance has several; a service's single pool goes by the instance. */
const nameOf = (fact: Pool): string =>
  fact.name === '' ? instanceOf(fact) : `${instanceOf(fact)} ${fact.name}`;

const poolRows = (view: View): readonly PoolRow[] =>
  (view.own?.snapshot.kinds.pools.rows ?? [])
    .map((row): PoolRow => {
      const { fact } = row;
      const name = nameOf(fact);
      const subject = { kind: 'pools' as const, fact };
      return {
        key: row.key,
        level: row.level,
        label: name,
        text: `${name} ${fact.kind}`,
        subject,
        fact,
        row,
        name,
      };
    })
    .toSorted(worstFirst);

const used = ({ active, max }: Pool): number | undefined =>
  active === undefined || max === undefined || max <= 0 ? undefined : active / max;

/** '███████░' in the level's colour: how much of the pool is in use. */
const bar = (pen: Pen, { fact, level }: PoolRow, cells: number): Line => {
  const share = used(fact);
  if (share === undefined) return [pen.run('–')];
  const full = Math.min(cells, Math.round(share * cells));
  const [on, off] = [glyphs.full[0].repeat(full), glyphs.rest[0].repeat(cells - full)];
  return [pen.run(on, level), pen.run(off, 'faint')];
};

const verdict = (pen: Pen, row: PoolRow): Line =>
  row.row.stale
    ? staleCell(pen, verdicts[row.level])
    : [pen.glyph(row.level, row.level), pen.run(` ${verdicts[row.level]}`, row.level)];

const right = (
  pen: Pen,
  head: string,
  width: number,
  cell: (fact: Pool) => number | undefined,
): Column<PoolRow> => ({
  head,
  width,
  align: 'right',
  cell: (row) => pen.run(count(cell(row.fact)), row.row.stale ? 'stale' : 'plain'),
});

const table = (view: View, brief: boolean): readonly Column<PoolRow>[] => {
  const { pen, now } = view;
  const total = poolRows(view).length;
  const folded = (rows: readonly PoolRow[]): Run =>
    pen.run(`${rows.length} ${rows.length === total ? 'pools' : 'more'}`);
  const head = (text: string): string => (brief ? '' : text);
  return [
    {
      head: '',
      width: 14,
      cell: (row) => verdict(pen, row),
      folded: () => [pen.glyph('ok', 'ok'), pen.run(' OK', 'ok')],
    },
    {
      head: head('POOL'),
      width: 16,
      grow: 1,
      cell: (row) => pen.run(row.name, row.level === 'ok' ? 'plain' : 'bold'),
      folded,
    },
    { head: head('KIND'), width: 10, hideBelow: 70, cell: (row) => pen.run(row.fact.kind) },
    right(pen, 'ACTIVE', 7, (fact) => fact.active),
    { ...right(pen, 'IDLE', 7, (fact) => fact.idle), hideBelow: 90 },
    right(pen, 'MAX', 7, (fact) => fact.max),
    right(pen, 'PEND', 7, (fact) => fact.pending),
    { head: 'USE', width: 12, cell: (row) => bar(pen, row, 10), hideBelow: 72 },
    {
      head: 'SINCE',
      width: 8,
      align: 'right',
      cell: ({ row }) => pen.run(row.since === undefined ? '–' : ageText(now - row.since)),
    },
    { head: '', width: 1, cell: () => pen.run('') },
  ];
};

const details = (view: View, row: PoolRow): readonly Line[] => {
  const { pen, now } = view;
  const { fact } = row;
  const share = used(fact);
  const inUse = share === undefined ? 'no maximum reported' : `${percent(100 * share, 0)} in use`;
  const waiting = fact.pending === undefined ? 'its driver reports no queue' : `${count(fact.pending)} wait`;
  return [
    [
      pen.run(` ${row.name}`, 'bold'),
      pen.run(`  ${inUse} · ${waiting} · ${fact.source}, ${ageText(now - fact.at)} ago`, 'faint'),
    ],
  ];
};

/** 5 POOLS: connection pools. */
export const poolsPane = definePane<PoolRow>({
  id: 'pools',
  digit: 5,
  title: 'POOLS',
  noun: 'pools',
  kind: 'pools',
  keys: [],
  rows: poolRows,
  orders: [
    { name: 'by name', compare: byName },
    { name: 'by use', compare: (a, b) => (used(b.fact) ?? -1) - (used(a.fact) ?? -1) },
  ],
  caption: (view, rows, form) => (form === 'full' ? [] : [view.pen.run(`${rows.length}`, 'faint')]),
  table: (view, form) => table(view, form === 'brief'),
  folds: (view) => view.columns < 180,
  details,
});
