import type { Row } from '../../../domain/facts/snapshot.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount, formatPerSecond } from '../../../domain/text/format.ts';
import type { Lag } from '../../../kinds/lag/fact.ts';
import { isUncommitted, motionText } from '../../../kinds/lag/group-verdict.ts';
import { renderGauge } from '../../kit/components/gauge.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { latestNotes, type NoteRequest, renderNotes } from '../../shell/panes/note-lines.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { type DetailColumn, detailTableLines, type TableRoom, textCells } from './detail-table.ts';
import type { LagRow } from './rows.ts';

/** Requests the members of the group with hosts and assignments, which the source reads on demand. */
export const lagAsks = (_: RenderContext, { rows }: LagRow): readonly NoteRequest[] =>
  rows.slice(0, 1).map(({ fact }) => ({ source: fact.source, name: 'groups' }));

const lagOf = (facts: readonly Lag[]): number | undefined => {
  const known = facts.flatMap(({ lag }) => lag ?? []);
  return known.length === 0 ? undefined : known.reduce((total, lag) => total + lag, 0);
};

/** '31,007 behind, grows 44/s: never drains at this rate' */
export const drainText = ({ lag, lost, motion, rate, etaSeconds, rows, uncommitted }: LagRow): string => {
  if (lag === undefined)
    return `${uncommitted === rows.length ? 'no committed offsets' : 'committed offsets unreadable'}: lag unknown`;
  if (lag === 0) return 'no lag';
  const lostText = lost === 0 ? '' : `, lost to retention: ${formatCount(lost)}`;
  const progress = `${formatCount(lag)} behind${lostText}, ${formatPerSecond(rate)}`;
  if (etaSeconds !== undefined) return `${progress}: drains in ${formatAge(1000 * etaSeconds)}`;
  return motion === 'falling-behind' ? `${progress}: never drains at this rate` : `${progress}: ${motion}`;
};

/** Share of the lag from which the partitions with it are named: less is spread over the group. */
const mostOfLag = 0.9;

/** Names in a sentence; more are counted. */
const mostNames = 4;

const namesText = (names: readonly string[]): string => {
  if (names.length > mostNames)
    return `${names.slice(0, mostNames - 1).join(', ')} and ${names.length - mostNames + 1} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
};

/** Where the lag is: 'Nearly all of it is on p0 and p1; both belong to billing-0.'; '' if it is spread, of one partition, or unknown. */
export const placeText = ({ rows, lag }: LagRow): string => {
  if (lag === undefined || lag === 0 || rows.length < 2 || rows.some(({ fact }) => fact.lag === undefined))
    return '';
  const topics = new Set(rows.map(({ fact }) => fact.topic));
  const largest = rows.map(({ fact }) => fact).toSorted((a, b) => (b.lag ?? 0) - (a.lag ?? 0));
  let sum = 0;
  let count = 0;
  while (sum < mostOfLag * lag && count < largest.length) sum += largest[count++]?.lag ?? 0;
  if (count === largest.length) return '';
  const held = largest.slice(0, count);
  const part = (fact: Lag): string => (topics.size === 1 ? '' : `${fact.topic} `) + `p${fact.partition}`;
  const members = [...new Set(held.map(({ member }) => member))];
  const owner =
    members.length === 1 && members[0] !== undefined
      ? `; ${count === 1 ? 'it belongs' : count === 2 ? 'both belong' : 'all belong'} to ${members[0]}`
      : '';
  return `${sum === lag ? 'All' : 'Nearly all'} of the lag is on ${namesText(held.map(part))}${owner}.`;
};

/** The room of a table, and the most rows of it. */
interface DetailRoom extends TableRoom {
  readonly most?: number;
}

/** Below the list, a table has the whole width. */
const ownRoom: DetailRoom = { inset: '   ', room: Number.POSITIVE_INFINITY, gap: 2 };

/** A blank line, then the heading of a section: its name, and dim what its rows have in common. */
const sectionHead = ({ pen }: RenderContext, name: string, about: string): readonly StyledLine[] => [
  [],
  [pen.run(` ${name}`, 'bold'), pen.run(about === '' ? '' : `  ${about}`, 'faint')],
];

/** Cells of the bar of a partition, whose share is that of the largest lag. */
const barCells = 8;

/** '+5.3' and its unit, dim. */
const rateCell = ({ pen }: RenderContext, rate: number | undefined): StyledLine => {
  const text = formatPerSecond(rate);
  const unit = text.indexOf('/');
  return unit === -1
    ? [pen.run(text, 'faint')]
    : [pen.run(text.slice(0, unit)), pen.run(` ${text.slice(unit)}`, 'faint')];
};

export const committedText = (fact: Lag): string => {
  const { committed, end } = fact;
  const known = end === undefined ? '' : formatOffset(end);
  if (committed === undefined)
    return `${isUncommitted(fact) ? 'no commit' : 'unknown'}${known === '' ? '' : `, end ${known}`}`;
  return `${formatOffset(committed)}${known === '' ? '' : ` of ${known}`}`;
};

/** '285,859': an offset may be larger than a number is exact. */
const formatOffset = (offset: bigint): string => `${offset}`.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');

/** Partitions in the table; the tree of the list has all of them. */
export const mostPartitions = 12;

/** The partitions that the table has room for, and what they have in common. */
const shownPartitions = ({ rows }: LagRow, most: number) => {
  const shown =
    rows.length <= most
      ? rows
      : rows.toSorted((a, b) => (b.fact.lag ?? -1) - (a.fact.lag ?? -1)).slice(0, most);
  const topics = new Set(rows.map(({ fact }) => fact.topic));
  return { shown, topics, rest: rows.length - shown.length };
};

/** The topic of the partitions, or the number of topics. */
export const topicsText = (row: LagRow): string => {
  const topics = new Set(row.rows.map(({ fact }) => fact.topic));
  return topics.size === 1 ? [...topics].join('') : pluralize(topics.size, 'topic');
};

/** The table of the partitions, and the number of those without a row. */
export const partitionTable = (
  view: RenderContext,
  row: LagRow,
  { inset, room, gap, most = mostPartitions }: DetailRoom,
): readonly StyledLine[] => {
  const { pen } = view;
  const { shown, topics, rest } = shownPartitions(row, most);
  const texts = (of: (fact: Lag) => string, role?: TextRole): readonly StyledLine[] =>
    textCells(
      view,
      shown.map(({ fact }) => of(fact)),
      role,
    );
  const largest = Math.max(0, ...row.rows.map(({ fact }) => fact.lag ?? 0));
  const least = Math.max(
    0,
    ...row.rows.filter((own) => !shown.includes(own)).map(({ fact }) => fact.lag ?? 0),
  );
  const bar = ({ fact: { lag }, level }: Row<'lag'>): StyledLine =>
    renderGauge(pen, lag === undefined ? undefined : lag / largest, barCells, level);
  const columns: readonly DetailColumn[] = [
    { head: 'TOPIC', cells: topics.size === 1 ? [] : texts(({ topic }) => topic) },
    {
      head: gap === 1 ? '' : '  PARTITION',
      cells: shown.map(({ fact, level }) => [pen.glyph(level, level), pen.run(` p${fact.partition}`)]),
    },
    { head: 'LAG', align: 'right', cells: texts(({ lag }) => formatCount(lag)) },
    { head: '', cells: largest === 0 ? [] : shown.map(bar), rank: 3 },
    { head: 'RATE', align: 'right', cells: shown.map(({ fact }) => rateCell(view, fact.rate)), rank: 1 },
    {
      head: 'VERDICT',
      cells: shown.map(({ fact, level }) => [
        pen.run(motionText(fact.motion), level === 'ok' ? 'faint' : level),
      ]),
      rank: 2,
    },
    { head: 'MEMBER', cells: texts(({ member }) => member ?? ''), rank: 4 },
    { head: 'COMMITTED', align: 'right', cells: texts(committedText, 'faint'), rank: 5 },
    {
      head: 'LOST',
      align: 'right',
      cells: texts(({ lost = 0 }) => (lost === 0 ? '' : formatCount(lost))),
    },
  ];
  const key = boundKey(view.cockpit, 'column.right', 'l');
  const more = `${formatCount(rest)} more, lag ≤ ${formatCount(least)} each · ${key} lists all`;
  return [
    ...detailTableLines(view, columns, { inset, room, gap }),
    ...(rest === 0 ? [] : [[pen.run(`${inset}  ${more}`, 'faint')]]),
  ];
};

const partitionLines = (view: RenderContext, row: LagRow): readonly StyledLine[] => [
  ...sectionHead(view, 'Partitions', topicsText(row)),
  ...partitionTable(view, row, ownRoom),
];

/** The room for more members: 'room for 1 more: 3 partitions, 2 members'. */
export const roomText = ({ rows, members }: LagRow): string => {
  if (members === undefined || members === 0) return '';
  const counts = `${pluralize(rows.length, 'partition')}, ${pluralize(members, 'member')}`;
  const room = rows.length - members;
  if (room > 0) return `room for ${formatCount(room)} more: ${counts}`;
  return room === 0 ? `one more would idle: ${counts}` : `${pluralize(-room, 'member')} idle: ${counts}`;
};

const partitions = (facts: readonly Lag[]): string => facts.map(({ partition }) => `p${partition}`).join(' ');

const ranges = (facts: readonly Lag[]): string =>
  [...Map.groupBy(facts, ({ topic }) => topic)]
    .map(([topic, parts]) => `${topic} ${partitions(parts)}`)
    .join(', ');

/** Members in the table. */
export const mostMembers = 8;

/** True if the source reports which member has which partition. */
export const isAssigned = ({ rows }: LagRow): boolean => rows.some(({ fact }) => fact.member !== undefined);

/** The table of the members, those with the largest lag first. */
export const memberTable = (
  view: RenderContext,
  row: LagRow,
  { inset, room, gap, most = mostMembers }: DetailRoom,
): readonly StyledLine[] => {
  const { pen } = view;
  if (!isAssigned(row))
    return [[pen.run(`${inset}the source does not report which member owns which partition`, 'faint')]];
  const facts = row.rows.map(({ fact }) => fact);
  const groups = [...Map.groupBy(facts, ({ member }) => member ?? 'unassigned')].toSorted(
    ([, a], [, b]) => (lagOf(b) ?? -1) - (lagOf(a) ?? -1),
  );
  const shown = groups.slice(0, most);
  const topics = new Set(facts.map(({ topic }) => topic));
  const rest = groups.length - shown.length;
  const texts = (of: (own: readonly Lag[], member: string) => string): readonly StyledLine[] =>
    textCells(
      view,
      shown.map(([member, own]) => of(own, member)),
    );
  const columns: readonly DetailColumn[] = [
    { head: 'MEMBER', cells: texts((_, member) => member) },
    { head: 'LAG', align: 'right', cells: texts((own) => formatCount(lagOf(own))) },
    { head: 'PARTITIONS', cells: texts((own) => (topics.size === 1 ? partitions(own) : ranges(own))) },
  ];
  return [
    ...detailTableLines(view, columns, { inset, room, gap }),
    ...(rest === 0 ? [] : [[pen.run(`${inset}${formatCount(rest)} more members with less lag`, 'faint')]]),
  ];
};

const assignmentLines = (view: RenderContext, row: LagRow): readonly StyledLine[] => [
  ...sectionHead(view, 'Members', roomText(row)),
  ...memberTable(view, row, ownRoom),
];

/** The notes of the source about the group: its state, its members with their hosts. */
export const groupNotes = (view: RenderContext, row: LagRow): readonly string[] =>
  lagAsks(view, row).flatMap((ask) =>
    latestNotes(view, ask, ({ title }) => title === row.rows[0]?.fact.group).map(({ text }) => text),
  );

/** The state of the group and its members with their hosts, as its coordinator reports them, or why they are unknown. */
export const coordinatorLines = (view: RenderContext, row: LagRow): readonly StyledLine[] => {
  const [first] = row.rows.map(({ fact }) => fact);
  const [ask] = lagAsks(view, row);
  if (first === undefined || ask === undefined) return [];
  const isOfGroup = ({ title }: { readonly title: string }): boolean => title === first.group;
  const isKnown = first.members !== undefined || latestNotes(view, ask, isOfGroup).length > 0;
  return isKnown
    ? renderNotes(view, 'group state (from the coordinator)', ask, isOfGroup, ({ text }) => text)
    : [];
};

const memberLines = (view: RenderContext, row: LagRow): readonly StyledLine[] => {
  const [first] = row.rows.map(({ fact }) => fact);
  if (first === undefined) return [];
  if (first.members === 0)
    return [[view.pen.run(' no active members: lag grows until a consumer joins', row.level)]];
  return [...assignmentLines(view, row), ...coordinatorLines(view, row)];
};

/** Renders the details of the selected group; opened: one sentence, its partitions, its members and the room for more. */
export const lagDetails = (view: RenderContext, row: LagRow, opened: boolean): readonly StyledLine[] => {
  const { pen, now } = view;
  const [first] = row.rows;
  if (first === undefined) return [];
  const { cluster, members, source, at } = first.fact;
  const who =
    members === undefined ? 'members unknown' : members === 0 ? 'no members' : pluralize(members, 'member');
  const summary = `  ${cluster} · ${who} · ${pluralize(row.rows.length, 'partition')} · ${source}, ${formatAge(now - at)} ago`;
  const head: StyledLine = [pen.run(` ${row.name}`, 'bold'), pen.run(summary, 'faint')];
  if (!opened) return [head];
  const place = placeText(row);
  return [
    head,
    [pen.run(` ${drainText(row)}.`, 'bold')],
    ...(place === '' ? [] : [[pen.run(` ${place}`)]]),
    ...partitionLines(view, row),
    ...memberLines(view, row),
  ];
};
