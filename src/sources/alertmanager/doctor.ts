import { type CheckResult, type Finding, field, lacking, runChecks, text } from '../../sdk.ts';
import { type AlertmanagerClient, alertsPath, silencesPath, statusPath } from './client.ts';

/** Examines Alertmanager: its version, its cluster, and our read access. */
export const diagnoseAlertmanager = (
  client: AlertmanagerClient,
  signal: AbortSignal,
): Promise<readonly Finding[]> =>
  runChecks(
    client,
    [
      { call: statusPath, run: async () => statusResult(client, await client.status(signal)) },
      {
        call: alertsPath(),
        run: async () => `alerts: ${(await client.alerts([], signal)).length} active`,
      },
      {
        call: silencesPath,
        run: async () => {
          const silences = await client.silences(signal);
          const active = silences.filter(({ state }) => state === 'active').length;
          return `active silences: ${active}. To create or expire silences, the login needs write access`;
        },
      },
    ],
    signal,
  );

/** In a cluster that has not settled, other members may have alerts and silences that this one lacks. */
const statusResult = (client: AlertmanagerClient, status: unknown): CheckResult => {
  const version = text(field(field(status, 'versionInfo'), 'version')) ?? '(unknown version)';
  const cluster = text(field(field(status, 'cluster'), 'status')) ?? 'unknown';
  const what = `Alertmanager ${version} at ${client.endpoint.base}, cluster ${cluster}`;
  return cluster === 'settling'
    ? lacking(what, 'wait until the cluster members have found each other')
    : what;
};
