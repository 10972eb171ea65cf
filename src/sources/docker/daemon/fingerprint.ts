import type { SystemFingerprint } from '../../../domain/facts/fingerprint.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import type { Daemon } from './daemon.ts';

/**
 * Reads which daemon answers, by its ID, and its clock beside our monotonic clock. Source: Docker Engine API, GET /info.
 * Throws WireError.
 */
export const daemonFingerprint = async (daemon: Daemon, signal: AbortSignal): Promise<SystemFingerprint> => {
  const began = daemon.now();
  const info = await daemon.getJson('/info', signal);
  const id = text(field(info, 'ID')) ?? '';
  const wallMs = Date.parse(text(field(info, 'SystemTime')) ?? '');
  return {
    parts: id === '' ? {} : { daemon: id },
    ...(Number.isNaN(wallMs) ? {} : { clock: { '': { wallMs, monotonicMs: (began + daemon.now()) / 2 } } }),
  };
};
