import {
  type DeclaredIncident,
  type DeclaredStatus,
  type IncidentEvent,
  incidentStatuses,
  isOpenIncident,
} from '../../../domain/declared-incident.ts';
import { severityEvidence } from '../../../incidents/evidence.ts';
import { type IncidentPlan, nextEscalation } from '../../../incidents/incident-clock.ts';
import { suggestSeverity } from '../../../incidents/suggest-severity.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Binding, KeyContext } from '../../panes/pane.ts';
import { liveContext } from '../../render-context.ts';
import { timeTravelBlockedReason } from '../time-travel/past-context.ts';

/** The incident that keys act on: the newest open one, else the newest. */
export const presentIncident = ({ incidents = [] }: CockpitState): DeclaredIncident | undefined =>
  incidents.findLast(isOpenIncident) ?? incidents.at(-1);

/** Severities, escalation path and contacts of the open environment. */
export const incidentPlan = ({ open }: CockpitState): IncidentPlan => ({
  ...(open?.severity === undefined ? {} : { severity: open.severity }),
  ...(open?.escalation === undefined ? {} : { escalation: open.escalation }),
  contacts: open?.contacts ?? [],
});

const openIncident = ({ view }: KeyContext): DeclaredIncident | undefined =>
  liveContext(view).cockpit.incidents?.findLast(isOpenIncident);

const noIncident = (context: KeyContext): string | undefined =>
  openIncident(context) === undefined ? 'no open incident: press ! to declare one' : undefined;

const blocked = (context: KeyContext): string | undefined =>
  timeTravelBlockedReason(context.view) ?? noIncident(context);

/** 'P1: alert HighErrorRate is firing'; '' where no finding gives a severity. */
const suggestionText = ({ view }: KeyContext): string => {
  const { snapshot } = view.own ?? {};
  if (snapshot === undefined) return '';
  const suggested = suggestSeverity(view.cockpit.open?.severity, severityEvidence(snapshot));
  return suggested === undefined ? '' : `${suggested.severity.id}: ${suggested.reason}`;
};

type IncidentDialog = 'incident' | 'incident-note' | 'incident-status' | 'incident-update';

const ask = ({ model, view }: KeyContext, why: IncidentDialog, run: string, about: string): void =>
  model.setState({ overlay: { is: 'words', why, run, about, text: '', over: view.ui.overlay } });

/** The status after the present one. */
const nextStatus = ({ status }: DeclaredIncident): DeclaredStatus =>
  incidentStatuses[incidentStatuses.indexOf(status) + 1] ?? 'resolved';

/** `!`: declares an incident, or adds a note to the open one. */
export const incidentKey: Binding = {
  id: 'incident',
  keys: ['!'],
  description: 'declare an incident, or add a note to the open one',
  footer: 'incident',
  footerMinColumns: 100,
  whyNot: ({ view }) =>
    view.cockpit.open === undefined ? 'no environment is open yet' : timeTravelBlockedReason(view),
  run: (context) => {
    const incident = openIncident(context);
    if (incident !== undefined)
      return ask(context, 'incident-note', incident.id, `${incident.id} ${incident.title}`);
    const suggested = suggestionText(context);
    ask(context, 'incident', '', suggested === '' ? 'no finding gives a severity' : `severity ${suggested}`);
  },
};

const add = (context: KeyContext, event: IncidentEvent): void => {
  const incident = openIncident(context);
  if (incident !== undefined) context.commands.addToIncident(incident.id, event);
};

/** Keys of INCIDENT. */
export const incidentPaneKeys: readonly Binding[] = [
  {
    id: 'incident.ack',
    keys: ['a'],
    description: 'acknowledge the incident',
    footer: 'acknowledge',
    whyNot: (context) =>
      blocked(context) ??
      (openIncident(context)?.acknowledgedAt === undefined ? undefined : 'the incident is acknowledged'),
    run: (context) => add(context, { event: 'acknowledged' }),
  },
  {
    id: 'incident.status',
    keys: ['t'],
    description: 'set the next status: identified, monitoring, resolved',
    footer: 'status',
    whyNot: blocked,
    run: (context) => {
      const incident = openIncident(context);
      if (incident !== undefined)
        ask(
          context,
          'incident-status',
          incident.id,
          `${incident.id} ${incident.status} → ${nextStatus(incident)}`,
        );
    },
  },
  {
    id: 'incident.update',
    keys: ['i'],
    description: 'record an update for stakeholders',
    footer: 'update',
    whyNot: blocked,
    run: (context) => {
      const incident = openIncident(context);
      if (incident !== undefined)
        ask(context, 'incident-update', incident.id, `${incident.id} ${incident.title}`);
    },
  },
  {
    id: 'incident.escalate',
    keys: ['E'],
    description: 'record that the next step of the escalation path was called',
    footer: 'escalate',
    whyNot: (context) => {
      const no = blocked(context);
      const incident = openIncident(context);
      if (no !== undefined || incident === undefined) return no;
      return nextEscalation(incident, incidentPlan(context.view.cockpit)) === undefined
        ? 'no step of the escalation path is left'
        : undefined;
    },
    run: (context) => {
      const incident = openIncident(context);
      const next = incident && nextEscalation(incident, incidentPlan(context.view.cockpit));
      if (next === undefined) return;
      add(context, { event: 'escalated', step: next.step.id, text: '' });
      context.notify(`escalated to ${next.step.title}`);
    },
  },
];

/** Carries out what a dialog about an incident was given. */
export const giveToIncident = (
  { commands, view }: KeyContext,
  why: IncidentDialog,
  id: string,
  text: string,
): void => {
  const incident = liveContext(view).cockpit.incidents?.find((one) => one.id === id);
  if (why === 'incident') commands.declareIncident(text);
  else if (why === 'incident-note') commands.addToIncident(id, { event: 'note', text });
  else if (why === 'incident-update') commands.addToIncident(id, { event: 'update', text, to: '' });
  else if (incident !== undefined)
    commands.addToIncident(id, { event: 'status', status: nextStatus(incident), text });
};
