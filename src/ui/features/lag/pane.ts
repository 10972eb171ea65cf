import { count, perSecond } from '../../../domain/format.ts';
import { rank } from '../../../domain/level.ts';
import type { Lag } from '../../../kinds/lag/fact.ts';
import { definePane } from '../../panes/define-pane.ts';
import { treeOf } from '../../panes/tree.ts';
import { byName } from '../../panes/worst-first.ts';
import { seenAgo, type Wrong } from '../../panes/wrong.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { lagColumns, markOf } from './columns.ts';
import { lagAsks, lagDetails } from './details.ts';
import type { LagRow } from './nodes.ts';
import { groupKeyOf, lagNodes } from './nodes.ts';

/** 'falling behind · lag 48,210 · +61/s', of a whole group. */
const lagWrong: Wrong<LagRow> = {
  says: (view, row) => {
    const { lag, lost, rate, rows, stale, verdict } = row;
    const at = rows[0]?.fact.at ?? view.now;
    const parts = [
      verdict,
      lag === undefined ? '' : `lag ${count(lag)}`,
      lost === 0 ? '' : `lost to retention: ${count(lost)}`,
      rate === undefined ? '' : perSecond(rate),
    ];
    return `${seenAgo(view, at, stale)}${parts.filter((part) => part !== '').join(' · ')}`;
  },
  since: ({ since }) => since,
};

/** From so many cells on the overview has the heads of every column. */
const roomy = 100;

/** Never is longer than any time; what has nothing to drain, or does not say, comes last. */
const drainMs = ({ lag, motion, etaSeconds }: LagRow): number => {
  if (lag === undefined || lag === 0) return -1;
  return etaSeconds ?? (motion === 'falling-behind' ? Number.MAX_VALUE : 0);
};

/** Orders of the groups; what is under a group stays under it. */
const orders = [
  { name: 'by name', by: byName },
  { name: 'by lag', by: (a: LagRow, b: LagRow) => (b.lag ?? -1) - (a.lag ?? -1) },
  { name: 'by rate', by: (a: LagRow, b: LagRow) => (b.rate ?? -Infinity) - (a.rate ?? -Infinity) },
  { name: 'longest to drain', by: (a: LagRow, b: LagRow) => drainMs(b) - drainMs(a) },
  { name: 'newest first', by: (a: LagRow, b: LagRow) => (b.since ?? -1) - (a.since ?? -1) },
] as const;

/** Worst first, and among what is equally bad the one that is furthest behind. */
const worstThenMost = (a: LagRow, b: LagRow): number =>
  rank[b.level] - rank[a.level] || (b.lag ?? -1) - (a.lag ?? -1) || byName(a, b);

const lagRows = treeOf({
  id: 'lag',
  first: worstThenMost,
  orders,
  roots: ({ own }) => lagNodes(own?.snapshot.kinds.lag.rows ?? []),
});

/** '✗ 1 falling behind  ▲ 1 stalled  ● 2 steady': how many groups stand how. */
const counts = ({ pen }: View, rows: readonly LagRow[]): Line => {
  const groups = rows.filter(({ branch }) => branch?.depth === 0);
  return [...Map.groupBy(groups, (row) => `${row.level} ${row.verdict}`).values()].flatMap(
    (members, index): Line => {
      const [first] = members;
      if (first === undefined) return [];
      const { glyph, role } = markOf(first);
      const gap = pen.run(index === 0 ? '' : '  ');
      return [gap, pen.glyph(glyph, role), pen.run(` ${members.length} ${first.verdict}`, role)];
    },
  );
};

/** 4 LAG: consumer groups. */
export const lagPane = definePane<LagRow>({
  id: 'lag',
  key: '4',
  title: 'LAG',
  noun: 'consumer groups',
  kind: 'lag',
  rowKey: ({ fact }) => groupKeyOf(fact as Lag),
  optional: true,
  keys: [],
  rows: lagRows,
  wrong: lagWrong,
  orders: orders.map(({ name }) => ({ name })),
  caption: (view, rows, form, width) => (form === 'full' || width >= roomy ? [] : counts(view, rows)),
  table: (view, form, width) => lagColumns(view, form !== 'full' && width + 2 < roomy, lagRows(view).length),
  details: lagDetails,
  asks: lagAsks,
});
