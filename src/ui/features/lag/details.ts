import type { Row } from '../../../domain/facts/snapshot.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount, formatPerSecond } from '../../../domain/text/format.ts';
import type { Lag } from '../../../kinds/lag/fact.ts';
import { isUncommitted, motionText } from '../../../kinds/lag/group-verdict.ts';
import { renderGauge } from '../../kit/components/gauge.ts';
import { lineToText, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { latestNotes, type NoteRequest, renderNotes } from '../../shell/panes/note-lines.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import type { LagRow } from './rows.ts';

/** Requests the members of the group with hosts and assignments, which the source reads on demand. */
export const lagAsks = (_: RenderContext, { rows }: LagRow): readonly NoteRequest[] =>
  rows.slice(0, 1).map(({ fact }) => ({ source: fact.source, name: 'groups' }));

const lagOf = (facts: readonly Lag[]): number | undefined => {
  const known = facts.flatMap(({ lag }) => lag ?? []);
  return known.length === 0 ? undefined : known.reduce((total, lag) => total + lag, 0);
};

/** '31,007 behind, grows 44/s: never drains at this rate' */
const drainText = ({ lag, lost, motion, rate, etaSeconds, rows, uncommitted }: LagRow): string => {
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
const placeText = ({ rows, lag }: LagRow): string => {
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

/** Cells of a table, with their heads; numbers of a column end below each other. */
interface DetailColumn {
  readonly head: string;
  readonly align?: 'right';
  readonly cells: readonly StyledLine[];
}

const textCells = (
  { pen }: RenderContext,
  texts: readonly string[],
  role: TextRole = 'plain',
): readonly StyledLine[] => texts.map((text) => [pen.run(text, text === '–' ? 'faint' : role)]);

const tableLines = ({ pen }: RenderContext, columns: readonly DetailColumn[]): readonly StyledLine[] => {
  const shown = columns.filter(({ cells }) => cells.some((cell) => lineToText(cell) !== ''));
  const widths = shown.map(({ head, cells }) => Math.max(widthOf(head), ...cells.map(lineWidth)));
  const row = (of: (column: DetailColumn) => StyledLine): StyledLine =>
    shown.flatMap((column, index): StyledLine => {
      const cell = of(column);
      const blanks = pen.run(' '.repeat((widths[index] ?? 0) - lineWidth(cell)));
      return [
        pen.run(index === 0 ? inset : '  '),
        ...(column.align === 'right' ? [blanks, ...cell] : [...cell, blanks]),
      ];
    });
  const count = shown[0]?.cells.length ?? 0;
  return [
    row(({ head }) => [pen.run(head, 'faint')]),
    ...Array.from({ length: count }, (_, index) => row(({ cells }) => cells[index] ?? [])),
  ];
};

const inset = '   ';

/** A blank line, then the heading of a section: its name, and dim what its rows have in common. */
const sectionHead = ({ pen }: RenderContext, name: string, about: string): readonly StyledLine[] => [
  [],
  [pen.run(` ${name}`, 'bold'), pen.run(about === '' ? '' : `  ${about}`, 'faint')],
];

/** Cells of the bar of a partition, whose share is that of the largest lag. */
const barCells = 10;

/** '+5.3' and its unit, dim. */
const rateCell = ({ pen }: RenderContext, rate: number | undefined): StyledLine => {
  const text = formatPerSecond(rate);
  const unit = text.indexOf('/');
  return unit === -1
    ? [pen.run(text, 'faint')]
    : [pen.run(text.slice(0, unit)), pen.run(` ${text.slice(unit)}`, 'faint')];
};

const committedText = (fact: Lag): string => {
  const { committed, end } = fact;
  const known = end === undefined ? '' : formatOffset(end);
  if (committed === undefined)
    return `${isUncommitted(fact) ? 'no commit' : 'unknown'}${known === '' ? '' : `, end ${known}`}`;
  return `${formatOffset(committed)}${known === '' ? '' : ` of ${known}`}`;
};

/** '285,859': an offset may be larger than a number is exact. */
const formatOffset = (offset: bigint): string => `${offset}`.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');

/** Partitions in the table; the tree of the list has all of them. */
const mostPartitions = 12;

const partitionLines = (view: RenderContext, { rows }: LagRow): readonly StyledLine[] => {
  const { pen } = view;
  const topics = new Set(rows.map(({ fact }) => fact.topic));
  const shown =
    rows.length <= mostPartitions
      ? rows
      : rows.toSorted((a, b) => (b.fact.lag ?? -1) - (a.fact.lag ?? -1)).slice(0, mostPartitions);
  const texts = (of: (fact: Lag) => string, role?: TextRole): readonly StyledLine[] =>
    textCells(
      view,
      shown.map(({ fact }) => of(fact)),
      role,
    );
  const rest = rows.length - shown.length;
  const most = Math.max(0, ...rows.map(({ fact }) => fact.lag ?? 0));
  const least = Math.max(0, ...rows.filter((row) => !shown.includes(row)).map(({ fact }) => fact.lag ?? 0));
  const bar = ({ fact: { lag }, level }: Row<'lag'>): StyledLine =>
    renderGauge(pen, lag === undefined ? undefined : lag / most, barCells, level);
  return [
    ...sectionHead(
      view,
      'Partitions',
      topics.size === 1 ? [...topics].join('') : pluralize(topics.size, 'topic'),
    ),
    ...tableLines(view, [
      { head: 'TOPIC', cells: topics.size === 1 ? [] : texts(({ topic }) => topic) },
      {
        head: '  PARTITION',
        cells: shown.map(({ fact, level }) => [pen.glyph(level, level), pen.run(` p${fact.partition}`)]),
      },
      { head: 'LAG', align: 'right', cells: texts(({ lag }) => formatCount(lag)) },
      { head: '', cells: most === 0 ? [] : shown.map(bar) },
      { head: 'RATE', align: 'right', cells: shown.map(({ fact }) => rateCell(view, fact.rate)) },
      {
        head: 'VERDICT',
        cells: shown.map(({ fact, level }) => [
          pen.run(motionText(fact.motion), level === 'ok' ? 'faint' : level),
        ]),
      },
      { head: 'MEMBER', cells: texts(({ member }) => member ?? '') },
      { head: 'COMMITTED', align: 'right', cells: texts(committedText, 'faint') },
      {
        head: 'LOST',
        align: 'right',
        cells: texts(({ lost = 0 }) => (lost === 0 ? '' : formatCount(lost))),
      },
    ]),
    ...(rest === 0
      ? []
      : [
          [
            pen.run(
              `${inset}  ${formatCount(rest)} more, lag ≤ ${formatCount(least)} each · ${boundKey(view.cockpit, 'column.right', 'l')} lists all`,
              'faint',
            ),
          ],
        ]),
  ];
};

/** The room for more members: 'room for 1 more member: 3 partitions, 2 members'. */
const roomText = ({ rows, members }: LagRow): string => {
  if (members === undefined || members === 0) return '';
  const counts = `${pluralize(rows.length, 'partition')}, ${pluralize(members, 'member')}`;
  const room = rows.length - members;
  if (room > 0) return `room for ${formatCount(room)} more ${room === 1 ? 'member' : 'members'}: ${counts}`;
  return room === 0 ? `no room for more members: ${counts}` : `${pluralize(-room, 'member')} idle: ${counts}`;
};

const partitions = (facts: readonly Lag[]): string => facts.map(({ partition }) => `p${partition}`).join(' ');

const ranges = (facts: readonly Lag[]): string =>
  [...Map.groupBy(facts, ({ topic }) => topic)]
    .map(([topic, parts]) => `${topic} ${partitions(parts)}`)
    .join(', ');

/** Members in the table. */
const mostMembers = 8;

const assignmentLines = (view: RenderContext, row: LagRow): readonly StyledLine[] => {
  const { pen } = view;
  const facts = row.rows.map(({ fact }) => fact);
  const isAssigned = facts.some(({ member }) => member !== undefined);
  const title = sectionHead(view, 'Members', roomText(row));
  if (!isAssigned)
    return [...title, [pen.run(`${inset}the source does not report partition assignment`, 'faint')]];
  const groups = [...Map.groupBy(facts, ({ member }) => member ?? 'unassigned')].toSorted(
    ([, a], [, b]) => (lagOf(b) ?? -1) - (lagOf(a) ?? -1),
  );
  const shown = groups.slice(0, mostMembers);
  const topics = new Set(facts.map(({ topic }) => topic));
  const rest = groups.length - shown.length;
  const texts = (of: (own: readonly Lag[], member: string) => string): readonly StyledLine[] =>
    textCells(
      view,
      shown.map(([member, own]) => of(own, member)),
    );
  return [
    ...title,
    ...tableLines(view, [
      { head: 'MEMBER', cells: texts((_, member) => member) },
      { head: 'LAG', align: 'right', cells: texts((own) => formatCount(lagOf(own))) },
      { head: 'PARTITIONS', cells: texts((own) => (topics.size === 1 ? partitions(own) : ranges(own))) },
    ]),
    ...(rest === 0 ? [] : [[pen.run(`${inset}${formatCount(rest)} more members with less lag`, 'faint')]]),
  ];
};

const memberLines = (view: RenderContext, row: LagRow): readonly StyledLine[] => {
  const { pen } = view;
  const [first] = row.rows.map(({ fact }) => fact);
  if (first === undefined) return [];
  if (first.members === 0)
    return [[pen.run(' no active members: lag grows until a consumer joins', row.level)]];
  const [ask] = lagAsks(view, row);
  const isOfGroup = ({ title }: { readonly title: string }): boolean => title === first.group;
  const notes = ask === undefined ? [] : latestNotes(view, ask, isOfGroup);
  const group =
    ask === undefined || (notes.length === 0 && first.members === undefined)
      ? []
      : renderNotes(view, 'group state (from the coordinator)', ask, isOfGroup, ({ text }) => text);
  return [...assignmentLines(view, row), ...group];
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
