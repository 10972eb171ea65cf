import { z } from 'zod';
import type { TargetDrift } from '../../domain/runbooks/operation.ts';
import { readForPlan } from '../kit/operations/define-operation.ts';
import type { PagerdutyClient } from './client.ts';
import type { Incident, PagerdutyStatus } from './parse.ts';

export const zKey = z
  .string()
  .min(1)
  .max(255)
  .meta({ description: 'deduplication key of the event. Events with the same key belong to one incident' });

/** Path of the open incidents of a key, whatever services the source reads. */
export const keyPath = (key: string): string =>
  `/incidents?${['triggered', 'acknowledged'].map((status) => `statuses[]=${status}`).join('&')}&incident_key=${encodeURIComponent(key)}`;

/** Reads the open incidents of a key for a plan. Throws PlanError. */
export const incidentsOfKey = (
  client: PagerdutyClient,
  key: string,
  signal: AbortSignal,
): Promise<readonly Incident[]> =>
  readForPlan(client.api, keyPath(key), () => client.incidents(keyPath(key), signal));

/** '#12 triggered' */
export const incidentState = ({ number, status }: { number: number; status: PagerdutyStatus }): string =>
  `#${number} ${status}`;

/** The state of a key, as text: 'no incident is open for the key', '#12 triggered'. */
export const keyState = (incidents: readonly Incident[]): string =>
  incidents.length === 0 ? 'no incident is open for the key' : incidents.map(incidentState).join(', ');

/** The difference between the planned and the present state of a key. Throws WireError. */
export const keyDrift = async (
  client: PagerdutyClient,
  key: string,
  planned: string,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  const found = keyState(await client.incidents(keyPath(key), signal));
  return found === planned ? undefined : { target: key, planned, found };
};
