import { type DeclaredIncident, isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
import { isUnfilledContact } from '../../../domain/profile/profile.ts';
import { formatAge, formatDuration } from '../../../domain/text/duration.ts';
import { type IncidentTarget, incidentTargets, nextEscalation } from '../../../incidents/incident-clock.ts';
import { duePostMortem, unpostedUpdate } from '../../../incidents/incident-progress.ts';
import { fitLine, justifyLine, lineWidth, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { incidentPlan, openIncidents, shownIncident } from './chosen-incident.ts';

/** 'P1 High'; 'no severity'. */
const severityText = ({ cockpit }: RenderContext, { severity }: DeclaredIncident): string => {
  if (severity === '') return 'no severity';
  const title = cockpit.open?.severity?.severities.find(({ id }) => id === severity)?.title ?? '';
  return title === severity ? severity : `${severity} ${title}`.trim();
};

const statusRole = ({ status }: DeclaredIncident): TextRole =>
  status === 'resolved' ? 'ok' : status === 'monitoring' ? 'warn' : 'crit';

const clockText = (view: RenderContext, { resolvedAt, declaredAt }: DeclaredIncident): string =>
  resolvedAt === undefined
    ? `open ${formatAge(wallNow(view) - declaredAt)}`
    : `resolved after ${formatAge(resolvedAt - declaredAt)}`;

/** 'INC-7  P1 High  INVESTIGATING  Orders fail                   open 12m' */
const titleLine = (view: RenderContext, incident: DeclaredIncident, width: number): StyledLine => {
  const { pen } = view;
  const right: StyledLine = [pen.run(clockText(view, incident), isOpenIncident(incident) ? 'bold' : 'plain')];
  return justifyLine(
    [
      pen.run(` ${incident.id}  `, 'bold'),
      pen.run(severityText(view, incident), isOpenIncident(incident) ? 'crit' : 'plain'),
      pen.run('  '),
      pen.run(incident.status.toUpperCase(), statusRole(incident)),
      pen.run(incident.isDrill ? '  DRILL' : '', 'warn'),
      pen.run('  '),
      pen.run(incident.title, 'bold'),
    ],
    [pen.run('  '), ...right, pen.run(' ')],
    width,
    'plain',
    pen.ellipsis,
  );
};

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

/** Two fields on a line where there is room; empty ones are then shown too, because they are asked for. */
const fieldLines = (
  view: RenderContext,
  incident: DeclaredIncident,
  width: number,
): readonly StyledLine[] => {
  const { pen } = view;
  const user = (name: string): string => (name === '' ? '' : pen.maskField(name, 'user'));
  const fields: readonly (readonly [string, string])[] = [
    ['severity', incident.severityReason],
    ['impact', incident.impact],
    ['services', incident.services],
    ['commander', user(incident.commander)],
    ['cause', incident.cause],
    ['next step', incident.nextSteps.at(-1) ?? ''],
    ['eta', incident.eta],
    ['scribe', user(incident.scribe)],
  ];
  const wantedTexts = ['impact', 'services', 'commander'];
  const shown = fields.filter(([label, text]) => text !== '' || wantedTexts.includes(label));
  if (width < roomy) return shown.map(([label, text]) => field(view, label, text, 'plain'));
  const half = Math.floor(width / 2);
  return Array.from({ length: Math.ceil(shown.length / 2) }, (_, row): StyledLine => {
    const left = shown[2 * row];
    const right = shown[2 * row + 1];
    return [left, right].flatMap((pair) =>
      pair === undefined
        ? []
        : [...fitLine(field(view, pair[0], pair[1], 'plain'), half, 'plain', pen.ellipsis)],
    );
  });
};

/** Minimum width for two fields on a line. */
const roomy = 100;

const targetRole = { met: 'ok', pending: 'plain', late: 'crit', none: 'faint' } as const;

const targetRuns = ({ pen }: RenderContext, { title, state, text }: IncidentTarget): StyledLine => [
  state === 'late'
    ? pen.glyph('crit', 'crit')
    : state === 'met'
      ? pen.glyph('ok', 'ok')
      : pen.run('·', 'faint'),
  pen.run(` ${title}: `, 'faint'),
  pen.run(text, targetRole[state]),
];

/** The contact of the next step of the escalation path: 'Ana Ruiz +1-555-0123'. */
const nextContact = (view: RenderContext, incident: DeclaredIncident): string => {
  const next = nextEscalation(incident, incidentPlan(view.cockpit));
  if (next?.contact === undefined) return '';
  const { name, reach } = next.contact;
  return `${view.pen.maskField(name, 'user')} ${isUnfilledContact(reach) ? '(no contact details)' : reach}`.trim();
};

/** The targets, as many on a line as fit. */
const targetLines = (
  view: RenderContext,
  incident: DeclaredIncident,
  width: number,
): readonly StyledLine[] => {
  const { pen } = view;
  const plan = incidentPlan(view.cockpit);
  const call = isOpenIncident(incident) ? nextContact(view, incident) : '';
  const pieces = [
    ...incidentTargets(incident, plan, wallNow(view)).map((target) => targetRuns(view, target)),
    ...(call === '' ? [] : [[pen.run('call next: ', 'faint'), pen.run(call)]]),
    ...postMortemRuns(view, incident),
  ];
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
        ? `the latest update may have been posted: check the channel (${key})`
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

/** The lines above the timeline of the shown incident: severity, status, clock, targets, fields. The first ones matter most. */
export const incidentHead = (view: RenderContext): readonly StyledLine[] => {
  const incident = shownIncident(view);
  if (incident === undefined) return [];
  const width = view.columns;
  return [
    titleLine(view, incident, width),
    ...targetLines(view, incident, width),
    ...fieldLines(view, incident, width),
    ...linkLine(view, incident),
    ...othersLine(view, incident),
  ];
};

/** Post-mortems that are not finished, of incidents that are not shown: 'INC-3 Orders fail: post-mortem overdue by 4h'. */
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
        pen.run(` ${incident.id} ${incident.title}: post-mortem `, 'faint'),
        dueRun(view, dueAt),
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
