import { definePane } from '../define-pane.ts';
import { groupKey } from '../grouped.ts';
import { poolColumns } from './columns.ts';
import { poolDetails } from './details.ts';
import { type PoolRow, plainPoolRows, poolGroupings, poolOrders, poolRows, poolsFrom } from './rows.ts';
import { poolWrong } from './wrong.ts';

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
