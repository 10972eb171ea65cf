import { ageText } from '../../../domain/duration.ts';
import { count } from '../../../domain/format.ts';
import type { Pool } from '../../../kinds/pools/fact.ts';
import { isOverLimit } from '../../../kinds/pools/servers.ts';
import { inUse, utilOf } from '../../../kinds/pools/use.ts';
import { stateWord } from '../../../kinds/registry.ts';
import type { Column } from '../../components/table.ts';
import { definePane } from '../../panes/define-pane.ts';
import { groupKey } from '../../panes/grouped.ts';
import { branchRuns } from '../../panes/tree.ts';
import { howMany } from '../../panes/worst-first.ts';
import { levelCell, seenAgo, staleCell, type Wrong } from '../../panes/wrong.ts';
import { counted } from '../../text/ages.ts';
import type { Pen } from '../../text/pen.ts';
import type { Line } from '../../text/run.ts';
import { glyphs } from '../../theme/glyphs.ts';
import type { View } from '../../view.ts';
import { poolDetails } from './details.ts';
import type { PoolRow } from './rows.ts';
import { plainPoolRows, poolGroupings, poolOrders, poolRows, poolsFrom } from './rows.ts';

/** The part that is in use: of a pool its own, of the pools of a server what they have taken of the server's slots. */
const shareOf = ({ fact, use }: PoolRow): number | undefined => {
  if (use === undefined) return utilOf(fact);
  const { max } = use.server;
  return max === undefined || max <= 0 || use.active === undefined ? undefined : use.active / max;
};

/** '███████░' in the level's colour. */
const bar = (pen: Pen, row: PoolRow, cells: number): Line => {
  const share = shareOf(row);
  if (share === undefined) return [pen.run('–')];
  const full = Math.min(cells, Math.round(share * cells));
  const [on, off] = [glyphs.full[0].repeat(full), glyphs.rest[0].repeat(cells - full)];
  return [pen.run(on, row.level), pen.run(off, 'faint')];
};

/** 'exhausted', 'near max', 'OK': verdicts in small letters, levels in capitals. */
const verdictWord = ({ fact, use, members }: PoolRow): string => {
  if (members !== undefined) return counted(members.length, 'pool');
  if (use !== undefined) return isOverLimit(use) ? 'over limit' : 'OK';
  const word = stateWord('pools', fact);
  return word === 'ok' || word === 'unknown' ? word.toUpperCase() : word;
};

const verdict = (pen: Pen, row: PoolRow): Line =>
  row.stale ? staleCell(pen, verdictWord(row)) : levelCell(pen, row.level, verdictWord(row));

/** '160/97': what the pools of a server may open, of what the server takes. */
const maxText = ({ fact, use }: PoolRow): string =>
  use === undefined ? count(fact.max) : `${count(use.max)}/${count(use.server.max)}`;

/** As ever, or what '1,600/1,000' takes with a blank before it. */
const maxWidth = (view: View): number =>
  Math.max(7, ...plainPoolRows(view).map((row) => (row.use === undefined ? 0 : maxText(row).length + 2)));

const right = (
  pen: Pen,
  head: string,
  width: number,
  text: (row: PoolRow) => string,
  more: Partial<Column<PoolRow>> = {},
): Column<PoolRow> => ({
  head,
  width,
  align: 'right',
  cell: (row) => pen.run(text(row), row.stale ? 'stale' : 'plain'),
  ...more,
});

const number =
  (of: (fact: Pool) => number | undefined) =>
  ({ fact }: PoolRow): string =>
    count(of(fact));

const poolColumns = (view: View, brief: boolean): readonly Column<PoolRow>[] => {
  const { pen, now } = view;
  const total = plainPoolRows(view).length;
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
      cell: (row): Line => [
        ...(row.branch?.depth === 0 && row.branch.state === undefined ? [] : branchRuns(pen, row.branch)),
        pen.run(row.name, row.level === 'ok' ? 'plain' : 'bold'),
      ],
      folded: (rows) => pen.run(howMany(rows.length, total, 'pool')),
    },
    {
      head: head('KIND'),
      width: 10,
      hideBelow: 90,
      cell: (row) => pen.run(row.members === undefined ? row.fact.kind : ''),
    },
    right(
      pen,
      'ACTIVE',
      7,
      number(({ active }) => active),
    ),
    right(
      pen,
      'IDLE',
      7,
      number(({ idle }) => idle),
      { hideBelow: 90 },
    ),
    right(pen, 'MAX', maxWidth(view), maxText),
    right(
      pen,
      'PEND',
      7,
      number(({ pending }) => pending),
    ),
    { head: 'USE', width: 12, cell: (row) => bar(pen, row, 10), hideBelow: 72 },
    right(pen, 'SINCE', 8, ({ since }) => (since === undefined ? '–' : ageText(now - since))),
  ];
};

/** 'exhausted · 20 of 20 in use · 37 wait', 'over limit · 160 of 97' */
const partsOf = (row: PoolRow): readonly string[] => {
  const { fact, use } = row;
  if (use !== undefined) return [verdictWord(row), `may open ${count(use.max)} of ${count(use.server.max)}`];
  return [
    verdictWord(row),
    inUse(fact) === undefined ? '' : `${count(inUse(fact))} of ${count(fact.max)} in use`,
    fact.pending === undefined || fact.pending === 0 ? '' : `${count(fact.pending)} wait`,
  ];
};

const poolWrong: Wrong<PoolRow> = {
  says: (view, row) =>
    `${seenAgo(view, row.fact.at, row.stale)}${partsOf(row)
      .filter((part) => part !== '')
      .join(' · ')}`,
  since: ({ since }) => since,
};

/** From so many cells on the overview has the heads of every column. */
const roomy = 100;

/** 5 POOLS: connection pools, and the servers that they lead to. */
export const poolsPane = definePane<PoolRow>({
  id: 'pools',
  key: '5',
  title: 'POOLS',
  noun: 'pools',
  kind: 'pools',
  keys: [groupKey('pools', 'POOLS', ['server', 'service', 'kind'], poolGroupings, plainPoolRows)],
  from: poolsFrom,
  rows: poolRows,
  single: plainPoolRows,
  wrong: poolWrong,
  orders: poolOrders.map(({ name }) => ({ name })),
  caption: (view, _rows, form, width) =>
    form === 'full' || width >= roomy
      ? []
      : [view.pen.run(`${plainPoolRows(view).filter(({ row }) => row !== undefined).length}`, 'faint')],
  table: (view, form, width) => poolColumns(view, form !== 'full' && width + 2 < roomy),
  details: poolDetails,
});
