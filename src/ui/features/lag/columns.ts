import { ageText } from '../../../domain/duration.ts';
import { count, perSecond } from '../../../domain/format.ts';
import type { Column } from '../../components/table.ts';
import { howMany, most } from '../../panes/extremes.ts';
import { branchRuns } from '../../panes/tree.ts';
import type { Line } from '../../text/run.ts';
import type { GlyphName } from '../../theme/glyphs.ts';
import type { Role } from '../../theme/roles.ts';
import type { View } from '../../view.ts';
import type { LagRow } from './nodes.ts';

export const markOf = ({ stale, level }: LagRow): { readonly glyph: GlyphName; readonly role: Role } =>
  stale ? { glyph: 'stale', role: 'stale' } : { glyph: level, role: level };

const eta = ({ lag, motion, etaSeconds }: LagRow): string => {
  if (lag === 0 || lag === undefined) return '–';
  if (etaSeconds !== undefined) return ageText(1000 * etaSeconds);
  return motion === 'falling-behind' ? 'never' : '–';
};

/** Of a partition its member, of a topic how many have how many partitions, of a group how many there are. */
const membersOf = ({ fact, members, rows, branch }: LagRow): string => {
  if (fact !== undefined) return fact.member ?? '–';
  if (members === undefined) return '–';
  if (members === 0) return 'none';
  if (branch?.depth === 0) return count(members);
  const holders = new Set(rows.flatMap((row) => row.fact.member ?? []));
  return `${holders.size === 0 ? '–' : holders.size} on ${rows.length}`;
};

const name = ({ pen }: View, brief: boolean, total: number): Column<LagRow> => ({
  // The pane's title stands over its first letters.
  head: brief ? '' : '         group/topic/partition',
  width: 18,
  grow: 4,
  cell: (row): Line => {
    const { glyph, role } = markOf(row);
    const lead: Line = [pen.glyph(glyph, role), pen.run(' '), ...branchRuns(pen, row.branch)];
    return [...lead, pen.run(row.name, row.level === 'ok' ? 'plain' : 'bold')];
  },
  folded: (rows) => [pen.glyph('ok', 'ok'), pen.run(`   ${howMany(rows.length, total, 'group')}`)],
});

const right = (
  { pen }: View,
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

/** Every column; what a narrow overview has no room for is left out. */
export const lagColumns = (view: View, brief: boolean, total: number): readonly Column<LagRow>[] => {
  const { pen, now } = view;
  const head = (text: string): string => (brief ? '' : text);
  return [
    name(view, brief, total),
    {
      head: head('MEMBERS'),
      width: 11,
      grow: 1,
      hideBelow: 84,
      cell: (row) => pen.run(membersOf(row), row.stale ? 'stale' : 'plain'),
    },
    right(view, head('LAG'), 10, (row) => count(row.lag), {
      folded: (rows) => pen.run(`≤${count(most(rows.map(({ lag }) => lag)))}`),
    }),
    right(view, head('RATE'), 9, (row) => perSecond(row.rate)),
    {
      head: head('VERDICT'),
      width: 16,
      cell: (row): Line => [pen.run(row.verdict, row.stale ? 'stale' : markOf(row).role)],
    },
    right(view, head('ETA'), 8, eta, { hideBelow: 64 }),
    right(view, head('SINCE'), 8, ({ since }) => (since === undefined ? '–' : ageText(now - since)), {
      hideBelow: 78,
    }),
  ];
};
