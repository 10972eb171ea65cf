import { type DeclaredIncident, isOpenIncident } from '../../domain/incidents/declared-incident.ts';
import {
  type DeclaredStatus,
  type IncidentEvent,
  type IncidentField,
  incidentFields,
  incidentStatuses,
} from '../../domain/incidents/incident-event.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { isBlankText } from '../../domain/text/visible-text.ts';
import type { IncidentPlan } from '../../incidents/incident-clock.ts';
import { nextEscalation } from '../../incidents/incident-clock.ts';
import { didYouMean } from '../../profile/document/diagnostics.ts';
import { UsageError } from '../command/exit-code.ts';
import type { IncidentAction } from './flags.ts';
import type { IncidentCall } from './incident-records.ts';

const needText = (action: string, text: string): string => {
  if (isBlankText(text)) throw new UsageError(`missing text: opsdeck incident ${action} [ID] TEXT`);
  return text.trim();
};

const statusEvent = (text: string): IncidentEvent => {
  const [word = '', ...rest] = text.split(' ');
  const status = incidentStatuses.find(
    (incidentStatus): incidentStatus is DeclaredStatus => incidentStatus === word.toLowerCase(),
  );
  if (status === undefined)
    throw new UsageError(
      `${word === '' ? 'missing status of the incident' : `unknown incident status ${word}`}. Use one of ${incidentStatuses.join(', ')}`,
    );
  return { event: 'status', status, text: rest.join(' ') };
};

const fieldEvent = (text: string): IncidentEvent => {
  const [, name = '', value = ''] = /^([a-z]+)=(.*)$/s.exec(text) ?? [];
  const field = incidentFields.find(
    (incidentField): incidentField is IncidentField => incidentField === name,
  );
  if (field === undefined)
    throw new UsageError(
      `cannot set "${text}". Write FIELD=VALUE with one of the fields ${incidentFields.join(', ')}.`,
    );
  return { event: 'field', field, value };
};

/** The event of a command; some need the plan of the environment. */
export const incidentEventOf = (
  action: IncidentAction,
  { options }: IncidentCall,
  incident: DeclaredIncident,
  plan: IncidentPlan,
  text: string,
): IncidentEvent => {
  switch (action) {
    case 'ack':
      return { event: 'acknowledged' };
    case 'status':
      return statusEvent(text);
    case 'severity': {
      const ids = plan.severity?.severities.map(({ id }) => id) ?? [];
      const [severity = '', ...rest] = needText(action, text).split(' ');
      if (!ids.includes(severity))
        throw new UsageError(`unknown severity ${severity}. ${sentenceCase(didYouMean(severity, ids))}`);
      return { event: 'severity', severity, reason: options.reason ?? rest.join(' ') };
    }
    case 'set':
      return fieldEvent(text);
    case 'update':
      return { event: 'update', text: needText(action, text), to: options.to ?? '' };
    case 'escalate': {
      const next = nextEscalation(incident, plan);
      if (next === undefined)
        throw new UsageError(
          (plan.escalation ?? []).length === 0
            ? `cannot escalate ${incident.id}: the profile has no escalation path. Add one under escalation.`
            : `cannot escalate ${incident.id}: every step of the escalation path is recorded. Call the people of the last step again.`,
        );
      return { event: 'escalated', step: next.step.id, text };
    }
    case 'finish':
      if (isOpenIncident(incident))
        throw new UsageError(
          `${incident.id} is still open. Resolve the incident first: opsdeck incident status ${incident.id} resolved`,
        );
      return { event: 'post-mortem', file: needText(action, text) };
    case 'next-step':
      return { event: 'next-step', text: needText(action, text) };
    case 'action-item':
      return { event: 'action-item', text: needText(action, text), owner: options.owner ?? '' };
    default:
      return { event: 'note', text: needText(action, text) };
  }
};
