import { defined } from '../../../domain/base/defined.ts';
import { sumKnown } from '../../../domain/base/sums.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { earliestStart, formatStateAge, type PossibleStart } from '../../../domain/facts/state-start.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount, formatPerSecond } from '../../../domain/text/format.ts';
import type { Lag, LagMotion } from '../../../kinds/lag/fact.ts';
import { groupVerdict, isUncommitted, lostMessages, motionText } from '../../../kinds/lag/group-verdict.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { maxDefined, moreText } from '../../shell/panes/ranking.ts';
import { treeIndent } from '../../shell/panes/tree.ts';
import { clusterNames } from '../../shell/state/cluster-names.ts';

export const lagMarker = ({
  stale,
  level,
}: LagRow): { readonly glyph: GlyphName; readonly role: TextRole } =>
  stale ? { glyph: 'stale', role: 'stale' } : { glyph: level, role: level };

const eta = ({ lag, motion, etaSeconds }: LagRow): string => {
  if (lag === 0 || lag === undefined) return '–';
  if (etaSeconds !== undefined) return formatAge(1000 * etaSeconds);
  return motion === 'falling-behind' ? 'never' : '–';
};

/** Members: of a partition its member, of a topic 'MEMBERS on PARTITIONS', of a group their number. */
const membersOf = ({ fact, members, rows, treePosition: branch }: LagRow): string => {
  if (fact !== undefined) return fact.member ?? '–';
  if (members === undefined) return '–';
  if (members === 0) return 'none';
  if (branch?.depth === 0) return formatCount(members);
  const holders = new Set(rows.flatMap((row) => row.fact.member ?? []));
  return `${holders.size === 0 ? '–' : holders.size} on ${rows.length}`;
};

const name = ({ pen }: RenderContext, total: number): Column<LagRow> => ({
  head: '  GROUP',
  name: 'GROUP',
  required: true,
  width: 18,
  grow: 4,
  keepsEnd: () => true,
  cell: (row): StyledLine => {
    const { glyph, role } = lagMarker(row);
    const lead: StyledLine = [pen.glyph(glyph, role), pen.run(' '), ...treeIndent(pen, row.treePosition)];
    return [...lead, pen.run(row.name)];
  },
  renderFolded: (rows) => [pen.glyph('ok', 'ok'), pen.run(`   ${moreText(rows.length, total, 'group')}`)],
});

const right = (
  { pen }: RenderContext,
  head: string,
  width: number,
  text: (row: LagRow) => string,
  more: Partial<Column<LagRow>> = {},
): Column<LagRow> => ({
  head,
  width,
  align: 'right',
  cell: (row) => pen.run(text(row), row.stale ? 'stale' : 'plain'),
  ...more,
});

/** A number of wide mode. */
const wideNumber = (
  view: RenderContext,
  name: string,
  width: number,
  text: (row: LagRow) => string,
): Column<LagRow> => right(view, name, width, text, { name, wide: true });

/** An offset has 64 bits. Groups and topics have none. */
const offsetText = (offset: bigint | undefined): string => (offset === undefined ? '–' : `${offset}`);

/** All columns; a narrow overview omits those that do not fit. */
export const lagColumns = (view: RenderContext, total: number): readonly Column<LagRow>[] => {
  const { pen, now } = view;
  const cluster = clusterNames(view);
  return [
    name(view, total),
    {
      head: 'MEMBERS',
      name: 'MEMBERS',
      width: 11,
      grow: 1,
      hideBelow: 84,
      cell: (row) => pen.run(membersOf(row), row.stale ? 'stale' : 'plain'),
    },
    right(view, 'LAG', 10, (row) => formatCount(row.lag), {
      name: 'LAG',
      renderFolded: (rows) => pen.run(`≤${formatCount(maxDefined(rows.map(({ lag }) => lag)))}`),
    }),
    right(view, 'RATE', 9, (row) => formatPerSecond(row.rate), { name: 'RATE', align: 'decimal' }),
    {
      head: 'VERDICT',
      name: 'VERDICT',
      width: 16,
      cell: (row): StyledLine => [pen.run(row.verdict, row.stale ? 'stale' : lagMarker(row).role)],
    },
    right(view, 'DRAINED', 9, eta, { name: 'DRAINED', hideBelow: 64 }),
    right(view, 'SINCE', 8, (row) => formatStateAge(row, now), {
      name: 'SINCE',
      hideBelow: 76,
    }),
    wideNumber(view, 'PARTITIONS', 12, ({ rows }) => formatCount(rows.length)),
    wideNumber(view, 'COMMITTED', 12, ({ fact }) => offsetText(fact?.committed)),
    wideNumber(view, 'END', 12, ({ fact }) => offsetText(fact?.end)),
    wideNumber(view, 'LOST', 8, ({ lost }) => formatCount(lost)),
    wideNumber(view, 'NO COMMIT', 11, ({ uncommitted }) => formatCount(uncommitted)),
    {
      head: 'CLUSTER',
      name: 'CLUSTER',
      width: 12,
      wide: cluster === undefined,
      cell: ({ rows: [first] }) =>
        pen.run(first === undefined ? '–' : (cluster?.(first.fact.source) ?? first.fact.cluster), 'faint'),
    },
  ];
};

/** A consumer group, one of its topics, or a partition, with the totals of its partitions. */
export interface LagRow extends PaneRow, PossibleStart {
  readonly rows: readonly Row<'lag'>[];
  /** The fact, for a single partition. */
  readonly fact?: Lag;
  readonly name: string;
  /** Sum over the partitions with commits, in messages; absent if there are none. */
  readonly lag?: number;
  /** Sum of the known rates, in messages per second; absent if none is known. */
  readonly rate?: number;
  readonly motion: LagMotion;
  /** 'falling behind', 'messages lost', 'no commit' */
  readonly verdict: string;
  /** Messages deleted by retention before they were consumed. */
  readonly lost: number;
  /** Number of partitions without a commit. */
  readonly uncommitted: number;
  readonly members?: number;
  readonly etaSeconds?: number;
  readonly stale: boolean;
}

/** The longest time to drain among the partitions, in seconds; undefined if any lagging partition has none. */
const etaOf = (facts: readonly Lag[]): number | undefined => {
  const lagging = facts.filter((fact) => (fact.lag ?? 0) > 0);
  const times = lagging.flatMap((fact) => fact.etaSeconds ?? []);
  return lagging.length === 0 || times.length < lagging.length ? undefined : Math.max(...times);
};

/** The text of partitions for a filter: each of their words once, in this order. */
const searchedText = (facts: readonly Lag[]): string => {
  const words = new Set<string>();
  for (const { group } of facts) words.add(group);
  for (const { topic } of facts) words.add(topic);
  for (const { motion } of facts) words.add(motion).add(motionText(motion));
  for (const { member } of facts) if (member !== undefined) words.add(member);
  return [...words].join(' ');
};

/** The row of a group or a topic. */
export const totalsRow = (key: string, name: string, rows: readonly Row<'lag'>[]): LagRow => {
  const facts = rows.map(({ fact }) => fact);
  const { level, motion, word } = groupVerdict(rows);
  const [first] = facts;
  const totals = {
    lag: sumKnown(facts.map((fact) => fact.lag)),
    rate: sumKnown(facts.map((fact) => fact.rate)),
  };
  const start = earliestStart(rows.filter((row) => row.level === level));
  const etaSeconds = etaOf(facts);
  return {
    key,
    level,
    label: name,
    text: searchedText(facts),
    rows,
    name,
    motion,
    verdict: word,
    lost: lostMessages(facts),
    uncommitted: facts.filter(isUncommitted).length,
    stale: rows.every((row) => row.stale),
    ...(first === undefined ? {} : { subject: { kind: 'lag' as const, fact: first } }),
    facts: () => facts.map((fact) => ({ kind: 'lag' as const, fact })),
    ...defined({ lag: totals.lag, rate: totals.rate, members: first?.members, etaSeconds }),
    ...start,
  };
};

/** The row of one partition: there may be ten thousands, which a filter reads all at once. */
export const partitionRow = (row: Row<'lag'>): LagRow => {
  const { fact, key, level, stale } = row;
  const rows = [row];
  const { motion, word } = groupVerdict(rows);
  const label = `p${fact.partition}`;
  return {
    ...{ key, level, label, rows, fact, motion, stale, name: label, verdict: word },
    text: `${fact.group} ${fact.topic} ${fact.motion} ${motionText(fact.motion)} ${fact.member ?? ''}`,
    lost: fact.lost ?? 0,
    uncommitted: isUncommitted(fact) ? 1 : 0,
    subject: { kind: 'lag', fact },
    facts: () => [{ kind: 'lag', fact }],
    ...defined({ lag: fact.lag, rate: fact.rate, members: fact.members }),
    ...((fact.lag ?? 0) > 0 && fact.etaSeconds !== undefined ? { etaSeconds: fact.etaSeconds } : {}),
    ...earliestStart(rows),
  };
};

/** The key of a consumer group. */
export const consumerGroupKey = ({ source, cluster, group }: Lag): string => `${source}/${cluster}/${group}`;
