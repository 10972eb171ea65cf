import { finished } from 'node:stream/promises';
import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Dial } from '../../platform/network/dial.ts';
import type { PostgresAddress } from './address.ts';
import { openWire } from './wire.ts';

/** What tells a backend from all others; only its own client knows both. */
export interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

/** A server answers a cancel request by closing the connection; one that does not is not waited for. */
const patienceMs: Millis = 2000;

/**
 * Asks the server to end what a backend does now, on a connection of its own; resolves when the server has taken it, or
 * nobody can be asked. Source: PostgreSQL docs, Canceling Requests in Progress: length 16, code 1234 5678.
 */
export const cancelBackend = async (
  address: PostgresAddress,
  key: BackendKey,
  { clock, dial }: { readonly clock: Clock; readonly dial?: Dial },
): Promise<void> => {
  const request = Buffer.alloc(16);
  request.writeUInt32BE(16, 0);
  request.writeUInt32BE(80_877_102, 4);
  request.writeInt32BE(key.pid, 8);
  request.writeInt32BE(key.secret, 12);
  const deadline = clock.deadline(patienceMs);
  try {
    const wire = await openWire(address, dial, deadline.signal);
    const over = finished(wire, { signal: deadline.signal });
    wire.resume().end(request);
    await over.catch(() => {});
    wire.destroy();
  } catch {
    // Nobody to ask: the backend ends with its connection.
  } finally {
    deadline.clear();
  }
};
