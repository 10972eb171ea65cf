import { type Finding, field, text } from '../../sdk.ts';
import { type AlertmanagerClient, alertsPath, silencesPath, statusPath } from './client.ts';

/** Examines Alertmanager: its version, its cluster, and our read access. */
export const diagnoseAlertmanager = async (
  client: AlertmanagerClient,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const findings = await Promise.all([
    tryFinding(client, statusPath, async () => statusFinding(client, await client.status(signal))),
    tryFinding(client, alertsPath(), async () => {
      const { length } = await client.alerts([], signal);
      return okFinding(client, `alerts: ${length} active`);
    }),
    tryFinding(client, silencesPath, async () => {
      const silences = await client.silences(signal);
      const active = silences.filter(({ state }) => state === 'active').length;
      return okFinding(client, `silences: ${active} active. Silencing and expiring require write access`);
    }),
  ]);
  return findings;
};

const okFinding = ({ source }: AlertmanagerClient, what: string): Finding => ({ source, ok: true, what });

const tryFinding = async (
  client: AlertmanagerClient,
  path: string,
  find: () => Promise<Finding>,
): Promise<Finding> => {
  try {
    return await find();
  } catch (error) {
    const { source, message, remedy } = client.fault(path, error);
    return { source, ok: false, what: message, ...(remedy === undefined ? {} : { remedy }) };
  }
};

/** In a cluster that has not settled, other members may have alerts and silences that this one lacks. */
const statusFinding = (client: AlertmanagerClient, status: unknown): Finding => {
  const version = text(field(field(status, 'versionInfo'), 'version')) ?? '(unknown version)';
  const cluster = text(field(field(status, 'cluster'), 'status')) ?? 'unknown';
  const what = `Alertmanager ${version} at ${client.endpoint.base}, cluster ${cluster}`;
  return cluster === 'settling'
    ? {
        source: client.source,
        ok: false,
        what,
        remedy: 'wait until the cluster members have found each other',
      }
    : okFinding(client, what);
};
