import type { DeclaredIncident, TimelineLine } from '../../../domain/declared-incident.ts';
import { formatAge } from '../../../domain/duration.ts';
import { formatClockTime } from '../../../domain/format.ts';
import { type IncidentTarget, incidentTargets, nextEscalation } from '../../../incidents/incident-clock.ts';
import type { Column } from '../../components/table.ts';
import { boundKey } from '../../keys/bound-keys.ts';
import { defineKindPane } from '../../panes/define-pane.ts';
import type { PaneRow } from '../../panes/pane-row.ts';
import { compareByLabel } from '../../panes/ranking.ts';
import { hiddenRowsLines, type RowCounts } from '../../panes/status-lines.ts';
import type { RenderContext } from '../../render-context.ts';
import { formatDate } from '../../text/format.ts';
import { helpSeparator, type StyledLine } from '../../text/line.ts';
import { incidentPaneKeys, incidentPlan, presentIncident } from './incident-keys.ts';

interface TimelineRow extends PaneRow {
  readonly line: TimelineLine;
}

const rowsOf = new WeakMap<DeclaredIncident, readonly TimelineRow[]>();

/** The timeline of the present incident, newest first. Incidents are immutable, so their rows are cached. */
const timelineRows = ({ cockpit }: RenderContext): readonly TimelineRow[] => {
  const incident = presentIncident(cockpit);
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
        text: `${line.word} ${line.text} ${line.who}`,
        line,
      }),
    )
    .toReversed();
  rowsOf.set(incident, rows);
  return rows;
};

const dayMs = 86_400_000;

/** '10:02:03', or '04 Mar 10:02' for another day. Times of a record are wall-clock times. */
const timeText = ({ now, wallOffset }: RenderContext, at: number): string =>
  Math.floor(at / dayMs) === Math.floor((now + wallOffset) / dayMs)
    ? formatClockTime(at)
    : formatDate(at).slice(4, 16);

const columns = (view: RenderContext): readonly Column<TimelineRow>[] => {
  const { pen } = view;
  return [
    {
      head: '',
      name: 'TIME',
      required: true,
      width: 13,
      cell: ({ line }) => pen.run(timeText(view, line.at), 'faint'),
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

const targetStyle = { met: 'ok', pending: 'plain', late: 'crit', none: 'faint' } as const;

const targetRuns = ({ pen }: RenderContext, { title, state, text }: IncidentTarget): StyledLine => [
  pen.run('   '),
  state === 'late'
    ? pen.glyph('crit', 'crit')
    : state === 'met'
      ? pen.glyph('ok', 'ok')
      : pen.run('·', 'faint'),
  pen.run(` ${title}: `, 'faint'),
  pen.run(text, targetStyle[state]),
];

/** Severity, status, fields and targets of the incident, above its timeline. */
const incidentHead = (view: RenderContext, incident: DeclaredIncident): readonly StyledLine[] => {
  const { pen, cockpit, now, wallOffset, columns: width } = view;
  const wall = now + wallOffset;
  const plan = incidentPlan(cockpit);
  const { id, severity, severityReason, status, title, impact, cause, commander, resolvedAt, declaredAt } =
    incident;
  const age = formatAge((resolvedAt ?? wall) - declaredAt);
  const next = resolvedAt === undefined ? nextEscalation(incident, plan) : undefined;
  const contact = next?.contact;
  const fields = [
    severityReason === '' ? '' : `severity: ${severityReason}`,
    impact === '' ? '' : `impact: ${impact}`,
    cause === '' ? '' : `cause: ${cause}`,
    commander === '' ? '' : `commander: ${pen.maskField(commander, 'user')}`,
    contact === undefined ? '' : `call next: ${pen.maskField(contact.name, 'user')} ${contact.reach}`.trim(),
  ].filter((text) => text !== '');
  return [
    [
      pen.run(` ${id} `, 'bold'),
      pen.run(severity === '' ? 'no severity' : severity, resolvedAt === undefined ? 'crit' : 'plain'),
      pen.run(` ${status}`, 'bold'),
      pen.run(` · ${resolvedAt === undefined ? `open ${age}` : `resolved after ${age}`} · `),
      pen.run(title),
    ],
    ...fields.flatMap((text) =>
      pen.wrap(text, width - 4).map((piece): StyledLine => [pen.run(`   ${piece}`, 'faint')]),
    ),
    ...incidentTargets(incident, plan, wall).map((target) => targetRuns(view, target)),
  ];
};

const statusLines = (view: RenderContext, count: RowCounts): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  const incident = presentIncident(cockpit);
  if (incident !== undefined) return [...incidentHead(view, incident), ...hiddenRowsLines(view, count)];
  if (cockpit.incidents === undefined)
    return [[pen.run(' '), pen.glyph('none', 'loading'), pen.run(' Loading incidents', 'loading')]];
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

/** INCIDENT: the open incident with its targets and timeline. */
export const incidentPane = defineKindPane<TimelineRow>({
  id: 'incident',
  title: 'INCIDENT',
  noun: 'entries',
  keys: incidentPaneKeys,
  statusLines,
  inputs: ({ cockpit, now }) => [cockpit.incidents, cockpit.open, Math.floor(now / 1000)],
  rows: timelineRows,
  order: 'newest first',
  orders: [{ name: 'by event', compare: compareByLabel }],
  hasLevels: false,
  table: columns,
  details: ({ pen, columns: width }, { line }) => [
    [
      pen.run(` ${line.word}`, 'bold'),
      pen.run(line.who === '' ? '' : `  ${pen.maskField(line.who, 'user')}`, 'faint'),
    ],
    ...pen.wrap(line.text, width - 4).map((piece): StyledLine => [pen.run(`   ${piece}`)]),
  ],
});
