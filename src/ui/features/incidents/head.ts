import { type DeclaredIncident, isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
import { formatAge, formatDuration } from '../../../domain/text/duration.ts';
import { type IncidentTarget, incidentTargets } from '../../../incidents/incident-clock.ts';
import { duePostMortem, unpostedUpdate } from '../../../incidents/incident-progress.ts';
import { fitLine, fitWords, lineWidth, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { viewSituation } from '../../shell/state/view-situation.ts';
import { incidentPlan, openIncidents, shownIncident } from './chosen-incident.ts';
import type { LabeledText } from './incident-texts.ts';
import { clockPieces, incidentTitle, stripAbove, stripFields } from './strip.ts';

/** The other open incidents, and the key that shows them. */
const othersLine = (view: RenderContext, shown: DeclaredIncident): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  const others = openIncidents(cockpit).filter(({ id }) => id !== shown.id);
  if (others.length === 0) return [];
  const names = others.map(({ id, severity, status, title }) =>
    [id, severity, status, title].filter((part) => part !== '').join(' '),
  );
  const key = boundKey(cockpit, 'incident.next', ']');
  return [[pen.run(` ${key} also open: `, 'faint'), pen.run(names.join(' · '))]];
};

const labelCells = 11;

const field = ({ pen }: RenderContext, label: string, text: string, role: TextRole): StyledLine => [
  pen.run(`   ${label.padEnd(labelCells)}`, 'faint'),
  pen.run(text === '' ? '–' : text, text === '' ? 'faint' : role),
];

/** The fields that the strip has no room for, two on a line where there is room; empty ones are then shown too, because they are asked for. */
const fieldLines = (
  view: RenderContext,
  incident: DeclaredIncident,
  inStrip: number,
): readonly StyledLine[] => {
  const { pen, columns: width } = view;
  const others: readonly LabeledText[] = [
    { label: 'severity', text: incident.severityReason },
    { label: 'cause', text: incident.cause },
    { label: 'next step', text: incident.nextSteps.at(-1) ?? '' },
    { label: 'eta', text: incident.eta },
  ];
  const shown = [...stripFields(view, incident).slice(inStrip), ...others.filter(({ text }) => text !== '')];
  if (width < roomy) return shown.map(({ label, text }) => field(view, label, text, 'plain'));
  const half = Math.floor(width / 2);
  return Array.from({ length: Math.ceil(shown.length / 2) }, (_, row): StyledLine => {
    const pair = [shown[2 * row], shown[2 * row + 1]];
    return pair.flatMap((entry) =>
      entry === undefined
        ? []
        : [...fitLine(field(view, entry.label, entry.text, 'plain'), half, 'plain', pen.ellipsis)],
    );
  });
};

/** Minimum width for two fields on a line. */
const roomy = 100;

/** The targets that the strip has no room for, as many on a line as fit. */
const targetLines = (
  view: RenderContext,
  incident: DeclaredIncident,
  inStrip: number,
): readonly StyledLine[] => {
  const { pen, columns: width } = view;
  const pieces = [...clockPieces(view, incident, false).slice(inStrip), ...postMortemRuns(view, incident)];
  const lines: StyledRun[][] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && lineWidth([...last, ...piece]) + 3 <= width)
      last.push(pen.run('   '), ...piece);
    else lines.push([pen.run('   '), ...piece]);
  }
  return lines;
};

/** 'Post-mortem: due in 2d', 'overdue by 4h', or where it is. Nothing while the incident is open. */
const postMortemRuns = (view: RenderContext, incident: DeclaredIncident): readonly StyledLine[] => {
  const { pen } = view;
  if (incident.postMortem !== undefined)
    return [[pen.glyph('ok', 'ok'), pen.run(' Post-mortem: ', 'faint'), pen.run(incident.postMortem)]];
  const dueAt = duePostMortem(incident);
  return dueAt === undefined ? [] : [[pen.run('Post-mortem: ', 'faint'), dueRun(view, dueAt)]];
};

const dueRun = (view: RenderContext, dueAt: number): StyledRun => {
  const left = Math.round((dueAt - wallNow(view)) / 60_000) * 60_000;
  return left >= 0
    ? view.pen.run(`due in ${formatDuration(left)}`)
    : view.pen.run(`overdue by ${formatDuration(-left)}`, 'crit');
};

/** 'slack 1772…, pagerduty #12; the latest update is not posted' */
const linkLine = (view: RenderContext, incident: DeclaredIncident): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  const links = incident.links.map(({ service, reference }) => `${service} ${reference}`).join(' · ');
  const update = cockpit.open?.incidentResponse?.updates === undefined ? undefined : unpostedUpdate(incident);
  const key = boundKey(cockpit, 'incident.report', 'O');
  const pending =
    update === undefined
      ? ''
      : update.posting === 'unknown'
        ? `the latest update may already be posted: check the channel (${key})`
        : `the latest update is not posted (${key})`;
  return links === '' && pending === ''
    ? []
    : [
        [
          pen.run(`   ${'linked'.padEnd(labelCells)}`, 'faint'),
          pen.run(links === '' ? '–' : links, links === '' ? 'faint' : 'plain'),
          ...(pending === ''
            ? []
            : [pen.run('   '), pen.glyph('warn', 'warn'), pen.run(` ${pending}`, 'warn')]),
        ],
      ];
};

/** The situation that the strip takes the place of: '✗ broker is down  – answers 503'. */
const situationLine = (view: RenderContext, width: number): readonly StyledLine[] => {
  const situation = viewSituation(view);
  if (situation === undefined) return [];
  const { pen } = view;
  const { level, brief, fact } = situation;
  const line = [
    pen.run(' '),
    pen.glyph(level, level),
    pen.run(` ${brief}`, level === 'ok' ? 'plain' : level),
    pen.run(fact === '' ? '' : `  – ${fact}`),
  ];
  return [fitWords(line, width - 1, 'plain', pen.ellipsis)];
};

/**
 * The targets, fields and links of the shown incident that its strip has no room for. The first ones matter most. `paneWidth`: the cells
 * of the pane, whose part the columns of `view` may be.
 */
export const fieldsBelowStrip = (view: RenderContext, paneWidth: number): readonly StyledLine[] => {
  const incident = shownIncident(view);
  if (incident === undefined) return [];
  const above = stripAbove({ ...view, columns: paneWidth }, incident);
  return [
    ...targetLines(view, incident, above?.clocks ?? 0),
    ...fieldLines(view, incident, above?.fields ?? 0),
    ...linkLine(view, incident),
    ...othersLine(view, incident),
  ];
};

/** The lines above the timeline of the shown incident: the situation, or without a strip its title, and what the strip has no room for. */
export const incidentHead = (view: RenderContext): readonly StyledLine[] => {
  const incident = shownIncident(view);
  if (incident === undefined) return [];
  const width = view.columns;
  return [
    ...(stripAbove(view, incident) === undefined
      ? [[view.pen.run(' '), ...incidentTitle(view, incident, width - 1)]]
      : situationLine(view, width)),
    ...fieldsBelowStrip(view, width),
  ];
};

/** Post-mortems that are not finished, of incidents that are not shown: 'INC-3: post-mortem overdue by 4h  Orders fail'. */
export const postMortemLines = (view: RenderContext): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  const shown = shownIncident(view)?.id;
  return (cockpit.incidents ?? []).flatMap((incident): readonly StyledLine[] => {
    const dueAt = incident.id === shown ? undefined : duePostMortem(incident);
    if (dueAt === undefined) return [];
    const isLate = dueAt < wallNow(view);
    return [
      [
        pen.run(' '),
        isLate ? pen.glyph('crit', 'crit') : pen.run('·', 'faint'),
        pen.run(` ${incident.id}: post-mortem `, 'faint'),
        dueRun(view, dueAt),
        // A list beside a detail has room for its beginning.
        pen.run(`  ${incident.title}`, 'faint'),
      ],
    ];
  });
};

const shortTitles: Readonly<Record<string, string>> = { Acknowledge: 'ack', 'Next update': 'update' };

/** The most urgent target: a late one, else the next one that is due. */
const urgent = (view: RenderContext, incident: DeclaredIncident): IncidentTarget | undefined => {
  const open = incidentTargets(incident, incidentPlan(view.cockpit), wallNow(view)).filter(
    ({ state }) => state === 'late' || state === 'pending',
  );
  const isOpenTarget = ({ title }: IncidentTarget): boolean =>
    title !== 'Acknowledge' || incident.acknowledgedAt === undefined;
  return open.filter(isOpenTarget).toSorted((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))[0];
};

/** Cells that the header line leaves for other texts. */
const minBeside = 8;

/**
 * Renders 'INC-7 P1 investigating 12m · update 2m late · +1' for the header, as much as `room` cells allow. Empty without an
 * open incident.
 */
export const incidentSummary = (view: RenderContext, room: number): StyledLine => {
  const incident = shownIncident(view);
  const open = openIncidents(view.cockpit);
  const shown = incident !== undefined && isOpenIncident(incident) ? incident : open.at(-1);
  if (shown === undefined || view.past !== undefined) return [];
  const { pen } = view;
  const name = [pen.run([shown.id, shown.severity].filter((part) => part !== '').join(' '), 'bold')];
  const target = urgent(view, shown);
  const due: StyledLine =
    target === undefined
      ? []
      : [
          pen.run(' · '),
          pen.run(
            `${shortTitles[target.title] ?? 'escalate'} ${target.text}`,
            target.state === 'late' ? 'crit' : 'plain',
          ),
        ];
  const more: StyledLine = open.length > 1 ? [pen.run(` · +${open.length - 1}`, 'crit')] : [];
  const status: StyledLine = [pen.run(` ${shown.status} ${formatAge(wallNow(view) - shown.declaredAt)}`)];
  const late: StyledLine = target?.state === 'late' ? [pen.run(' '), pen.glyph('crit', 'crit')] : [];
  const forms = [
    [...name, ...status, ...due, ...more],
    [...name, ...due, ...more],
    [...name, ...late, ...more],
    [...name, ...late],
  ];
  return forms.find((form) => lineWidth(form) + minBeside <= room) ?? name;
};
