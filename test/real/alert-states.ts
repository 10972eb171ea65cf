import { ask } from './ask.ts';
import type { Address } from './servers/server.ts';

interface AlertJson {
  readonly labels: { readonly alertname: string };
  readonly state?: string;
  readonly status?: { readonly state: string };
}

/** States of the alerts in Prometheus. */
export const alertStates = async (server: Address): Promise<readonly (string | undefined)[]> =>
  (await ask<{ data: { alerts: readonly AlertJson[] } }>(server, '/api/v1/alerts')).data.alerts.map(
    ({ state }) => state,
  );

/** States of the alerts in Alertmanager: active, suppressed, unprocessed. */
export const alertmanagerStates = async (server: Address): Promise<ReadonlyMap<string, string>> =>
  new Map(
    (await ask<readonly AlertJson[]>(server, '/api/v2/alerts')).map(({ labels, status }) => [
      labels.alertname,
      status?.state ?? '',
    ]),
  );

interface SilenceJson {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly matchers: readonly { readonly name: string; readonly value: string }[];
}

/** All silences in Alertmanager: state and matched alert name. */
export const silencesOf = async (
  server: Address,
): Promise<readonly { readonly id: string; readonly state: string; readonly alertname: string }[]> =>
  (await ask<readonly SilenceJson[]>(server, '/api/v2/silences')).map(({ id, status, matchers }) => ({
    id,
    state: status.state,
    alertname: matchers.find(({ name }) => name === 'alertname')?.value ?? '',
  }));

/** Expires all active silences of this alert. */
export const endSilences = async (server: Address, alert: string): Promise<void> => {
  for (const { id, state, alertname } of await silencesOf(server))
    if (alertname === alert && state === 'active')
      await ask(server, `/api/v2/silence/${id}`, { method: 'DELETE' });
};
