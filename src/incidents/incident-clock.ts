import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import type { SeverityModel } from '../domain/facts/severity.ts';
import type { DeclaredIncident } from '../domain/incidents/declared-incident.ts';
import type { Contact, EscalationLevel } from '../domain/profile/profile.ts';
import type { Runbook } from '../domain/runbooks/runbook.ts';
import { formatDuration, parseDuration } from '../domain/text/duration.ts';

/** A target with its time. `late`: missed, or met too late. */
export interface IncidentTarget {
  readonly title: string;
  readonly state: 'met' | 'pending' | 'late' | 'none';
  /** Wall-clock ms. Absent: the profile gives no duration. */
  readonly dueAt?: Millis;
  /** The time from which it counts, if it has one. */
  readonly from?: Millis;
  /** '4m left', 'acknowledged after 3m', '2m late', 'next business day'. */
  readonly text: string;
}

/** The work that a runbook proposes after a run. */
export type ProposingRunbook = Pick<Runbook, 'title' | 'after' | 'prevent'>;

export interface IncidentPlan {
  readonly severity?: SeverityModel;
  readonly escalation?: readonly EscalationLevel[];
  readonly contacts?: readonly Contact[];
  /** The runbooks of the profile, for what they propose after a run. */
  readonly runbooks?: readonly ProposingRunbook[];
}

/** A duration that the profile writes as text: 'immediately' is 0; undefined for 'next business day'. */
const durationOf = (text: string): Millis | undefined =>
  /^immediate/i.test(text) ? 0 : parseDuration(text.replace(/^[<≤]\s*/, ''));

const since = (ms: Millis): string => formatDuration(Math.max(0, Math.round(ms / 1000) * 1000));

/** A target that is due immediately is not late within the first minute. */
const graceMs = 60_000;

const isLateAt = (dueAt: Millis, now: Millis): boolean => now >= dueAt + graceMs;

/** '4m left', 'due now' or '2m late'. */
const remaining = (dueAt: Millis, now: Millis): string => {
  if (now < dueAt) return `${since(dueAt - now)} left`;
  return isLateAt(dueAt, now) ? `${since(now - dueAt)} late` : 'due now';
};

const target = (
  title: string,
  { limit, from, doneAt, done }: { limit: string; from: Millis; doneAt: Millis | undefined; done: string },
  now: Millis,
): IncidentTarget => {
  const limitMs = durationOf(limit);
  const dueAt = limitMs === undefined ? undefined : from + limitMs;
  const due = dueAt === undefined ? {} : { dueAt, from };
  if (doneAt !== undefined) {
    const isLate = dueAt !== undefined && isLateAt(dueAt, doneAt);
    const text = `${done} after ${since(doneAt - from)}${isLate ? `, target ${limit}` : ''}`;
    return { title, state: isLate ? 'late' : 'met', ...due, text };
  }
  if (dueAt === undefined) return { title, state: 'none', text: limit === '' ? 'no target' : limit };
  return { title, state: isLateAt(dueAt, now) ? 'late' : 'pending', ...due, text: remaining(dueAt, now) };
};

/** The first step that was not called, with its time. */
export interface NextEscalation {
  readonly step: EscalationLevel;
  /** The contact of the step; absent: the profile names none. */
  readonly contact?: Contact;
  /** Wall-clock ms. Absent: the profile gives no time. */
  readonly dueAt?: Millis;
}

/**
 * The next person to call; an acknowledgement answers for the first step. The time counts from the step before, or from the declaration for the first; `escalate` of the severity
 * is the time to the second step where that step has none of its own.
 */
export const nextEscalation = (
  incident: DeclaredIncident,
  { escalation = [], contacts = [], severity }: IncidentPlan,
): NextEscalation | undefined => {
  // Whoever acknowledged it is the first responder.
  const isCalled = ({ id }: EscalationLevel, nth: number): boolean =>
    id in incident.escalated || (nth === 0 && incident.acknowledgedAt !== undefined);
  const index = escalation.findIndex((step, nth) => !isCalled(step, nth));
  const step = escalation[index];
  if (step === undefined) return undefined;
  const before = escalation[index - 1];
  const from =
    before === undefined ? incident.declaredAt : (incident.escalated[before.id] ?? incident.declaredAt);
  const own = severity?.severities.find(({ id }) => id === incident.severity)?.escalate ?? '';
  const afterMs = index === 0 ? 0 : (step.afterMs ?? (index === 1 ? durationOf(own) : undefined));
  const contact = contacts.find(({ id }) => id === step.contact);
  return {
    step,
    ...defined({ contact }),
    ...(afterMs === undefined ? {} : { dueAt: from + afterMs }),
  };
};

/** Time until the next update for stakeholders is due, where the severity names none. */
const defaultUpdateEvery = '30m';

/** The targets of an incident, by the profile's severity and escalation path: acknowledge, next update, next escalation. */
export const incidentTargets = (
  incident: DeclaredIncident,
  plan: IncidentPlan,
  now: Millis,
): readonly IncidentTarget[] => {
  const severity = plan.severity?.severities.find(({ id }) => id === incident.severity);
  const { declaredAt, acknowledgedAt, updatedAt, resolvedAt } = incident;
  const acknowledge = target(
    'Acknowledge',
    { limit: severity?.respond ?? '', from: declaredAt, doneAt: acknowledgedAt, done: 'acknowledged' },
    now,
  );
  if (resolvedAt !== undefined)
    return [
      acknowledge,
      { title: 'Resolve', state: 'met', text: `resolved after ${since(resolvedAt - declaredAt)}` },
    ];
  const update = target(
    'Next update',
    {
      limit: severity?.updateEvery ?? defaultUpdateEvery,
      from: updatedAt ?? declaredAt,
      doneAt: undefined,
      done: '',
    },
    now,
  );
  const next = nextEscalation(incident, plan);
  if (next === undefined) return [acknowledge, update];
  const { step, dueAt } = next;
  const escalate: IncidentTarget =
    dueAt === undefined
      ? {
          title: `Escalate to ${step.title}`,
          state: 'none',
          text: step.when === '' ? 'no target' : step.when,
        }
      : {
          title: `Escalate to ${step.title}`,
          state: isLateAt(dueAt, now) ? 'late' : 'pending',
          dueAt,
          text: remaining(dueAt, now),
        };
  return [acknowledge, update, escalate];
};

/** Time after the resolution in which the post-mortem is due. Source: incident process of most runbooks, 48 h. */
const postMortemMs = 48 * 3_600_000;

/** When the post-mortem is due; undefined while the incident is open. */
export const postMortemDueAt = ({ resolvedAt }: DeclaredIncident): Millis | undefined =>
  resolvedAt === undefined ? undefined : resolvedAt + postMortemMs;
