import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { noFingerprint, processFingerprint } from '../kit/contract/fingerprint.ts';
import { field, text } from '../kit/values/wire-value.ts';
import type { PrometheusClient } from './client.ts';

/**
 * Reads which Prometheus answers, by its start. Compatible servers such as Thanos have no such page and tell nothing.
 * Source: Prometheus, HTTP API, Runtime Information. Throws WireError.
 */
export const prometheusFingerprint = async (
  client: PrometheusClient,
  signal: AbortSignal,
): Promise<SystemFingerprint> => {
  try {
    const { value } = await client.get('/api/v1/status/runtimeinfo', signal);
    const startedAt = Date.parse(text(field(value, 'startTime')) ?? '');
    if (Number.isNaN(startedAt)) return noFingerprint;
    const serverTime = Date.parse(text(field(value, 'serverTime')) ?? '');
    const nowMs = Number.isNaN(serverTime) ? client.wallNow() + (client.clockAheadMs() ?? 0) : serverTime;
    return processFingerprint('process', startedAt, nowMs - startedAt);
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return noFingerprint;
    throw error;
  }
};
