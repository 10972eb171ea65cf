import { formatCount } from '../../../domain/text/format.ts';
import { inUse } from '../../../kinds/pools/use.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { groupByKey } from '../../shell/panes/grouped-rows.ts';
import { type ProblemDescriber, staleSeenText } from '../../shell/panes/problem.ts';
import { consoleKey } from '../runbook-matching/terminal-keys.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import { poolColumns, poolOverviewColumns, poolTableFrom, poolVerdictText } from './columns.ts';
import { renderPoolDetails } from './details.ts';
import type { PoolRow } from './rows.ts';
import { poolGroupings, poolOrders, selectPoolRows, ungroupedPoolRows } from './rows.ts';

/** 'exhausted · 20 of 20 in use · 37 waiting', 'over limit · at most 160 connections, limit 97' */
const partsOf = (row: PoolRow): readonly string[] => {
  const { fact, use } = row;
  if (use !== undefined)
    return [
      poolVerdictText(row),
      `at most ${formatCount(use.max)} connections, limit ${formatCount(use.server.max)}`,
    ];
  return [
    poolVerdictText(row),
    inUse(fact) === undefined ? '' : `${formatCount(inUse(fact))} of ${formatCount(fact.max)} in use`,
    fact.pending === undefined || fact.pending === 0 ? '' : `${formatCount(fact.pending)} waiting`,
  ];
};

const poolProblem: ProblemDescriber<PoolRow> = {
  describe: (view, row) =>
    `${staleSeenText(view, row.fact.at, row.stale)}${partsOf(row)
      .filter((part) => part !== '')
      .join(' · ')}`,
  start: (row) => row,
};

/** 5 Connection pools: connection pools and the servers they connect to. */
export const poolsPane = defineKindPane<PoolRow>({
  id: 'pools',
  key: '5',
  title: 'Connection pools',
  noun: 'connection pools',
  kind: 'pools',
  isLineWhenOk: true,
  keys: [
    groupByKey('pools', 'Connection pools', ['server', 'service', 'kind'], poolGroupings, ungroupedPoolRows),
    consoleKey('pools'),
  ],
  rows: selectPoolRows,
  findingRows: ungroupedPoolRows,
  problem: poolProblem,
  orders: poolOrders,
  // The total of a server counts only as a problem: it is no pool.
  isCounted: ({ row, level }) => row !== undefined || level !== 'ok',
  table: (view, form, width) =>
    form === 'full' || width >= poolTableFrom ? poolColumns(view) : poolOverviewColumns(view, width),
  keptOkRows: 3,
  details: renderPoolDetails,
  below: renderRelatedSignals,
});
