import type { Millis } from '../domain/base/fault.ts';
import type { DeclaredIncident, IncidentUpdate } from '../domain/incidents/declared-incident.ts';
import type { LinkedService } from '../domain/incidents/incident-event.ts';
import { postMortemDueAt } from './incident-clock.ts';

/** The newest update, unless it was posted. One that may have been posted is offered again: a person decides. */
export const unpostedUpdate = ({ updates }: DeclaredIncident): IncidentUpdate | undefined => {
  const latest = updates.at(-1);
  return latest?.posting === 'sent' ? undefined : latest;
};

const linkOf = ({ links }: DeclaredIncident, service: LinkedService): string =>
  links.findLast((link) => link.service === service)?.reference ?? '';

/** First message of the thread; '' while there is none. */
export const threadLink = (incident: DeclaredIncident): string => linkOf(incident, 'slack');
/** '#12'; '' while there is none. */
export const pageLink = (incident: DeclaredIncident): string => linkOf(incident, 'pagerduty');
/** '#7'; '' while there is none. */
export const issueLink = (incident: DeclaredIncident): string => linkOf(incident, 'github');

/** When a post-mortem is due that is not finished; undefined for an open incident, and for a finished one. */
export const duePostMortem = (incident: DeclaredIncident): Millis | undefined =>
  incident.postMortem === undefined ? postMortemDueAt(incident) : undefined;
