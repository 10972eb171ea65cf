import { levelRank } from '../../../domain/facts/level.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount, formatPerSecond } from '../../../domain/text/format.ts';
import type { Lag } from '../../../kinds/lag/fact.ts';
import { isUncommitted, motionText } from '../../../kinds/lag/group-verdict.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { TitleCount } from '../../shell/panes/glance.ts';
import { latestNotes, type NoteRequest, renderNotes } from '../../shell/panes/note-lines.ts';
import type { PaneOrder } from '../../shell/panes/order.ts';
import { type ProblemDescriber, staleSeenText } from '../../shell/panes/problem.ts';
import { ageSince, compareByLabel } from '../../shell/panes/ranking.ts';
import { createTreeRows } from '../../shell/panes/tree.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import type { LagRow } from './rows.ts';
import { buildLagTree, consumerGroupKey, lagColumns, lagMarker } from './rows.ts';

/** Requests the members of the group with hosts and assignments, which the source reads on demand. */
const lagAsks = (_: RenderContext, { rows }: LagRow): readonly NoteRequest[] =>
  rows.slice(0, 1).map(({ fact }) => ({ source: fact.source, name: 'groups' }));

const ranges = (facts: readonly Lag[]): string =>
  [...Map.groupBy(facts, ({ topic }) => topic)]
    .map(([topic, parts]) => `${topic} ${parts.map(({ partition }) => `p${partition}`).join(' ')}`)
    .join(', ');

const lagOf = (facts: readonly Lag[]): number | undefined => {
  const known = facts.flatMap(({ lag }) => lag ?? []);
  return known.length === 0 ? undefined : known.reduce((total, lag) => total + lag, 0);
};

/** The partition assignment: 'billing-0  payments.settled p0 p3 · lag 31,007'. */
const holderTexts = (facts: readonly Lag[]): readonly string[] => {
  const assigned = facts.filter(({ member }) => member !== undefined);
  const unassigned = facts.filter(({ member }) => member === undefined);
  const members = [...Map.groupBy(assigned, ({ member }) => member ?? '')].map(
    ([member, own]) => `${member}  ${ranges(own)} · lag ${formatCount(lagOf(own))}`,
  );
  return unassigned.length === 0 || assigned.length === 0
    ? members
    : [...members, `unassigned  ${ranges(unassigned)} · lag ${formatCount(lagOf(unassigned))}`];
};

const memberLines = (view: RenderContext, row: LagRow): readonly StyledLine[] => {
  const { pen } = view;
  const facts = row.rows.map(({ fact }) => fact);
  const [first] = facts;
  if (first === undefined) return [];
  if (first.members === 0)
    return [[pen.run('   no active members: lag grows until a consumer joins', row.level)]];
  const [ask] = lagAsks(view, row);
  const isOfGroup = ({ title }: { readonly title: string }): boolean => title === first.group;
  const notes = ask === undefined ? [] : latestNotes(view, ask, isOfGroup);
  const texts = holderTexts(facts);
  const assignment: readonly StyledLine[] =
    texts.length === 0
      ? [[pen.run('     the source does not report partition assignment', 'faint')]]
      : texts.map((text): StyledLine => [pen.run(`     ${text}`)]);
  const group =
    ask === undefined || (notes.length === 0 && first.members === undefined)
      ? []
      : renderNotes(view, 'group state (from the coordinator)', ask, isOfGroup, ({ text }) => text);
  return [[pen.run('   partition assignment', 'faint')], ...assignment, ...group];
};

/** '31,007 behind, grows 44/s: never drains at this rate'. */
const drainText = ({ lag, lost, motion, rate, etaSeconds, rows, uncommitted }: LagRow): string => {
  if (lag === undefined)
    return `${uncommitted === rows.length ? 'no committed offsets' : 'committed offsets unreadable'}: lag unknown`;
  if (lag === 0) return 'no lag';
  const lostText = lost === 0 ? '' : `, lost to retention: ${formatCount(lost)}`;
  const progress = `${formatCount(lag)} behind${lostText}, ${formatPerSecond(rate)}`;
  if (etaSeconds !== undefined) return `${progress}: drains in ${formatAge(1000 * etaSeconds)}`;
  return motion === 'falling-behind' ? `${progress}: never drains at this rate` : `${progress}: ${motion}`;
};

const offsetTexts = ({ rows }: LagRow): readonly string[] =>
  rows.map(({ fact }) => {
    const none = isUncommitted(fact) ? 'no commit' : 'commit unknown';
    const committed = fact.committed === undefined ? none : `committed ${fact.committed}`;
    const lost = (fact.lost ?? 0) > 0 ? ` · lost to retention: ${formatCount(fact.lost)}` : '';
    const end = fact.end === undefined ? '' : ` of ${fact.end}`;
    return `${fact.topic} p${fact.partition}  ${committed}${end} · lag ${formatCount(fact.lag)}${lost} · ${formatPerSecond(fact.rate)} · ${motionText(fact.motion)}`;
  });

/** Renders the details of the selected group; opened: partition assignment and offsets. */
const lagDetails = (view: RenderContext, row: LagRow, opened: boolean): readonly StyledLine[] => {
  const { pen, now } = view;
  const [first] = row.rows;
  if (first === undefined) return [];
  const { cluster, members, source, at } = first.fact;
  const who =
    members === undefined ? 'members unknown' : members === 0 ? 'no members' : pluralize(members, 'member');
  const summary = `  ${cluster} · ${who} · ${pluralize(row.rows.length, 'partition')} · ${source}, ${formatAge(now - at)} ago`;
  const head: StyledLine = [pen.run(` ${row.name}`, 'bold'), pen.run(summary, 'faint')];
  if (!opened) return [head];
  return [
    head,
    [pen.run(`   ${drainText(row)}`)],
    ...memberLines(view, row),
    [pen.run('   offsets', 'faint')],
    ...offsetTexts(row).map((text): StyledLine => [pen.run(`     ${text}`)]),
  ];
};

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

/** Minimum width at which the overview shows column heads. */
const roomy = 100;

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

const lagRows = createTreeRows({
  id: 'lag',
  first: compareWorstThenLag,
  roots: ({ own }) => buildLagTree(own?.snapshot.kinds.lag.rows ?? []),
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
  rowKey: ({ fact }) => consumerGroupKey(fact as Lag),
  optional: true,
  keys: [],
  rows: lagRows,
  problem: lagProblem,
  orders,
  stateCounts: (_, rows, form, width) => (form === 'full' ? undefined : verdictCounts(rows)),
  table: (view) => lagColumns(view, lagRows(view).length),
  details: lagDetails,
  below: renderRelatedSignals,
  noteRequests: lagAsks,
});
