import { levelRank } from '../../../domain/facts/level.ts';
import { formatCount, formatPerSecond } from '../../../domain/text/format.ts';
import type { Lag } from '../../../kinds/lag/fact.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { TitleCount } from '../../shell/panes/glance.ts';
import type { PaneOrder } from '../../shell/panes/order.ts';
import { type ProblemDescriber, staleSeenText } from '../../shell/panes/problem.ts';
import { ageSince, compareByLabel } from '../../shell/panes/ranking.ts';
import { createTreeRows } from '../../shell/panes/tree.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import { lagBoxes } from './boxes.ts';
import { lagAsks, lagDetails } from './details.ts';
import { consumerGroupKey, type LagRow, lagColumns, lagMarker } from './rows.ts';
import { LagTree } from './tree.ts';

/** 'falling behind · lag 48,210 · +61/s' for a whole group. */
const lagProblem: ProblemDescriber<LagRow> = {
  describe: (view, row) => {
    const { lag, lost, rate, rows, stale, verdict } = row;
    const time = rows[0]?.fact.at ?? view.now;
    const parts = [
      verdict,
      lag === undefined ? '' : `lag ${formatCount(lag)}`,
      lost === 0 ? '' : `lost to retention: ${formatCount(lost)}`,
      rate === undefined ? '' : formatPerSecond(rate),
    ];
    return `${staleSeenText(view, time, stale)}${parts.filter((part) => part !== '').join(' · ')}`;
  },
  start: (row) => row,
};

/** Sort key of the drain time. Groups that never drain are longest; undefined: no lag, or unknown lag. */
const drainMs = ({ lag, motion, etaSeconds }: LagRow): number | undefined => {
  if (lag === undefined || lag === 0) return undefined;
  return etaSeconds ?? (motion === 'falling-behind' ? Number.MAX_VALUE : 0);
};

/** Orders of the groups; topics and partitions stay below their group. */
const orders: readonly PaneOrder<LagRow>[] = [
  { name: 'by name', compare: compareByLabel },
  { name: 'by lag', column: 'LAG', value: ({ lag }) => lag, largestFirst: true },
  { name: 'by rate', column: 'RATE', value: ({ rate }) => rate, largestFirst: true },
  { name: 'longest to drain', column: 'DRAINED', value: drainMs, largestFirst: true },
  { name: 'newest first', column: 'SINCE', value: ageSince },
];

/** Worst first, then by lag. */
const compareWorstThenLag = (a: LagRow, b: LagRow): number =>
  levelRank[b.level] - levelRank[a.level] || (b.lag ?? -1) - (a.lag ?? -1) || compareByLabel(a, b);

const tree = new LagTree();
const none: readonly LagRow['rows'][number][] = [];

const lagRows = createTreeRows({
  id: 'lag',
  first: compareWorstThenLag,
  roots: ({ own }) => tree.build(own?.snapshot.kinds.lag.rows ?? none),
});

/** The groups per verdict: '✗ 1 falling behind  ▲ 1 stalled  ● 2 steady'. */
const verdictCounts = (rows: readonly LagRow[]): readonly TitleCount[] => {
  const groups = rows.filter(({ treePosition: branch }) => branch?.depth === 0);
  return [...Map.groupBy(groups, (row) => `${row.level} ${row.verdict}`).values()].flatMap((members) =>
    members.slice(0, 1).map((first) => ({ ...lagMarker(first), count: members.length, word: first.verdict })),
  );
};

/** 4 Consumer lag: consumer groups. */
export const lagPane = defineKindPane<LagRow>({
  id: 'lag',
  key: '4',
  title: 'Consumer lag',
  noun: 'consumer groups',
  kind: 'lag',
  isLineWhenOk: true,
  rowKey: ({ fact }) => consumerGroupKey(fact as Lag),
  optional: true,
  keys: [],
  rows: lagRows,
  problem: lagProblem,
  orders,
  stateCounts: verdictCounts,
  table: (view) => lagColumns(view, lagRows(view).length),
  details: lagDetails,
  boxes: lagBoxes,
  below: renderRelatedSignals,
  noteRequests: lagAsks,
});
