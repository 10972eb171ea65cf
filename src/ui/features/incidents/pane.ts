import { type DeclaredIncident, isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
import type { TimelineLine } from '../../../domain/incidents/incident-event.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import type { Column } from '../../kit/components/table.ts';
import { formatTimeOrDate } from '../../kit/text/format.ts';
import { fitWords, helpSeparator, justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { ProblemExplanation } from '../../shell/contract/features.ts';
import { paneState } from '../../shell/contract/model.ts';
import type { PaneForm, PaneRow } from '../../shell/contract/pane-row.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { DetailRoom } from '../../shell/panes/pane-spec.ts';
import { compareByLabel } from '../../shell/panes/ranking.ts';
import { hiddenRowsLines, type RowCounts } from '../../shell/panes/status-lines.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { viewSituation } from '../../shell/state/view-situation.ts';
import { rollBackKey } from '../findings/what-changed.ts';
import { shownIncident } from './chosen-incident.ts';
import { fieldsBelowStrip, incidentHead, postMortemLines } from './head.ts';
import { incidentPaneKeys } from './incident-keys.ts';

interface TimelineRow extends PaneRow {
  readonly line: TimelineLine;
}

const rowsOf = new WeakMap<DeclaredIncident, readonly TimelineRow[]>();

/** The timeline of the present incident, newest first. Incidents are immutable, so their rows are cached. */
const timelineRows = (view: RenderContext): readonly TimelineRow[] => {
  const incident = shownIncident(view);
  if (incident === undefined) return [];
  const known = rowsOf.get(incident);
  if (known !== undefined) return known;
  const rows = incident.timeline
    .map(
      (line, index): TimelineRow => ({
        key: `${incident.id} ${index} ${line.at} ${line.word}`,
        // A timeline is history: its levels are those of their time, and no findings.
        level: 'ok',
        label: `${line.word} ${line.text}`,
        text: [line.word, line.text, line.who, ...(line.details ?? [])].join(' '),
        line,
      }),
    )
    .toReversed();
  rowsOf.set(incident, rows);
  return rows;
};

/** Width of a table that has a column for the kind of each entry. */
const roomyFrom = 90;

/** Its level, its kind where no column has it, and its text. */
const entryCell = ({ pen }: RenderContext, { line }: TimelineRow, hasWord: boolean): StyledLine => {
  // The text of a change of level says that it is one, and that of an alert begins with its word.
  const isSaid = line.word === 'level' || line.text.startsWith(`${line.word} `);
  const word = hasWord && !isSaid ? line.word : '';
  return [
    line.level === 'ok' ? pen.run(hasWord ? '  ' : '') : pen.glyph(line.level, line.level),
    pen.run(line.level === 'ok' ? '' : ' '),
    pen.run(word === '' ? '' : `${word} `, line.who === '' ? 'faint' : 'bold'),
    // The mark has the level: a timeline in colors says nothing.
    pen.run(line.text),
    pen.run(line.details === undefined ? '' : `  ${pluralize(line.details.length, 'line')}`, 'faint'),
  ];
};

/** The entry in a column of its own, with its author at its end. */
const entryWithAuthor = (view: RenderContext, row: TimelineRow, width: number): StyledLine => {
  const { pen } = view;
  const who = pen.run(pen.maskField(row.line.who, 'user'), 'faint');
  const author = who.text === '' ? [] : [pen.run('  '), who];
  const entry = fitWords(entryCell(view, row, true), width - lineWidth(author), 'plain', pen.ellipsis);
  return justifyLine(entry, author, width, 'plain', pen.ellipsis);
};

/** Cells of the time and of the margins in a narrow timeline. */
const besideEntry = 10;
const leastEntryCells = 24;

const columns = (view: RenderContext, _: PaneForm, width: number): readonly Column<TimelineRow>[] => {
  const { pen } = view;
  const isRoomy = width >= roomyFrom;
  const event: Column<TimelineRow> = {
    head: 'EVENT',
    required: true,
    width: 19,
    cell: ({ line }) => pen.run(line.word, line.who === '' ? 'plain' : 'bold'),
  };
  const time: Column<TimelineRow> = {
    head: 'TIME',
    required: true,
    width: isRoomy ? 13 : 8,
    cell: ({ line }) => pen.run(formatTimeOrDate(line.at, wallNow(view)), 'faint'),
  };
  if (!isRoomy) {
    const cells = Math.max(leastEntryCells, width - besideEntry);
    return [
      time,
      {
        ...{ head: 'EVENT', required: true, width: leastEntryCells, grow: 1 },
        cell: (row) => entryWithAuthor(view, row, cells),
      },
    ];
  }
  return [
    time,
    event,
    {
      ...{ head: 'TEXT', required: true, width: leastEntryCells, grow: 4 },
      cell: (row) => entryCell(view, row, false),
    },
    {
      ...{ head: 'BY', width: 16, grow: 1 },
      cell: ({ line }) => pen.run(pen.maskField(line.who, 'user'), 'faint'),
    },
  ];
};

const statusLines = (view: RenderContext, count: RowCounts): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  if (cockpit.incidents === undefined)
    return [[pen.run(' '), pen.glyph('none', 'loading'), pen.run(' Loading incidents', 'loading')]];
  if (shownIncident(view) !== undefined) return [...postMortemLines(view), ...hiddenRowsLines(view, count)];
  const key = boundKey(cockpit, 'incident', '!');
  return [
    [
      pen.run(' '),
      pen.glyph('empty', 'loading'),
      pen.run(' No incident declared', 'loading'),
      pen.run(`${helpSeparator}${key} declares one`, 'loading'),
    ],
  ];
};

/** The whole entry, with its lines. */
const entryLines = ({ pen, columns: width }: RenderContext, line: TimelineLine): readonly StyledLine[] => [
  [
    pen.run(` ${line.word}`, 'bold'),
    pen.run(line.who === '' ? '' : `  ${pen.maskField(line.who, 'user')}`, 'faint'),
  ],
  ...pen.wrap(line.text, width - 4).map((piece): StyledLine => [pen.run(`   ${piece}`)]),
  ...(line.details ?? []).flatMap((text) =>
    pen.wrap(text, width - 6).map((piece): StyledLine => [pen.run(`     ${piece}`, 'faint')]),
  ),
];

/** The share of the width that the timeline takes beside the worst problem. */
const timelineShare = 0.45;

/** True while an incident is open: what is wrong now belongs to it, and is explained beside its timeline. */
const isExplained = (view: RenderContext): boolean => {
  const incident = shownIncident(view);
  return view.own !== undefined && incident !== undefined && isOpenIncident(incident);
};

const isOpened = ({ ui }: RenderContext): boolean => paneState(ui, 'incident').opened;

const detailTitle = (view: RenderContext, { line }: TimelineRow): ProblemExplanation['title'] => {
  const { pen } = view;
  if (isOpened(view))
    return {
      name: [pen.run(line.word, 'bold')],
      note: [pen.run(formatTimeOrDate(line.at, wallNow(view)), 'faint')],
    };
  const worst = view.features.explainWorst(view);
  if (worst !== undefined) return worst.title;
  // Without a finding, only the situation knows whether everything has been read.
  const { level = 'unknown', brief = 'Nothing is known', isLoading } = viewSituation(view) ?? {};
  const glyph = isLoading === true ? pen.glyph('loading', 'loading') : pen.glyph(level, level);
  return { name: [glyph, pen.run(` ${brief}`, 'bold')], note: [] };
};

/** Explains the worst problem, or the opened entry, and below it the fields of the incident that the strip has no room for. */
const renderDetail = (
  view: RenderContext,
  { line }: TimelineRow,
  { width, height, paneWidth }: DetailRoom,
): readonly StyledLine[] => {
  const fields = fieldsBelowStrip(view, paneWidth);
  const own = fields.length === 0 ? [] : [[], ...fields];
  const room = Math.max(0, height - own.length);
  const lines = isOpened(view)
    ? entryLines(view, line).slice(1)
    : (view.features.explainWorst(view)?.lines(view, { width, height: room }) ?? []);
  return [...lines.slice(0, room), ...own];
};

/** Incident: the open incident with its targets and timeline. */
export const incidentPane = defineKindPane<TimelineRow>({
  id: 'incident',
  title: 'Incident',
  noun: 'entries',
  keys: [...incidentPaneKeys, rollBackKey],
  head: incidentHead,
  statusLines,
  rows: timelineRows,
  order: 'newest first',
  followsNewest: true,
  orders: [{ name: 'by event', compare: compareByLabel }],
  hasLevels: false,
  table: columns,
  details: (view, { line }, opened) => (opened ? entryLines(view, line) : []),
  isFramed: isExplained,
  beside: {
    mirrored: { share: timelineShare },
    isShown: isExplained,
    title: detailTitle,
    lines: renderDetail,
  },
});
