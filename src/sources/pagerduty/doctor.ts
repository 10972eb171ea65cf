import { pluralize } from '../../domain/text/count-text.ts';
import type { Finding } from '../kit/contract/source.ts';
import { tryFinding } from '../kit/operations/json-api.ts';
import { accountPath, incidentsPath, onCallsPath, type PagerdutyClient } from './client.ts';

/** Examines the source: each list that it reads, and what its operations need. Nothing is changed. */
export const diagnosePagerduty = async (
  client: PagerdutyClient,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source, api, config } = client;
  const open = incidentsPath(config, ['triggered', 'acknowledged']);
  const ok = (what: string): Finding => ({ source, ok: true, what });
  const read = await Promise.all([
    tryFinding(api, open, async () => {
      const incidents = await client.incidents(open, signal);
      const triggered = incidents.filter(({ status }) => status === 'triggered').length;
      return `${api.endpoint.base}: ${pluralize(incidents.length, 'open incident')}, ${triggered} triggered`;
    }),
    tryFinding(api, onCallsPath(config), async () => {
      const entries = await client.onCalls(signal);
      const policies = new Set(entries.map(({ policy }) => policy)).size;
      const people = new Set(entries.map(({ name }) => name)).size;
      return `${pluralize(people, 'person', 'people')} on call in ${pluralize(policies, 'escalation policy', 'escalation policies')}`;
    }),
    tryFinding(api, accountPath('/services', config), async () => {
      const services = await client.pages('services', accountPath('/services', config), signal);
      return pluralize(services.length, 'service');
    }),
  ]);
  return [
    ...read,
    config.from === undefined
      ? {
          source,
          ok: false,
          what: 'acknowledge, resolve and note are off: PagerDuty acts as a user',
          remedy: 'set from: to the email address of a user. The API key must not be read-only',
        }
      : ok(
          `acknowledge, resolve and note act as ${config.from}. A read-only API key is refused when they are sent`,
        ),
    config.events === undefined
      ? ok('trigger is off: no events: { routingKey }')
      : ok(`trigger sends events to ${config.events.url}`),
  ];
};
