import type { Permit } from '../../../domain/operation.ts';
import type { Daemon } from '../daemon.ts';

/**
 * Whether the daemon lets us in: it knows no rights beyond that. What stands before it (a proxy, an authorization plugin)
 * may refuse a change all the same, and cannot be asked beforehand. Throws WireError when nobody answers. Source: Docker
 * Engine API, SystemPing; Docker docs, "Protect the Docker daemon socket".
 */
export const daemonPermit = async (daemon: Daemon, signal: AbortSignal): Promise<Permit> => {
  const path = '/_ping';
  try {
    const answer = await daemon.stream(path, signal);
    await answer.text();
    return { allowed: true, why: `${daemon.name} lets us in, and knows no rights beyond that` };
  } catch (error) {
    const { kind, message, remedy } = daemon.fault(path, error);
    if (kind !== 'denied') throw error;
    return { allowed: false, why: message, ...(remedy === undefined ? {} : { remedy }) };
  }
};
