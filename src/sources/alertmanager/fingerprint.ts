import { field, list, processFingerprint, type SystemFingerprint, text } from '../../sdk.ts';
import type { AlertmanagerClient } from './client.ts';

/**
 * Reads which Alertmanager answers: the cluster by its members, any of which may answer; a single one by its start. Source:
 * Alertmanager, api/v2/openapi.yaml, alertmanagerStatus. Throws WireError.
 */
export const alertmanagerFingerprint = async (
  { endpoint, wallNow }: Pick<AlertmanagerClient, 'endpoint' | 'wallNow'>,
  signal: AbortSignal,
): Promise<SystemFingerprint> => {
  const status = await endpoint.json('/api/v2/status', signal);
  const peers = list(field(field(status, 'cluster'), 'peers')).flatMap(
    (peer) => text(field(peer, 'name')) ?? [],
  );
  if (peers.length > 1) return { parts: { cluster: peers.toSorted().join(', ') } };
  const startedAt = Date.parse(text(field(status, 'uptime')) ?? '');
  return Number.isNaN(startedAt)
    ? { parts: {} }
    : processFingerprint('process', startedAt, wallNow() - startedAt);
};
