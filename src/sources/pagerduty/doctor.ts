import { pluralize } from '../../domain/text/count-text.ts';
import { lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding } from '../kit/contract/source.ts';
import { accountPath, incidentsPath, onCallsPath, type PagerdutyClient } from './client.ts';

/** Examines the source: each list that it reads, and what its operations need. Nothing is changed. */
export const diagnosePagerduty = (
  client: PagerdutyClient,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { api, config } = client;
  const open = incidentsPath(config, ['triggered', 'acknowledged']);
  const services = accountPath('/services', config);
  return runChecks(
    api,
    [
      {
        call: open,
        run: async () => {
          const incidents = await client.incidents(open, signal);
          const triggered = incidents.filter(({ status }) => status === 'triggered').length;
          return `${api.endpoint.base}: ${pluralize(incidents.length, 'open incident')}, ${triggered} triggered`;
        },
      },
      {
        call: onCallsPath(config),
        run: async () => {
          const entries = await client.onCalls(signal);
          const policies = new Set(entries.map(({ policy }) => policy)).size;
          const people = new Set(entries.map(({ name }) => name)).size;
          return `${pluralize(people, 'person', 'people')} on call in ${pluralize(policies, 'escalation policy', 'escalation policies')}`;
        },
      },
      {
        call: services,
        run: async () => pluralize((await client.pages('services', services, signal)).length, 'service'),
      },
      {
        call: '',
        run: async () => [
          config.from === undefined
            ? lacking(
                'the operations acknowledge, resolve and note are off, because PagerDuty needs a user who acts',
                'set from of the source to the email address of a user, and use an API key that is not read-only',
              )
            : `the operations acknowledge, resolve and note act as ${config.from}. PagerDuty refuses them if the API key is read-only`,
          config.events === undefined
            ? 'the operation trigger is off: to switch trigger on, set events: { routingKey } of the source'
            : `the operation trigger sends events to ${config.events.url}`,
        ],
      },
    ],
    signal,
  );
};
