import { count } from '../../../domain/format.ts';
import { inUse } from '../../../kinds/pools/use.ts';
import { definePane } from '../../panes/define-pane.ts';
import { groupKey } from '../../panes/grouped.ts';
import { seenAgo, type Wrong } from '../../panes/wrong.ts';
import { poolColumns, verdictWord } from './columns.ts';
import { poolDetails } from './details.ts';
import type { PoolRow } from './rows.ts';
import { plainPoolRows, poolGroupings, poolOrders, poolRows, poolsFrom } from './rows.ts';

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
