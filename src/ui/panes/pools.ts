import { ageText } from '../../domain/duration.ts';
import type { Pool } from '../../domain/facts.ts';
import { count, percent } from '../../domain/format.ts';
import { utilOf } from '../../domain/pool-use.ts';
import { rowName, stateWord } from '../../domain/row-key.ts';
import type { Row } from '../../domain/snapshot.ts';
import type { Column } from '../parts/table.ts';
import type { Pen } from '../text/pen.ts';
import type { Line, Run } from '../text/run.ts';
import { glyphs } from '../theme/glyphs.ts';
import type { View } from '../view.ts';
import { definePane } from './define-pane.ts';
import { howMany } from './extremes.ts';
import { levelCell, staleCell } from './level-cell.ts';
import type { PaneRow } from './pane.ts';
import { byName, worstFirst } from './worst-first.ts';
import { wrongOf } from './wrong.ts';

/** From so many cells on the overview has the heads of every column. */
const roomy = 100;

interface PoolRow extends PaneRow {
  readonly fact: Pool;
  readonly row: Row<'pools'>;
  readonly name: string;
}

const poolRows = (view: View): readonly PoolRow[] =>
  (view.own?.snapshot.kinds.pools.rows ?? [])
    .map((row): PoolRow => {
      const { fact } = row;
      const name = rowName('pools', fact);
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

/** '███████░' in the level's colour: how much of the pool is in use. */
const bar = (pen: Pen, { fact, level }: PoolRow, cells: number): Line => {
  const share = utilOf(fact);
  if (share === undefined) return [pen.run('–')];
  const full = Math.min(cells, Math.round(share * cells));
  const [on, off] = [glyphs.full[0].repeat(full), glyphs.rest[0].repeat(cells - full)];
  return [pen.run(on, level), pen.run(off, 'faint')];
};

/** 'exhausted', 'near max', 'OK': verdicts in small letters, levels in capitals. */
const verdictWord = (fact: Pool): string => {
  const word = stateWord('pools', fact);
  return word === 'ok' || word === 'unknown' ? word.toUpperCase() : word;
};

const verdict = (pen: Pen, { row, level, fact }: PoolRow): Line =>
  row.stale ? staleCell(pen, verdictWord(fact)) : levelCell(pen, level, verdictWord(fact));

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
  const folded = (rows: readonly PoolRow[]): Run => pen.run(howMany(rows.length, total, 'pool'));
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
    { head: head('KIND'), width: 10, hideBelow: 90, cell: (row) => pen.run(row.fact.kind) },
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
  ];
};

const details = (view: View, row: PoolRow): readonly Line[] => {
  const { pen, now } = view;
  const { fact } = row;
  const share = utilOf(fact);
  const inUse = share === undefined ? 'no maximum reported' : `${percent(100 * share, 0)} in use`;
  const waiting = fact.pending === undefined ? 'its driver reports no queue' : `${count(fact.pending)} wait`;
  return [
    [
      pen.run(` ${row.name}`, 'bold'),
      pen.run(`  ${inUse} · ${waiting} · ${fact.source}, ${ageText(now - fact.at)} ago`, 'faint'),
    ],
  ];
};

/** 'exhausted · 20 of 20 in use · 37 wait' */
const poolWrong = wrongOf<PoolRow>(({ fact }) => [
  verdictWord(fact),
  fact.active === undefined ? '' : `${count(fact.active)} of ${count(fact.max)} in use`,
  fact.pending === undefined || fact.pending === 0 ? '' : `${count(fact.pending)} wait`,
]);

/** 5 POOLS: connection pools. */
export const poolsPane = definePane<PoolRow>({
  id: 'pools',
  key: '5',
  title: 'POOLS',
  noun: 'pools',
  kind: 'pools',
  keys: [],
  rows: poolRows,
  wrong: poolWrong,
  orders: [
    { name: 'by name', compare: byName },
    { name: 'by use', compare: (a, b) => (utilOf(b.fact) ?? -1) - (utilOf(a.fact) ?? -1) },
  ],
  caption: (view, rows, form, width) =>
    form === 'full' || width >= roomy ? [] : [view.pen.run(`${rows.length}`, 'faint')],
  table: (view, form, width) => table(view, form !== 'full' && width + 2 < roomy),
  details,
});
