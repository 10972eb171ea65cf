import { z } from 'zod';
import type { GenericAction } from '../../domain/runbooks/generic-action.ts';
import {
  type ActEvent,
  type DeclaredEffect,
  notApplicable,
  type Plan,
  type Target,
} from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { declareOperation, defineOperation } from '../kit/operations/define-operation.ts';
import { planRead, sendCall } from '../kit/operations/json-api.ts';
import { field, text } from '../kit/values/wire-value.ts';
import { incidentPath, type PagerdutyClient } from './client.ts';
import { type Incident, parseIncident } from './parse.ts';

/** Most incidents of one action: each is a request. */
const maxIncidents = 50;

/** An incident by number or id, as text. */
export const zIncident = z
  .union([z.int().min(1), z.string().regex(/^#?[A-Za-z0-9]{1,40}$/)], {
    error: 'this is not an incident: write the number (1234) or the id (PT4KHLK)',
  })
  .transform((written) => String(written).replace(/^#/, ''));

/** One incident or several, as a list of texts. */
export const zIncidents = z
  .union([zIncident, z.array(zIncident).min(1).max(maxIncidents)])
  .transform((written) => [...new Set([written].flat())])
  .meta({ description: 'number or id of the incident, or a list of several', examples: [1234] });

/** The choice of incidents on their rows: by number, a label of the row. */
const ofRows = (
  verb: string,
  title: string,
  id: string,
): Omit<GenericAction, 'where' | 'verify' | 'params'> => ({
  id,
  verb,
  title,
  step: `${title} \${param.incidents}`,
  on: 'alerts',
  with: { incident: '${param.incidents}' },
});

const incidentsParam: GenericAction['params'][number] = {
  name: 'incidents',
  type: 'choices',
  from: 'alerts.labels.incident',
  title: 'Incidents (number)',
};

/** Reads the chosen incidents from PagerDuty: at least one is in another state before the action. */
const incidentsAre = (title: string, json: Readonly<Record<string, number>>): GenericAction['verify'] => [
  {
    id: 'v1',
    title,
    use: 'status',
    with: { incident: '${param.incidents}' },
    expect: { json },
    withinMs: 60_000,
    forMs: 0,
  },
];

/** Reads an incident for a plan. Throws PlanError. */
export const readIncident = async (
  { api }: PagerdutyClient,
  incident: string,
  signal: AbortSignal,
): Promise<Incident> => parseIncident(field(await planRead(api, incidentPath(incident), signal), 'incident'));

/** The REST API acts as a user, whom the header From names. */
const requireFrom = ({ config, source }: PagerdutyClient): void => {
  if (config.from === undefined)
    throw notApplicable(
      `PagerDuty acts in the name of a user: set from of ${source} to the email address of a user`,
    );
};

/** An incident as the target of a plan. */
export const incidentTarget = ({ api }: PagerdutyClient, incident: Incident): Target => ({
  name: `#${incident.number}`,
  uid: incident.id,
  saw: incident.status,
  where: `${incident.service || 'no service'} at ${api.endpoint.base}`,
});

/** '#1234 The server is on fire. · triggered, high urgency · Checkout · assigned to Ana Ruiz' */
export const describeIncident = ({ number, title, status, urgency, service, assigned }: Incident): string =>
  [
    `#${number} ${title}`,
    `${status}, ${urgency} urgency`,
    service,
    assigned.length === 0 ? 'not assigned' : `assigned to ${assigned.join(', ')}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');

/** Undefined while every planned incident has the planned status. */
const statusDrift = async (
  client: PagerdutyClient,
  { targets }: Pick<Plan, 'targets'>,
  signal: AbortSignal,
) => {
  for (const { name, uid, saw } of targets) {
    const { status } = parseIncident(field(await client.api.read(incidentPath(uid), signal), 'incident'));
    if (status !== saw) return { target: name, planned: saw, found: status };
  }
  return undefined;
};

/** Reads an incident after a change, and reports its status. */
async function* reportStatus(
  { api }: PagerdutyClient,
  change: ChangeIo,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const path = incidentPath(id);
  try {
    const body = await api.send(change, { method: 'GET', path }, signal);
    yield { is: 'output', text: describeIncident(parseIncident(field(body, 'incident'))) };
  } catch (error) {
    yield {
      is: 'output',
      text: `PagerDuty accepted the change, but opsdeck could not read the incident afterwards: ${api.fault(path, error).message}`,
    };
  }
}

/** The row of an incident, which is no longer listed once it is resolved. */
const endedAlert = ({ number }: Incident): DeclaredEffect => ({
  does: 'ends',
  kind: 'alerts',
  where: { labels: `incident=${number}` },
});

/** The operation that sets a status. Source: PagerDuty, REST API v2, PUT /incidents/{id}. */
const statusOperation = (
  name: 'acknowledge' | 'resolve',
  to: 'acknowledged' | 'resolved',
  { from, lost, action }: { from: readonly string[]; lost: string; action: GenericAction },
) =>
  defineOperation(
    declareOperation({
      name,
      danger: 'safe',
      params: z.strictObject({ incident: zIncidents }),
      actions: [action],
    }),
    (client: PagerdutyClient) => ({
      plan: async ({ incident }, signal) => {
        requireFrom(client);
        const incidents: Incident[] = [];
        for (const part of incident) incidents.push(await readIncident(client, part, signal));
        const open = incidents.filter(({ status }) => from.includes(status));
        const [first] = incidents;
        if (open.length === 0)
          throw notApplicable(
            incidents.length === 1
              ? `#${first?.number ?? ''} is ${first?.status ?? ''} already`
              : `all ${incidents.length} incidents are ${to} already, so there is nothing to change`,
          );
        const body = JSON.stringify({ incident: { type: 'incident_reference', status: to } });
        return {
          targets: open.map((openIncident) => incidentTarget(client, openIncident)),
          calls: open.map(({ id }, target) => ({
            line: client.api.endpoint.line('PUT', incidentPath(id)),
            body,
            target,
          })),
          objects: open.map(describeIncident),
          changes: open.map((openIncident) => `#${openIncident.number}: ${openIncident.status} → ${to}`),
          lost,
          ...(to === 'resolved' ? { effects: open.map(endedAlert) } : {}),
        };
      },
      recheck: (plan, signal) => statusDrift(client, plan, signal),
      act: async function* (plan, change, signal) {
        for (const [index, { uid }] of plan.targets.entries()) {
          if (signal.aborted) return;
          const { body } = plan.calls[index] ?? {};
          if (body === undefined) throw new Error('internal error: a change was planned without a body');
          const sent = yield* sendCall(
            client.api,
            change,
            { method: 'PUT', path: incidentPath(uid), body },
            signal,
          );
          if (sent !== undefined) yield* reportStatus(client, change, uid, signal);
        }
      },
    }),
  );

const acknowledgeOperation = statusOperation('acknowledge', 'acknowledged', {
  from: ['triggered'],
  lost: 'the escalation stops: PagerDuty sends no notification again before the acknowledgement timeout of the service expires',
  action: {
    ...ofRows('acknowledge', 'Acknowledge incident', 'acknowledge-incident'),
    where: 'state = firing',
    params: [incidentsParam],
    verify: incidentsAre('None of the chosen incidents is triggered any more', { triggered: 0 }),
  },
});

const resolveOperation = statusOperation('resolve', 'resolved', {
  from: ['triggered', 'acknowledged'],
  lost: 'PagerDuty cannot reopen a resolved incident. A later event creates another incident',
  action: {
    ...ofRows('resolve', 'Resolve incident', 'resolve-incident'),
    where: 'state in (firing, acknowledged)',
    params: [incidentsParam],
    verify: incidentsAre('Every chosen incident is resolved', { open: 0 }),
  },
});

/** `note`: adds a note to an incident. Source: PagerDuty, REST API v2, POST /incidents/{id}/notes. */
const noteOperation = defineOperation(
  declareOperation({
    name: 'note',
    danger: 'safe',
    params: z.strictObject({
      incident: zIncident.meta({
        description: 'add the note to the incident with this number or id',
        examples: [1234],
      }),
      text: z
        .string()
        .trim()
        .min(1)
        .max(25_000)
        .meta({ description: 'PagerDuty shows this text as the note' }),
    }),
    actions: [
      {
        ...ofRows('note', 'Add a note to incident', 'note-incident'),
        step: 'Add a note to incident ${param.incident}',
        where: 'state in (firing, acknowledged)',
        params: [
          { name: 'incident', type: 'choice', from: 'alerts.labels.incident', title: 'Incident (number)' },
          { name: 'text', type: 'string', title: 'Note' },
        ],
        with: { incident: '${param.incident}', text: '${param.text}' },
        verify: [
          {
            id: 'v1',
            title: 'The incident has a new note',
            use: 'notes',
            with: { incident: '${param.incident}' },
            expect: { path: 'count', change: '> 0' },
            withinMs: 30_000,
            forMs: 0,
          },
        ],
      },
    ],
  }),
  (client: PagerdutyClient) => ({
    plan: async ({ incident, text: content }, signal) => {
      requireFrom(client);
      const read = await readIncident(client, incident, signal);
      const path = `${incidentPath(read.id)}/notes`;
      return {
        targets: [incidentTarget(client, read)],
        calls: [
          {
            line: client.api.endpoint.line('POST', path),
            body: JSON.stringify({ note: { content } }),
            target: 0,
          },
        ],
        objects: [describeIncident(read)],
        lost: 'PagerDuty cannot delete a written note',
      };
    },
    // The status may change meanwhile; the incident is the same one.
    recheck: async () => undefined,
    act: async function* (plan, change, signal) {
      const [target] = plan.targets;
      const body = plan.calls[0]?.body;
      if (target === undefined || body === undefined)
        throw new Error('internal error: a note was planned without an incident');
      const path = `${incidentPath(target.uid)}/notes`;
      const sent = yield* sendCall(client.api, change, { method: 'POST', path, body }, signal);
      if (sent === undefined) return;
      const id = text(field(field(sent.value, 'note'), 'id'));
      yield {
        is: 'output',
        text:
          id === undefined
            ? 'PagerDuty added the note, but returned no id of the note'
            : `PagerDuty added the note with the id ${id}`,
      };
    },
  }),
);

/** The operations on incidents. */
export const incidentOperations = [acknowledgeOperation, resolveOperation, noteOperation];
