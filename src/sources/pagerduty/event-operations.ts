import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import { type ActEvent, notApplicable, type PlannedCall } from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { declareOperation, defineOperation } from '../kit/operations/define-operation.ts';
import { type JsonApi, sendCall } from '../kit/operations/json-api.ts';
import { field, text } from '../kit/values/wire-value.ts';
import type { PagerdutyClient } from './client.ts';
import { incidentState, incidentsOfKey, keyDrift, keyState, zKey } from './event-keys.ts';

/** Path of the Events API. Source: PagerDuty, Events API v2, OpenAPI description of 2026-08-14. */
const enqueuePath = '/v2/enqueue';

const requireEvents = ({ events, source }: PagerdutyClient): JsonApi => {
  if (events === undefined)
    throw notApplicable(
      `the source has no integration to send events to: set events: { routingKey } of ${source}`,
    );
  return events;
};

/** The event of a plan, without the routing key: a plan contains no secret. */
const eventCall = (events: JsonApi, event: Readonly<Record<string, unknown>>): PlannedCall => ({
  line: events.endpoint.line('POST', enqueuePath),
  body: JSON.stringify(event),
  target: 0,
});

/** Sends the planned event with the routing key, which no event of the run shows. */
async function* sendEvent(
  { config }: PagerdutyClient,
  events: JsonApi,
  change: ChangeIo,
  { body }: Pick<PlannedCall, 'body'>,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, { readonly value: unknown } | undefined> {
  const planned: unknown = JSON.parse(body ?? '');
  const event = { routing_key: config.events?.routingKey.trim(), ...(planned as object) };
  return yield* sendCall(
    events,
    change,
    { method: 'POST', path: enqueuePath, body: JSON.stringify(event) },
    signal,
  );
}

/**
 * `trigger`: sends an event, which creates an incident and notifies the people on call. Undo resolves it by its key.
 */
const triggerOperation = defineOperation(
  declareOperation({
    name: 'trigger',
    danger: 'disruptive',
    params: z.strictObject({
      key: zKey,
      summary: z
        .string()
        .trim()
        .min(1)
        .max(1024)
        .meta({ description: 'PagerDuty uses this text as the title of the incident' }),
      severity: z
        .enum(['critical', 'error', 'warning', 'info'])
        .default('critical')
        .meta({ description: 'perceived severity' }),
      affected: z
        .string()
        .min(1)
        .max(255)
        .meta({
          description: 'the event affects this system, such as a host or a service',
          examples: ['checkout'],
        }),
      component: z
        .string()
        .min(1)
        .meta({ description: 'the event affects this component of the system' })
        .exactOptional(),
    }),
  }),
  (client: PagerdutyClient) => ({
    plan: async ({ key, summary, severity, affected, component }, signal) => {
      const events = requireEvents(client);
      const open = await incidentsOfKey(client, key, signal);
      if (open.length > 0)
        throw notApplicable(
          `${keyState(open)} is open for the key ${key}: add a note to that incident instead`,
        );
      return {
        targets: [
          { name: key, uid: `key ${key}`, saw: keyState(open), where: `events of ${events.endpoint.base}` },
        ],
        calls: [
          eventCall(events, {
            event_action: 'trigger',
            dedup_key: key,
            client: 'opsdeck',
            payload: {
              summary,
              severity,
              source: affected,
              ...defined({ component }),
            },
          }),
        ],
        objects: [`new incident: ${summary} (${severity}, ${affected})`],
        lost: 'PagerDuty cannot recall a notification after sending',
      };
    },
    recheck: (plan, signal) => keyDrift(client, plan.params.key, plan.targets[0]?.saw ?? '', signal),
    act: async function* (plan, change, signal) {
      const events = requireEvents(client);
      const sent = yield* sendEvent(client, events, change, plan.calls[0] ?? {}, signal);
      if (sent === undefined) return;
      const key = text(field(sent.value, 'dedup_key')) ?? plan.params.key;
      yield { is: 'made', key: 'event', value: key };
      yield {
        is: 'output',
        text: `PagerDuty accepted the event. The incident of the key ${key} appears within seconds`,
      };
    },
    undo: () => ({
      use: `${client.source}.resolveEvent`,
      with: { key: '${made.event}' },
      title: 'Resolve the incident that the event created',
      pins: 'nothing',
    }),
  }),
);

/** `resolveEvent`: resolves the alert of a key, as the system that has triggered it would. */
const resolveEventOperation = defineOperation(
  declareOperation({ name: 'resolveEvent', danger: 'safe', params: z.strictObject({ key: zKey }) }),
  (client: PagerdutyClient) => ({
    plan: async ({ key }, signal) => {
      const events = requireEvents(client);
      const open = await incidentsOfKey(client, key, signal);
      if (open.length === 0)
        throw notApplicable(
          `no incident is open for the key ${key}: check the key, or trigger an incident first`,
        );
      return {
        targets: [
          { name: key, uid: `key ${key}`, saw: keyState(open), where: `events of ${events.endpoint.base}` },
        ],
        calls: [eventCall(events, { event_action: 'resolve', dedup_key: key })],
        objects: open.map((incident) => `${incidentState(incident)}: ${incident.title}`),
        lost: 'PagerDuty cannot reopen a resolved incident. A later event creates another incident',
      };
    },
    recheck: (plan, signal) => keyDrift(client, plan.params.key, plan.targets[0]?.saw ?? '', signal),
    act: async function* (plan, change, signal) {
      const events = requireEvents(client);
      const sent = yield* sendEvent(client, events, change, plan.calls[0] ?? {}, signal);
      if (sent !== undefined)
        yield {
          is: 'output',
          text: 'PagerDuty accepted the event, and resolves the incident within seconds',
        };
    },
  }),
);

/** The operations on events. */
export const eventOperations = [triggerOperation, resolveEventOperation];
