import { ageText } from '../../../domain/duration.ts';
import type { Column } from '../../components/table.ts';
import { least } from '../../panes/worst-first.ts';
import type { Line, Run } from '../../text/run.ts';
import { widthOf } from '../../text/width.ts';
import type { GlyphName } from '../../theme/glyphs.ts';
import type { Role } from '../../theme/roles.ts';
import type { View } from '../../view.ts';
import { type AlertRow, alertRows, otherLabels, showsEnvironments } from './rows.ts';

/** How a row is marked: what is quiet, or seen too long ago, has marks of its own. */
export const markOf = ({
  row,
  level,
  quiet,
}: AlertRow): { readonly glyph: GlyphName; readonly role: Role } => {
  if (row.stale) return { glyph: 'stale', role: 'stale' };
  return quiet ? { glyph: 'off', role: 'stale' } : { glyph: level, role: level };
};

/** What is quiet or old is dimmed as a whole. */
const roleOf = ({ row, quiet }: AlertRow, role: Role = 'plain'): Role =>
  row.stale || quiet ? 'stale' : role;

const stateColumn = ({ pen }: View): Column<AlertRow> => ({
  head: '',
  width: 12,
  cell: (row): Line => {
    const { glyph, role } = markOf(row);
    return [pen.glyph(glyph, role), pen.run(` ${row.fact.state.toUpperCase()}`, role)];
  },
  folded: () => [pen.glyph('off', 'stale'), pen.run(' quiet', 'stale')],
});

/** '2 silenced · 1 inhibited' of those that were folded. */
const foldedStates = (rows: readonly AlertRow[]): string =>
  [...Map.groupBy(rows, ({ fact }) => fact.state)]
    .map(([state, members]) => `${members.length} ${state}`)
    .join(' · ');

/** Room for the longest of some texts, within bounds. */
const roomFor = (
  view: View,
  of: (row: AlertRow) => string,
  bounds: { least: number; most: number },
): number => {
  const longest = Math.max(0, ...alertRows(view).map((row) => widthOf(of(row))));
  return Math.max(bounds.least, Math.min(bounds.most, longest + 2));
};

const nameColumn = (view: View): Column<AlertRow> => ({
  head: '',
  width: Math.max(
    20,
    Math.min(32, Math.max(0, ...alertRows(view).map(({ fact }) => widthOf(fact.name))) + 2),
  ),
  cell: (row) => view.pen.run(row.fact.name, roleOf(row, row.level === 'ok' ? 'plain' : 'bold')),
  folded: (rows) => view.pen.run(`${rows.length} more`, 'stale'),
});

const text = (
  { pen }: View,
  head: string,
  width: number,
  of: (row: AlertRow) => string,
  more: Partial<Column<AlertRow>> = {},
): Column<AlertRow> => ({
  head,
  width,
  cell: (row): Run => pen.run(of(row) === '' ? '–' : of(row), of(row) === '' ? 'faint' : roleOf(row)),
  ...more,
});

const forColumn = ({ pen, now }: View, head: string): Column<AlertRow> => ({
  head,
  width: 8,
  align: 'right',
  cell: (row) => pen.run(row.since === undefined ? '–' : ageText(now - row.since), roleOf(row)),
  folded: (rows) => {
    const newest = least(rows.map(({ since }) => (since === undefined ? undefined : now - since)));
    return pen.run(newest === undefined ? '' : `≥${ageText(newest)}`, 'stale');
  },
});

/** What it says, and what there is to do about it. */
const saidColumn = ({ pen }: View, grow: number): Column<AlertRow> => ({
  head: '',
  width: 16,
  grow,
  folded: (rows) => pen.run(foldedStates(rows), 'stale'),
  cell: (row): Line => {
    const says = row.fact.summary === '' ? '' : `${row.fact.summary} · `;
    if (row.quiet) return [pen.run(row.fact.summary, 'stale')];
    if (row.env !== '') return [pen.run(row.fact.summary, roleOf(row))];
    return row.runbook === undefined
      ? [pen.run(says, roleOf(row)), pen.run('no runbook', 'faint')]
      : [pen.run(`${says}runbook ${row.runbook}`, roleOf(row))];
  },
});

/** On a narrower screen names are short, so that what an alert is about is not left out. */
const roomy = 90;

const about = (row: AlertRow): string => row.about;
const owner = (row: AlertRow): string => row.owner;

/** Among other panes. */
export const briefColumns = (view: View): readonly Column<AlertRow>[] => [
  stateColumn(view),
  nameColumn(view),
  text(view, '', roomFor(view, about, { least: 8, most: 24 }), about, { hideBelow: 90 }),
  forColumn(view, ''),
  saidColumn(view, 1),
];

const environment = (view: View): readonly Column<AlertRow>[] => {
  if (!showsEnvironments(view)) return [];
  const of = ({ env }: AlertRow): string => (env === '' ? (view.cockpit.open?.env ?? '') : env);
  return [text(view, 'ENV', roomFor(view, of, { least: 6, most: 12 }), of)];
};

/** What its label says and what its system calls it, where these are two: 'critical · P1', or where room is short the latter. */
const degreeOf = ({ fact, severity }: AlertRow, isNarrow: boolean): string => {
  if (severity === undefined || severity.id.toLowerCase() === fact.severity.toLowerCase())
    return fact.severity;
  return isNarrow || fact.severity === '' ? severity.id : `${fact.severity} · ${severity.id}`;
};

/** Alone: the environment where there are several, severity, owner and the other labels too. */
export const fullColumns = (view: View): readonly Column<AlertRow>[] => {
  const isNarrow = view.columns < roomy;
  const degree = (row: AlertRow): string => degreeOf(row, isNarrow);
  const name = nameColumn(view);
  const aboutCells = roomFor(view, about, { least: 8, most: isNarrow ? 12 : 24 });
  const said = saidColumn(view, 2);
  return [
    stateColumn(view),
    ...environment(view),
    text(
      view,
      'SEVERITY',
      roomFor(view, degree, { least: 10, most: 18 }),
      degree,
      showsEnvironments(view) ? { hideBelow: 90 } : {},
    ),
    { ...name, head: 'ALERT', width: isNarrow ? Math.min(22, name.width) : name.width, keepsEnd: () => true },
    text(view, 'ABOUT', aboutCells, about, { keepsEnd: () => true }),
    text(view, 'OWNER', roomFor(view, owner, { least: 7, most: 14 }), owner, { hideBelow: roomy }),
    forColumn(view, 'FOR'),
    isNarrow ? { ...said, width: 12 } : said,
    text(view, 'LABELS', 24, (row) => otherLabels(row.fact, view.pen.maskField).join(' '), {
      grow: 1,
      hideBelow: 130,
    }),
  ];
};
