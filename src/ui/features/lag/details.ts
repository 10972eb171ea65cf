import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount, formatPerSecond } from '../../../domain/text/format.ts';
import type { Lag } from '../../../kinds/lag/fact.ts';
import { isUncommitted, motionText } from '../../../kinds/lag/group-verdict.ts';
import { renderGauge } from '../../kit/components/gauge.ts';
import { lineToText, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
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

/** Text cells of a table, with their heads; numbers of a column end below each other. */
interface TextColumn {
  readonly head: string;
  readonly align?: 'right';
  readonly cells: readonly string[];
}

const tableLines = ({ pen }: RenderContext, columns: readonly TextColumn[]): readonly StyledLine[] => {
  const shown = columns.filter(({ cells }) => cells.some((cell) => cell !== ''));
  const widths = shown.map(({ head, cells }) => Math.max(...[head, ...cells].map(widthOf)));
  const row = (textOf: (column: TextColumn) => string): string =>
    shown
      .map((column, index) => {
        const text = textOf(column);
        const rest = ' '.repeat((widths[index] ?? 0) - widthOf(text));
        return column.align === 'right' ? rest + text : text + rest;
      })
      .join('  ')
      .trimEnd();
  const count = shown[0]?.cells.length ?? 0;
  return [
    [pen.run(`     ${row(({ head }) => head)}`, 'faint')],
    ...Array.from(
      { length: count },
      (_, index): StyledLine => [pen.run(`     ${row(({ cells }) => cells[index] ?? '')}`)],
    ),
  ];
};

/** Cells of the bar of a partition, whose share is that of the largest lag. */
const barCells = 10;

const bar = ({ pen }: RenderContext, share: number | undefined): string =>
  lineToText(renderGauge(pen, share, barCells, 'plain'));

/** Partitions in the table; the tree of the list has all of them. */
const mostPartitions = 12;

const partitionLines = (view: RenderContext, { rows }: LagRow): readonly StyledLine[] => {
  const facts = rows.map(({ fact }) => fact);
  const topics = new Set(facts.map(({ topic }) => topic));
  const shown =
    facts.length <= mostPartitions
      ? facts
      : facts.toSorted((a, b) => (b.lag ?? -1) - (a.lag ?? -1)).slice(0, mostPartitions);
  const cells = (of: (fact: Lag) => string): readonly string[] => shown.map(of);
  const rest = facts.length - shown.length;
  const most = Math.max(0, ...facts.map(({ lag }) => lag ?? 0));
  const least = Math.max(0, ...facts.filter((fact) => !shown.includes(fact)).map(({ lag }) => lag ?? 0));
  return [
    [view.pen.run(`   partitions${topics.size === 1 ? ` of ${[...topics].join('')}` : ''}`, 'faint')],
    ...tableLines(view, [
      { head: 'TOPIC', cells: topics.size === 1 ? [] : cells(({ topic }) => topic) },
      { head: 'PARTITION', cells: cells(({ partition }) => `p${partition}`) },
      { head: 'LAG', align: 'right', cells: cells(({ lag }) => formatCount(lag)) },
      {
        head: '',
        cells: most === 0 ? [] : cells(({ lag }) => bar(view, lag === undefined ? undefined : lag / most)),
      },
      { head: 'RATE', align: 'right', cells: cells(({ rate }) => formatPerSecond(rate)) },
      { head: 'VERDICT', cells: cells(({ motion }) => motionText(motion)) },
      { head: 'MEMBER', cells: cells(({ member }) => member ?? '') },
      {
        head: 'COMMITTED',
        align: 'right',
        cells: cells((fact) =>
          fact.committed === undefined
            ? isUncommitted(fact)
              ? 'no commit'
              : 'unknown'
            : `${fact.committed}`,
        ),
      },
      { head: 'END', align: 'right', cells: cells(({ end }) => (end === undefined ? '' : `${end}`)) },
      {
        head: 'LOST',
        align: 'right',
        cells: cells(({ lost = 0 }) => (lost === 0 ? '' : formatCount(lost))),
      },
    ]),
    ...(rest === 0
      ? []
      : [
          [
            view.pen.run(
              `     ${formatCount(rest)} more, lag ≤ ${formatCount(least)} each · ${boundKey(view.cockpit, 'column.right', 'l')} lists all`,
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
  const title: StyledLine = [pen.run('   members', 'faint')];
  const isAssigned = facts.some(({ member }) => member !== undefined);
  if (!isAssigned) return [title, [pen.run('     the source does not report partition assignment', 'faint')]];
  const groups = [...Map.groupBy(facts, ({ member }) => member ?? 'unassigned')].toSorted(
    ([, a], [, b]) => (lagOf(b) ?? -1) - (lagOf(a) ?? -1),
  );
  const shown = groups.slice(0, mostMembers);
  const topics = new Set(facts.map(({ topic }) => topic));
  const room = roomText(row);
  const rest = groups.length - shown.length;
  return [
    title,
    ...tableLines(view, [
      { head: 'MEMBER', cells: shown.map(([member]) => member) },
      { head: 'LAG', align: 'right', cells: shown.map(([, own]) => formatCount(lagOf(own))) },
      {
        head: 'PARTITIONS',
        cells: shown.map(([, own]) => (topics.size === 1 ? partitions(own) : ranges(own))),
      },
    ]),
    ...(rest === 0 ? [] : [[pen.run(`     ${formatCount(rest)} more members with less lag`, 'faint')]]),
    ...(room === '' ? [] : [[pen.run(`     ${room}`, 'faint')]]),
  ];
};

const memberLines = (view: RenderContext, row: LagRow): readonly StyledLine[] => {
  const { pen } = view;
  const [first] = row.rows.map(({ fact }) => fact);
  if (first === undefined) return [];
  if (first.members === 0)
    return [[pen.run('   no active members: lag grows until a consumer joins', row.level)]];
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
    [pen.run(`   ${drainText(row)}`)],
    ...(place === '' ? [] : [[pen.run(`   ${place}`)]]),
    ...partitionLines(view, row),
    ...memberLines(view, row),
  ];
};
