import { defined } from '../../../domain/base/defined.ts';
import {
  type Handler,
  okJson,
  type ParsedRequest,
  parseBody,
  type ServerReply,
} from '../http/http-server.ts';
import {
  type IncidentStore,
  type Reference,
  type SimulatedIncident,
  simulatedPolicy,
  simulatedSchedule,
  simulatedServices,
  simulatedUsers,
} from './store.ts';

/** An error of the REST API. Source: PagerDuty, REST API v2, OpenAPI description: components.responses.Conflict. */
const failed = (status: number, code: number, message: string, errors?: readonly string[]): ServerReply => ({
  status,
  json: { error: { message, code, ...defined({ errors }) } },
});

const notFound = failed(404, 2100, 'Not Found');

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

const reference = (type: string, { id, summary }: Reference, host: string) => ({
  id,
  type: `${type}_reference`,
  summary,
  self: `http://${host}/${type}s/${id}`,
  html_url: `https://example.pagerduty.com/${type}s/${id}`,
});

/** The fields of GET /incidents that opsdeck reads, in the form of the API. */
const incidentJson = (incident: SimulatedIncident, host: string) => {
  const { id, number, title, status, urgency, key, createdAt, resolvedAt, changedBy, priority } = incident;
  return {
    id,
    type: 'incident',
    summary: `[#${number}] ${title}`,
    self: `http://${host}/incidents/${id}`,
    html_url: `https://example.pagerduty.com/incidents/${id}`,
    incident_number: number,
    title,
    created_at: iso(createdAt),
    updated_at: iso(resolvedAt ?? createdAt),
    status,
    incident_key: key,
    service: reference('service', incident.service, host),
    assignments:
      status === 'resolved'
        ? []
        : incident.assigned.map((user) => ({ at: iso(createdAt), assignee: reference('user', user, host) })),
    assigned_via: 'escalation_policy',
    last_status_change_at: iso(resolvedAt ?? createdAt),
    resolved_at: resolvedAt === undefined ? null : iso(resolvedAt),
    escalation_policy: reference('escalation_policy', simulatedPolicy, host),
    teams: [],
    pending_actions: [],
    acknowledgements: incident.acknowledgements.map(({ at, by }) => ({
      at: iso(at),
      acknowledger: reference('user', by, host),
    })),
    last_status_change_by: reference(
      changedBy === undefined ? 'service' : 'user',
      changedBy ?? incident.service,
      host,
    ),
    priority: priority === undefined ? null : reference('priority', priority, host),
    urgency,
  };
};

/** A page of a list, in the classic pagination. */
const page = (name: string, items: readonly unknown[], { query }: ParsedRequest): ServerReply => {
  const limit = Math.min(100, Number(query.get('limit') ?? 25));
  const offset = Number(query.get('offset') ?? 0);
  return okJson({
    [name]: items.slice(offset, offset + limit),
    limit,
    offset,
    more: offset + limit < items.length,
    total: null,
  });
};

const listIncidents = (store: IncidentStore, ask: ParsedRequest): ServerReply => {
  const { query, host } = ask;
  const statuses = query.getAll('statuses[]');
  const services = query.getAll('service_ids[]');
  const since = Date.parse(query.get('since') ?? '');
  const key = query.get('incident_key');
  const items = store.incidents.filter(
    (incident) =>
      (statuses.length === 0 || statuses.includes(incident.status)) &&
      (services.length === 0 || services.includes(incident.service.id)) &&
      (Number.isNaN(since) || incident.createdAt >= since) &&
      (key === null || key === incident.key),
  );
  return page(
    'incidents',
    items.map((item) => incidentJson(item, host)),
    ask,
  );
};

const part = (body: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> => {
  const value = body[name];
  return typeof value === 'object' && value !== null ? { ...value } : {};
};

const updateIncident = (
  store: IncidentStore,
  incident: SimulatedIncident,
  ask: ParsedRequest,
): ServerReply => {
  const { status } = part(parseBody(ask.body), 'incident');
  if (status !== 'acknowledged' && status !== 'resolved')
    return failed(400, 2001, 'Invalid Input Provided', ['Status is not valid']);
  if (incident.status === 'resolved')
    return failed(400, 2001, 'Invalid Input Provided', ['Incident Already Resolved']);
  store.setStatus(incident, status, simulatedUsers.ana);
  return okJson({ incident: incidentJson(incident, ask.host) });
};

const notesJson = ({ notes }: SimulatedIncident, host: string) =>
  notes.map(({ id, content, at }) => ({
    id,
    user: reference('user', simulatedUsers.ana, host),
    content,
    created_at: iso(at),
  }));

const addNote = (store: IncidentStore, incident: SimulatedIncident, ask: ParsedRequest): ServerReply => {
  const { content } = part(parseBody(ask.body), 'note');
  if (typeof content !== 'string' || content === '')
    return failed(400, 2001, 'Invalid Input Provided', ["Content can't be blank"]);
  store.note(incident, content);
  return { status: 201, json: { note: notesJson(incident, ask.host).at(-1) } };
};

const incidentPages = (
  store: IncidentStore,
  [id, below, ...rest]: readonly string[],
  ask: ParsedRequest,
): ServerReply => {
  if (id === undefined) return ask.method === 'GET' ? listIncidents(store, ask) : notFound;
  const incident = store.find(id);
  if (incident === undefined || rest.length > 0) return notFound;
  if (below === 'notes')
    return ask.method === 'POST'
      ? addNote(store, incident, ask)
      : okJson({ notes: notesJson(incident, ask.host) });
  if (below !== undefined) return notFound;
  return ask.method === 'PUT'
    ? updateIncident(store, incident, ask)
    : okJson({ incident: incidentJson(incident, ask.host) });
};

const hour = 3_600_000;

/** Ana is on call for eight hours from the start, Ben always. */
const onCalls = ({ startedAt }: IncidentStore, host: string) => [
  {
    user: { ...reference('user', simulatedUsers.ana, host), type: 'user', email: simulatedUsers.ana.email },
    schedule: reference('schedule', simulatedSchedule, host),
    escalation_policy: reference('escalation_policy', simulatedPolicy, host),
    escalation_level: 1,
    start: iso(startedAt),
    end: iso(startedAt + 8 * hour),
  },
  {
    user: { ...reference('user', simulatedUsers.ben, host), type: 'user', email: simulatedUsers.ben.email },
    schedule: null,
    escalation_policy: reference('escalation_policy', simulatedPolicy, host),
    escalation_level: 2,
    start: null,
    end: null,
  },
];

const serviceJson = (service: Reference, host: string) => ({
  ...reference('service', service, host),
  type: 'service',
  name: service.summary,
  status: 'active',
  auto_resolve_timeout: 14_400,
  acknowledgement_timeout: 1800,
  escalation_policy: reference('escalation_policy', simulatedPolicy, host),
});

const policyJson = (host: string) => ({
  ...reference('escalation_policy', simulatedPolicy, host),
  type: 'escalation_policy',
  name: simulatedPolicy.summary,
  escalation_rules: [
    {
      id: 'PRULE1',
      escalation_delay_in_minutes: 30,
      targets: [reference('schedule', simulatedSchedule, host)],
    },
    { id: 'PRULE2', escalation_delay_in_minutes: 30, targets: [reference('user', simulatedUsers.ben, host)] },
  ],
  num_loops: 0,
});

const windowJson = ({ startedAt }: IncidentStore, host: string) => ({
  id: 'PWINDOW1',
  type: 'maintenance_window',
  summary: 'Database upgrade',
  start_time: iso(startedAt - hour),
  end_time: iso(startedAt + hour),
  description: 'Database upgrade',
  services: [reference('service', simulatedServices.billing, host)],
  created_by: reference('user', simulatedUsers.ben, host),
});

/** Events API v2. An event is processed at once, where PagerDuty takes some seconds. */
const enqueue = (store: IncidentStore, { body: written }: ParsedRequest): ServerReply => {
  const body = parseBody(written);
  const { summary } = part(body, 'payload');
  const key = typeof body.dedup_key === 'string' ? body.dedup_key : `generated-${store.incidents.length}`;
  if (typeof body.routing_key !== 'string')
    return {
      status: 400,
      json: {
        status: 'invalid event',
        message: 'Event object is invalid',
        errors: ["'routing_key' is missing or blank"],
      },
    };
  const open = store.incidents.find((incident) => incident.key === key && incident.status !== 'resolved');
  if (body.event_action === 'resolve') {
    if (open !== undefined) store.setStatus(open, 'resolved', simulatedUsers.ana);
  } else if (open === undefined)
    store.create({ title: String(summary), urgency: 'high', service: simulatedServices.checkout, key });
  return { status: 202, json: { status: 'success', message: 'Event processed', dedup_key: key } };
};

/** The lists of the account besides incidents, by path. */
const listsOf = (store: IncidentStore, host: string): Readonly<Record<string, readonly unknown[]>> => ({
  services: Object.values(simulatedServices).map((service) => serviceJson(service, host)),
  oncalls: onCalls(store, host),
  escalation_policies: [policyJson(host)],
  maintenance_windows: [windowJson(store, host)],
});

/** Handles the REST API v2 and the Events API v2 at one address. API keys are not verified. */
export const pagerdutyHandler =
  (store: IncidentStore): Handler =>
  (ask) => {
    const [first = '', ...rest] = ask.path;
    if (first === 'v2') return ask.method === 'POST' ? enqueue(store, ask) : notFound;
    if (first === 'incidents') return incidentPages(store, rest, ask);
    const items = listsOf(store, ask.host)[first];
    if (ask.method !== 'GET' || items === undefined || rest.length > 1) return notFound;
    if (rest.length === 0) return page(first, items, ask);
    const service = Object.values(simulatedServices).find(({ id }) => id === rest[0]);
    return first === 'services' && service !== undefined
      ? okJson({ service: serviceJson(service, ask.host) })
      : notFound;
  };
