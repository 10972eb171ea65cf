import type { DeclaredIncident } from '../../../domain/incidents/declared-incident.ts';
import type { TimelineLine } from '../../../domain/incidents/incident-event.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import type { Column } from '../../kit/components/table.ts';
import { formatTimeOrDate } from '../../kit/text/format.ts';
import { helpSeparator, type StyledLine } from '../../kit/text/line.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { compareByLabel } from '../../shell/panes/ranking.ts';
import { hiddenRowsLines, type RowCounts } from '../../shell/panes/status-lines.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { shownIncident } from './chosen-incident.ts';
import { incidentHead, postMortemLines } from './head.ts';
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

const columns = (view: RenderContext): readonly Column<TimelineRow>[] => {
  const { pen } = view;
  return [
    {
      head: 'TIME',
      required: true,
      width: 13,
      cell: ({ line }) => pen.run(formatTimeOrDate(line.at, wallNow(view)), 'faint'),
    },
    {
      head: 'EVENT',
      required: true,
      width: 19,
      cell: ({ line }) => pen.run(line.word, line.who === '' ? 'plain' : 'bold'),
    },
    {
      head: 'TEXT',
      required: true,
      width: 24,
      grow: 4,
      cell: ({ line }) => [
        line.level === 'ok' ? pen.run('') : pen.glyph(line.level, line.level),
        pen.run(`${line.level === 'ok' ? '' : ' '}${line.text}`, line.level === 'ok' ? 'plain' : line.level),
        pen.run(line.details === undefined ? '' : `  ${pluralize(line.details.length, 'line')}`, 'faint'),
      ],
    },
    {
      head: 'BY',
      width: 16,
      grow: 1,
      hideBelow: 90,
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

/** Incident: the open incident with its targets and timeline. */
export const incidentPane = defineKindPane<TimelineRow>({
  screenInputs: ({ incident }) => [incident],
  id: 'incident',
  title: 'Incident',
  noun: 'entries',
  keys: incidentPaneKeys,
  head: incidentHead,
  statusLines,
  inputs: ({ cockpit, ui, now }) => [cockpit.incidents, cockpit.open, ui.incident, Math.floor(now / 1000)],
  rows: timelineRows,
  order: 'newest first',
  followsNewest: true,
  orders: [{ name: 'by event', compare: compareByLabel }],
  hasLevels: false,
  table: columns,
  details: ({ pen, columns: width }, { line }, opened) =>
    opened
      ? [
          [
            pen.run(` ${line.word}`, 'bold'),
            pen.run(line.who === '' ? '' : `  ${pen.maskField(line.who, 'user')}`, 'faint'),
          ],
          ...pen.wrap(line.text, width - 4).map((piece): StyledLine => [pen.run(`   ${piece}`)]),
          ...(line.details ?? []).flatMap((text) =>
            pen.wrap(text, width - 6).map((piece): StyledLine => [pen.run(`     ${piece}`, 'faint')]),
          ),
        ]
      : [],
});
