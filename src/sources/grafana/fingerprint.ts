import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { noFingerprint, readPart } from '../kit/contract/fingerprint.ts';
import { field, number, text } from '../kit/values/wire-value.ts';
import type { GrafanaClient } from './client.ts';

/**
 * Reads which organization answers, by ID and name: no page tells the server behind it. Source: Grafana docs, HTTP API, Get current
 * organization. Throws WireError.
 */
export const grafanaFingerprint = (
  { api }: Pick<GrafanaClient, 'api'>,
  signal: AbortSignal,
): Promise<SystemFingerprint> =>
  readPart('organization', async () => {
    const answer = await api.read('/api/org', signal);
    const id = number(field(answer, 'id'));
    return id === undefined
      ? noFingerprint
      : { parts: { organization: `${id} ${text(field(answer, 'name')) ?? ''}`.trim() } };
  });
