import { defined } from '../../domain/base/defined.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { field, list, number, requiredList, text, parseRfc3339 as time } from '../kit/values/wire-value.ts';

/**
 * Objects of the REST API v2, and their parsers. Source: PagerDuty, REST API v2, OpenAPI description of 2026-08-14
 * (github.com/PagerDuty/api-schema, reference/REST/openapiv3.json).
 */
export type PagerdutyStatus = 'triggered' | 'acknowledged' | 'resolved';

/** An incident. Times are ms since the epoch by PagerDuty's clock. */
export interface Incident {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly status: PagerdutyStatus;
  readonly urgency: string;
  /** '' without one. */
  readonly priority: string;
  readonly service: string;
  readonly policy: string;
  readonly team: string;
  readonly createdAt?: number;
  readonly resolvedAt?: number;
  /** The last one who changed the status: a person, a service, an integration. */
  readonly changedBy: string;
  /** True: that was a person, not a service or an integration. */
  readonly isChangedByPerson: boolean;
  readonly assigned: readonly string[];
  readonly acknowledged: readonly { readonly by: string; readonly at?: number }[];
}

/** A person on call. */
export interface OnCallEntry {
  readonly name: string;
  readonly email: string;
  readonly policy: string;
  readonly escalationLevel: number;
  readonly schedule: string;
  readonly start?: number;
  readonly end?: number;
}

/** A line of a list that is read on demand. */
export interface TitledText {
  readonly title: string;
  readonly text: string;
}

const malformed = (what: string): WireError =>
  new WireError('malformed', `the response of PagerDuty is not ${what}. Check token and url of the source`);

/** The name that a reference shows: every object has a `summary`. */
const summaryOf = (value: unknown): string => text(field(value, 'summary')) ?? '';

const summaries = (value: unknown): readonly string[] =>
  list(value)
    .map(summaryOf)
    .filter((name) => name !== '');

const isStatus = (status: unknown): status is PagerdutyStatus =>
  status === 'triggered' || status === 'acknowledged' || status === 'resolved';

/** Parses an incident. Throws `malformed` without an id, a number or a known status. */
export const parseIncident = (body: unknown): Incident => {
  const id = text(field(body, 'id'));
  const incidentNumber = number(field(body, 'incident_number'));
  const status = field(body, 'status');
  if (id === undefined || incidentNumber === undefined || !isStatus(status)) throw malformed('an incident');
  return {
    id,
    number: incidentNumber,
    title: text(field(body, 'title')) ?? summaryOf(body),
    status,
    urgency: text(field(body, 'urgency')) ?? '',
    priority: summaryOf(field(body, 'priority')),
    service: summaryOf(field(body, 'service')),
    policy: summaryOf(field(body, 'escalation_policy')),
    team: summaries(field(body, 'teams'))[0] ?? '',
    ...defined({
      createdAt: time(field(body, 'created_at')),
      resolvedAt: time(field(body, 'resolved_at')),
    }),
    changedBy: summaryOf(field(body, 'last_status_change_by')),
    // An unknown type counts as a person: only monitoring says that a condition is false.
    isChangedByPerson: !/^(?:service|integration|\w*_inbound_integration)(?:_reference)?$/.test(
      text(field(field(body, 'last_status_change_by'), 'type')) ?? '',
    ),
    assigned: list(field(body, 'assignments'))
      .map((value) => summaryOf(field(value, 'assignee')))
      .filter((name) => name !== ''),
    acknowledged: list(field(body, 'acknowledgements')).map((value) => ({
      by: summaryOf(field(value, 'acknowledger')),
      ...defined({ at: time(field(value, 'at')) }),
    })),
  };
};

/** Parses an entry of /oncalls. Throws `malformed` without a person or a level. */
export const parseOnCall = (body: unknown): OnCallEntry => {
  const user = field(body, 'user');
  const name = summaryOf(user);
  const escalationLevel = number(field(body, 'escalation_level'));
  if (name === '' || escalationLevel === undefined) throw malformed('a person on call');
  return {
    name,
    email: text(field(user, 'email')) ?? '',
    policy: summaryOf(field(body, 'escalation_policy')),
    escalationLevel,
    schedule: summaryOf(field(body, 'schedule')),
    ...defined({ start: time(field(body, 'start')), end: time(field(body, 'end')) }),
  };
};

/** Parses the objects below `name` in a page of a list. Throws `malformed` when they are not a list. */
export const parsePage = (
  body: unknown,
  name: string,
): { readonly items: readonly unknown[]; readonly hasMore: boolean } => {
  const items = field(body, name);
  if (!Array.isArray(items)) throw malformed(`a list of ${name}`);
  return { items, hasMore: field(body, 'more') === true };
};

/** 'level 1: Ana Ruiz, Daily Rotation · level 2 after 30 min: Ben Okafor' */
export const policyLine = (body: unknown): TitledText => {
  let minutes = 0;
  const levels = requiredList(field(body, 'escalation_rules'), 'escalation_rules').map((rule, index) => {
    const after = minutes === 0 ? '' : ` after ${minutes} min`;
    minutes += number(field(rule, 'escalation_delay_in_minutes')) ?? 0;
    return `level ${index + 1}${after}: ${summaries(field(rule, 'targets')).join(', ') || 'no target'}`;
  });
  return { title: text(field(body, 'name')) ?? summaryOf(body), text: levels.join(' · ') || 'no levels' };
};

/** 'active · escalation policy Platform · acknowledgement expires after 30 min' */
export const serviceLine = (body: unknown): TitledText => {
  const seconds = number(field(body, 'acknowledgement_timeout'));
  const parts = [
    text(field(body, 'status')) ?? 'unknown status',
    `escalation policy ${summaryOf(field(body, 'escalation_policy')) || 'none'}`,
    seconds === undefined ? '' : `the acknowledgement expires after ${Math.round(seconds / 60)} min`,
    `id ${text(field(body, 'id')) ?? 'unknown'}`,
  ];
  return {
    title: text(field(body, 'name')) ?? summaryOf(body),
    text: parts.filter((part) => part !== '').join(' · '),
  };
};

/** 'ongoing until 2026-03-04T12:00:00.000Z · Checkout, Billing · by Ana Ruiz'. `now`: wall-clock ms. */
export const windowLine = (body: unknown, now: number): TitledText => {
  const start = time(field(body, 'start_time'));
  const end = time(field(body, 'end_time'));
  const until = end === undefined ? '' : ` until ${new Date(end).toISOString()}`;
  const state =
    start === undefined
      ? `the window has no start time${until}`
      : start > now
        ? `starts ${new Date(start).toISOString()}${until}`
        : `ongoing${until}`;
  const by = summaryOf(field(body, 'created_by'));
  const parts = [state, summaries(field(body, 'services')).join(', '), by === '' ? '' : `by ${by}`];
  return {
    title: summaryOf(body) || 'maintenance window',
    text: parts.filter((part) => part !== '').join(' · '),
  };
};

/** Parses the texts of the notes of an incident, in their order. Throws `malformed` when they are not a list. */
export const parseNotes = (body: unknown): readonly string[] =>
  parsePage(body, 'notes').items.map((note) => text(field(note, 'content')) ?? '');

/** The message of an error: 'Invalid Input Provided: Requester User Not Found'. */
export const errorText = (body: unknown): string => {
  const error = field(body, 'error');
  const details = list(field(error, 'errors')).flatMap((value) => text(value) ?? []);
  return [text(field(error, 'message')) ?? text(error) ?? text(field(body, 'message')) ?? '', ...details]
    .filter((part) => part !== '')
    .join(': ');
};
