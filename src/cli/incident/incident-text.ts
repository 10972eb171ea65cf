import type { DeclaredIncident } from '../../domain/incidents/declared-incident.ts';
import { formatAge, formatDuration } from '../../domain/text/duration.ts';
import { type IncidentPlan, incidentTargets, nextEscalation } from '../../incidents/incident-clock.ts';
import { duePostMortem } from '../../incidents/incident-progress.ts';

const orDash = (text: string): string => (text === '' ? '–' : text);

/** An incident for a terminal: fields, then the targets with their times. */
export const showLines = (incident: DeclaredIncident, plan: IncidentPlan, now: number): readonly string[] => {
  const { id, title, severity, severityReason, status, impact, cause, commander, services, eta } = incident;
  const age = formatAge((incident.resolvedAt ?? now) - incident.declaredAt);
  const next = nextEscalation(incident, plan);
  const contact = next?.contact === undefined ? '' : `${next.contact.name} ${next.contact.reach}`.trim();
  return [
    `${id}  ${orDash(severity)}  ${status}  ${incident.resolvedAt === undefined ? `open ${age}` : `resolved after ${age}`}  ${incident.system}/${incident.env}${incident.isDrill ? '  DRILL' : ''}`,
    `  title      ${title}`,
    `  severity   ${orDash(severity)}${severityReason === '' ? '' : `: ${severityReason}`}`,
    `  impact     ${orDash(impact)}`,
    `  services   ${orDash(services)}`,
    `  commander  ${orDash(commander)}`,
    `  cause      ${orDash(cause)}`,
    ...(eta === '' ? [] : [`  eta        ${eta}`]),
    ...incidentTargets(incident, plan, now).map(
      (incidentTarget) =>
        `  ${incidentTarget.state === 'late' ? '✗' : incidentTarget.state === 'met' ? '✓' : '·'} ${incidentTarget.title}: ${incidentTarget.text}`,
    ),
    ...(postMortemText(incident, now) === '' ? [] : [`  due        ${postMortemText(incident, now)}`]),
    ...(incident.postMortem === undefined ? [] : [`  post-mortem ${incident.postMortem}`]),
    ...(contact === '' || incident.resolvedAt !== undefined ? [] : [`  call next  ${contact}`]),
    ...incident.links.map(({ service, reference, url }) =>
      `  ${service.padEnd(9)}  ${reference} ${url}`.trimEnd(),
    ),
  ];
};

/** 'post-mortem overdue by 4h'; '' where none is due. */
const postMortemText = (incident: DeclaredIncident, now: number): string => {
  const dueAt = duePostMortem(incident);
  if (dueAt === undefined) return '';
  const left = Math.round((dueAt - now) / 60_000) * 60_000;
  return left >= 0
    ? `the post-mortem is due in ${formatDuration(left)}`
    : `the post-mortem is overdue by ${formatDuration(-left)}`;
};

/** One line per incident. */
export const listLines = (incidents: readonly DeclaredIncident[], now: number): readonly string[] =>
  incidents.map((incident) => {
    const { id, severity, status, declaredAt, resolvedAt, system, env, title } = incident;
    const due = postMortemText(incident, now);
    return [
      id.padEnd(8),
      orDash(severity).padEnd(5),
      status.padEnd(13),
      formatAge((resolvedAt ?? now) - declaredAt).padEnd(6),
      `${system}/${env}`.padEnd(24),
      title,
      ...(due === '' ? [] : [` ${due}`]),
    ].join(' ');
  });
