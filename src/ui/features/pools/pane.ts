import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatCount, formatPercent } from '../../../domain/text/format.ts';
import type { Pool } from '../../../kinds/pools/fact.ts';
import { isOverLimit } from '../../../kinds/pools/servers.ts';
import { inUse, utilOf } from '../../../kinds/pools/use.ts';
import { stateWord } from '../../../kinds/registry/registry.ts';
import { renderGauge } from '../../kit/components/gauge.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { groupByKey } from '../../shell/panes/grouped-rows.ts';
import { type ProblemDescriber, renderLevel, renderStale, staleSeenText } from '../../shell/panes/problem.ts';
import { moreText } from '../../shell/panes/ranking.ts';
import { treeIndent } from '../../shell/panes/tree.ts';
import { consoleKey } from '../runbook-matching/terminal-keys.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import { renderPoolDetails } from './details.ts';
import type { PoolRow } from './rows.ts';
import { poolGroupings, poolOrders, poolRowInputs, selectPoolRows, ungroupedPoolRows } from './rows.ts';

/** The share in use: of a pool its own connections, of the pools of a server the server's connections they use. */
const shareOf = ({ fact, use }: PoolRow): number | undefined => {
  if (use === undefined) return utilOf(fact);
  const { max } = use.server;
  return max === undefined || max <= 0 || use.active === undefined ? undefined : use.active / max;
};

/** Renders the usage bar in the color of the level. */
const bar = (pen: TextPen, row: PoolRow, cells: number): StyledLine =>
  renderGauge(pen, shareOf(row), cells, row.level);

/** The state: 'exhausted', 'near max', 'OK'. States are in lower case, levels in capitals. */
const poolVerdictText = ({ fact, use, members }: PoolRow): string => {
  if (members !== undefined) return pluralize(members.length, 'pool');
  if (use !== undefined) return isOverLimit(use) ? 'over limit' : 'OK';
  const word = stateWord('pools', fact);
  return word === 'ok' || word === 'unknown' ? word.toUpperCase() : word;
};

const verdict = (pen: TextPen, row: PoolRow): StyledLine =>
  row.stale ? renderStale(pen, poolVerdictText(row)) : renderLevel(pen, row.level, poolVerdictText(row));

/** '160/97': total pool size and connection limit of the server. */
const maxText = ({ fact, use }: PoolRow): string =>
  use === undefined ? formatCount(fact.max) : `${formatCount(use.max)}/${formatCount(use.server.max)}`;

/** Width of the MAX column: fits the longest value, for example '1,600/1,000', with a leading space. */
const maxWidth = (view: RenderContext): number =>
  Math.max(7, ...ungroupedPoolRows(view).map((row) => (row.use === undefined ? 0 : maxText(row).length + 2)));

const right = (
  pen: TextPen,
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
    formatCount(of(fact));

const percentOf = (row: PoolRow): number | undefined => {
  const share = shareOf(row);
  return share === undefined ? undefined : 100 * share;
};

/** A column of wide mode. */
const wideText = (
  pen: TextPen,
  head: string,
  width: number,
  of: (fact: Pool) => string,
): Column<PoolRow> => ({
  head,
  width,
  wide: true,
  cell: (row) => pen.run(row.row === undefined ? '' : of(row.fact) || '–', row.stale ? 'stale' : 'faint'),
});

const poolColumns = (view: RenderContext): readonly Column<PoolRow>[] => {
  const { pen, now } = view;
  const total = ungroupedPoolRows(view).length;
  return [
    {
      head: '',
      name: 'STATE',
      required: true,
      width: 14,
      cell: (row) => verdict(pen, row),
      renderFolded: () => [pen.glyph('ok', 'ok'), pen.run(' OK')],
    },
    {
      head: 'POOL',
      required: true,
      width: 16,
      grow: 1,
      cell: (row): StyledLine => [
        ...(row.treePosition?.depth === 0 && row.treePosition.state === undefined
          ? []
          : treeIndent(pen, row.treePosition)),
        pen.run(row.name),
      ],
      renderFolded: (rows) => pen.run(moreText(rows.length, total, 'pool')),
    },
    {
      head: 'KIND',
      width: 10,
      hideBelow: 90,
      cell: (row) => pen.run(row.members === undefined ? row.fact.kind : ''),
    },
    right(
      pen,
      'IN USE',
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
      'WAITING',
      7,
      number(({ pending }) => pending),
    ),
    { head: 'USE', width: 12, cell: (row) => bar(pen, row, 10), hideBelow: 72 },
    right(pen, 'SINCE', 8, (row) => formatStateAge(row, now)),
    right(pen, 'USED', 8, (row) => formatPercent(percentOf(row), 0), { wide: true, align: 'decimal' }),
    right(
      pen,
      'TAKEN',
      8,
      number(({ taken }) => taken),
      { wide: true },
    ),
    wideText(pen, 'SERVICE', 14, ({ service }) => service),
    wideText(pen, 'INSTANCE', 14, ({ instance }) => instance),
    wideText(pen, 'SOURCE', 10, ({ source }) => source),
  ];
};

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
  keys: [
    groupByKey('pools', 'Connection pools', ['server', 'service', 'kind'], poolGroupings, ungroupedPoolRows),
    consoleKey('pools'),
  ],
  inputs: poolRowInputs,
  rows: selectPoolRows,
  findingRows: ungroupedPoolRows,
  problem: poolProblem,
  orders: poolOrders,
  // The total of a server counts only as a problem: it is no pool.
  isCounted: ({ row, level }) => row !== undefined || level !== 'ok',
  table: (view) => poolColumns(view),
  details: renderPoolDetails,
  below: renderRelatedSignals,
});
