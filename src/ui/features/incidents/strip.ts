import type { Level } from '../../../domain/facts/level.ts';
import { type DeclaredIncident, isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
import { type IncidentTarget, incidentTargets, nextEscalation } from '../../../incidents/incident-clock.ts';
import { renderGauge } from '../../kit/components/gauge.ts';
import { fitWords, justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import type { SummaryStrip } from '../../shell/contract/summary-strip.ts';
import { hasPanelSides, isSmallScreen } from '../../shell/layout/screen-size.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { incidentPlan, shownIncident } from './chosen-incident.ts';
import {
  clockText,
  type LabeledText,
  nextContact,
  severityText,
  statusRole,
  targetRuns,
} from './incident-texts.ts';

/** Cells of the rail at the left, and of the indentation below the title. */
const indent = 3;
const gap = 3;
/** Cells of the bar of a clock. */
const barCells = 12;

/** A row of the strip in pieces: those that fit whole, and the number of them. */
const fittingPieces = (
  { pen }: RenderContext,
  pieces: readonly StyledLine[],
  room: number,
): { readonly line: StyledLine; readonly count: number } => {
  const line: StyledLine[number][] = [];
  let count = 0;
  for (const piece of pieces) {
    const between = count === 0 ? 0 : gap;
    if (lineWidth(line) + between + lineWidth(piece) > room) break;
    line.push(pen.run(' '.repeat(between)), ...piece);
    count++;
  }
  return { line, count };
};

/** The fields of the strip, in the order in which they give way from the end. */
export const stripFields = (view: RenderContext, incident: DeclaredIncident): readonly LabeledText[] => {
  const user = (name: string): string => (name === '' ? '' : view.pen.maskField(name, 'user'));
  const scribe: readonly LabeledText[] =
    incident.scribe === '' ? [] : [{ label: 'scribe', text: user(incident.scribe) }];
  return [
    { label: 'commander', text: user(incident.commander) },
    ...scribe,
    { label: 'impact', text: incident.impact },
    { label: 'services', text: incident.services },
  ];
};

const fieldPiece = ({ pen }: RenderContext, { label, text }: LabeledText): StyledLine => [
  pen.run(`${label} `, 'faint'),
  text === '' ? pen.run('–', 'faint') : pen.run(text, 'bold'),
];

/** The share of the time of a target that has passed, as a bar; nothing where it has no time or is answered. */
const barOf = (view: RenderContext, { state, from, dueAt }: IncidentTarget): StyledLine => {
  if (state !== 'pending' || from === undefined || dueAt === undefined || dueAt <= from) return [];
  const share = (wallNow(view) - from) / (dueAt - from);
  return [view.pen.run(' '), ...renderGauge(view.pen, share, barCells, 'ok')];
};

/** The clocks with their bars, and who is called next. */
export const clockPieces = (
  view: RenderContext,
  incident: DeclaredIncident,
  hasBars: boolean,
): readonly StyledLine[] => {
  const { pen } = view;
  const plan = incidentPlan(view.cockpit);
  const targets = incidentTargets(incident, plan, wallNow(view));
  const call = isOpenIncident(incident) ? nextContact(view, nextEscalation(incident, plan)) : '';
  return [
    ...targets.map((target) => [...targetRuns(view, target), ...(hasBars ? barOf(view, target) : [])]),
    ...(call === '' ? [] : [[pen.run('call next: ', 'faint'), pen.run(call)]]),
  ];
};

const keyNames = [
  ['incident.ack', 'a', 'acknowledge'],
  ['incident.status', 't', 'status'],
  ['incident.update', 'i', 'update'],
  ['incident.fields', 'f', 'fields'],
  ['incident.escalate', 'E', 'escalate'],
  ['incident', '!', 'note'],
  ['incident.report', 'O', 'report'],
] as const;

const keysLine = ({ pen, cockpit }: RenderContext): StyledLine =>
  keyNames.flatMap(([id, usual, name], index) => [
    pen.run(index === 0 ? '' : ' '.repeat(gap)),
    pen.run(boundKey(cockpit, id, usual), 'key'),
    pen.run(` ${name}`),
  ]);

const levelOf = ({ status }: DeclaredIncident): Level =>
  status === 'resolved' ? 'ok' : status === 'monitoring' ? 'warn' : 'crit';

/** True if the strip has room: not on a small screen. */
const hasStrip = (view: RenderContext): boolean => view.ui.place === 'incident' && !isSmallScreen(view);

/** The parts of the shown incident that the strip has room for; the pane below has the others. */
interface StripParts {
  readonly lines: readonly StyledLine[];
  /** The number of fields and of clocks in it. */
  readonly fields: number;
  readonly clocks: number;
}

/** 'INC-7  P1 High  Orders fail                INVESTIGATING  open 12m' */
export const incidentTitle = (view: RenderContext, incident: DeclaredIncident, room: number): StyledLine => {
  const { pen } = view;
  const isOpen = isOpenIncident(incident);
  return justifyLine(
    [
      pen.run(`${incident.id}  `, isOpen ? 'crit' : 'bold'),
      pen.run(severityText(view, incident), isOpen ? 'crit' : 'plain'),
      pen.run(incident.isDrill ? '  DRILL' : '', 'warn'),
      pen.run('  '),
      pen.run(incident.title, 'bold'),
    ],
    [
      pen.run('  '),
      pen.run(incident.status.toUpperCase(), statusRole(incident)),
      pen.run(`  ${clockText(view, incident)} `, isOpen ? 'bold' : 'plain'),
    ],
    room,
    'plain',
    pen.ellipsis,
  );
};

/** The shown incident in four rows, without borders three: title, people and impact, clocks, keys. */
const stripParts = (view: RenderContext, incident: DeclaredIncident): StripParts => {
  const { pen, columns } = view;
  const isRoomy = hasPanelSides(view);
  const room = columns - indent - 3;
  const fields = fittingPieces(
    view,
    stripFields(view, incident).map((field) => fieldPiece(view, field)),
    room,
  );
  const clocks = fittingPieces(view, clockPieces(view, incident, isRoomy), room);
  const below = [fields.line, clocks.line, ...(isRoomy && isOpenIncident(incident) ? [keysLine(view)] : [])];
  const rail = pen.glyph('rail', levelOf(incident));
  return {
    lines: [
      [rail, pen.run(' '), ...incidentTitle(view, incident, columns - 2)],
      ...below.map((line) => [
        rail,
        pen.run(' '.repeat(indent)),
        ...fitWords(line, room, 'plain', pen.ellipsis),
      ]),
    ],
    fields: fields.count,
    clocks: clocks.count,
  };
};

/** Cells of the screen beside the inner side of a pane. */
const besidePane = 2;

/** The content of the strip, for the pane below it, whose `view` has the columns of its inner side; undefined without a strip. */
export const stripAbove = (view: RenderContext, incident: DeclaredIncident): StripParts | undefined => {
  const screen = { ...view, columns: view.columns + besidePane };
  return hasStrip(screen) ? stripParts(screen, incident) : undefined;
};

/** The strip in place of the situation while Incident is open; undefined without an incident, and on a small screen. */
export const incidentStrip = (view: RenderContext): SummaryStrip | undefined => {
  const incident = hasStrip(view) ? shownIncident(view) : undefined;
  if (incident === undefined) return undefined;
  const { lines } = stripParts(view, incident);
  // Without ages: a screen reader would read them again each second.
  const spoken = [
    `incident ${incident.id}`,
    severityText(view, incident),
    incident.status,
    incident.title,
    ...stripFields(view, incident).flatMap(({ label, text }) => (text === '' ? [] : [`${label} ${text}`])),
    ...incidentTargets(incident, incidentPlan(view.cockpit), wallNow(view)).flatMap(({ title, state }) =>
      state === 'late' ? [`${title}: late`] : [],
    ),
  ];
  return { level: levelOf(incident), lines, spoken: view.pen.run(spoken.join(', ')).text };
};
