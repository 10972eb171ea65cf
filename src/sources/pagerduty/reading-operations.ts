import { z } from 'zod';
import type { ActEvent } from '../../domain/runbooks/operation.ts';
import { declareOperation } from '../kit/operations/define-operation.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { field } from '../kit/values/wire-value.ts';
import { incidentPath, type PagerdutyClient } from './client.ts';
import { incidentsOfKey, keyPath, keyState, zKey } from './event-keys.ts';
import { describeIncident, incidentTarget, readIncident, zIncident, zIncidents } from './operations.ts';
import { type Incident, parseIncident, parseNotes } from './parse.ts';

const isOpen = ({ status }: Incident): boolean => status !== 'resolved';
const isTriggered = ({ status }: Incident): boolean => status === 'triggered';

/** Reads a path once, and reports its result as data and as text. */
async function* readOnce<T>(
  { api }: PagerdutyClient,
  path: string,
  read: () => Promise<T>,
  result: (value: T) => { readonly json: unknown; readonly text: string },
): AsyncGenerator<ActEvent> {
  const line = api.endpoint.line('GET', path);
  yield { is: 'call', line };
  try {
    const { json, text } = result(await read());
    yield { is: 'found', found: { json, text } };
    yield { is: 'output', text };
    yield { is: 'answered', line, status: '200 OK', ok: true };
  } catch (error) {
    yield { is: 'answered', line, status: api.fault(path, error).message, ok: false };
  }
}

/** `incidentsOf`: the open incidents of a key, to verify `trigger` and `resolveEvent`. */
const incidentsOfOperation = defineReadOperation(
  declareOperation({
    name: 'incidentsOf',
    params: z.strictObject({ key: zKey }),
    resultKinds: ['json'],
  }),
  (client: PagerdutyClient) => ({
    plan: async ({ key }, signal) => {
      const open = await incidentsOfKey(client, key, signal);
      return {
        targets: [{ name: key, uid: `key ${key}`, saw: keyState(open), where: client.api.endpoint.base }],
        calls: [{ line: client.api.endpoint.line('GET', keyPath(key)), target: 0 }],
        objects: [keyState(open)],
      };
    },
    act: ({ params: { key } }, _, signal) =>
      readOnce(
        client,
        keyPath(key),
        () => client.incidents(keyPath(key), signal),
        (open) => ({
          json: {
            open: open.length,
            triggered: open.filter(isTriggered).length,
          },
          text: keyState(open),
        }),
      ),
  }),
);

/** `notes`: the notes of an incident, to verify `note`. */
const notesOperation = defineReadOperation(
  declareOperation({
    name: 'notes',
    params: z.strictObject({ incident: zIncident }),
    resultKinds: ['json'],
  }),
  (client: PagerdutyClient) => ({
    plan: async ({ incident }, signal) => {
      const read = await readIncident(client, incident, signal);
      return {
        targets: [incidentTarget(client, read)],
        calls: [{ line: client.api.endpoint.line('GET', `${incidentPath(read.id)}/notes`), target: 0 }],
        objects: [describeIncident(read)],
      };
    },
    act: ({ targets: [target] }, _, signal) => {
      const path = `${incidentPath(target?.uid ?? '')}/notes`;
      return readOnce(
        client,
        path,
        async () => parseNotes(await client.api.read(path, signal)),
        (notes) => ({
          json: { count: notes.length, last: notes.at(-1) ?? null },
          text: notes.length === 0 ? 'no notes' : notes.join('\n'),
        }),
      );
    },
  }),
);

/** `status`: how many of the given incidents are open and triggered, to verify `acknowledge` and `resolve`. */
const statusOperation = defineReadOperation(
  declareOperation({
    name: 'status',
    params: z.strictObject({ incident: zIncidents }),
    resultKinds: ['json'],
  }),
  (client: PagerdutyClient) => ({
    plan: async ({ incident }, signal) => {
      const incidents: Incident[] = [];
      for (const text of incident) incidents.push(await readIncident(client, text, signal));
      return {
        targets: incidents.map((currentIncident) => incidentTarget(client, currentIncident)),
        calls: incidents.map(({ id }, target) => ({
          line: client.api.endpoint.line('GET', incidentPath(id)),
          target,
        })),
        objects: incidents.map(describeIncident),
      };
    },
    act: ({ targets }, _, signal) =>
      readOnce(
        client,
        incidentPath(targets[0]?.uid ?? ''),
        async () => {
          const incidents: Incident[] = [];
          for (const { uid } of targets)
            incidents.push(
              parseIncident(field(await client.api.read(incidentPath(uid), signal), 'incident')),
            );
          return incidents;
        },
        (incidents) => ({
          json: { open: incidents.filter(isOpen).length, triggered: incidents.filter(isTriggered).length },
          text: incidents.map(describeIncident).join('\n'),
        }),
      ),
  }),
);

/** The operations that only read, for verifications. */
export const readingOperations = [incidentsOfOperation, notesOperation, statusOperation];
