import type { Fault } from '../../../domain/base/fault.ts';
import type { KubeParts } from '../api/parts.ts';
import { type NodeCapacity, nodeMetricsPath, parseNodeUsage } from '../node/node-capacity.ts';
import { isMetricsServerMissing, metricsServerError } from './pod-usage.ts';

/** Data that could not be read: faults, and data that the source does not require. */
export interface Missing {
  readonly faults: readonly Fault[];
  readonly unavailable: readonly Fault[];
}

const nothingMissing: Missing = { faults: [], unavailable: [] };

/** Separates missing permissions from faults. A rejected login has a way to log in again, and is a fault. */
export const missingRights = (faults: readonly Fault[]): Missing => {
  const isMissing = ({ kind, login }: Fault): boolean => kind === 'denied' && login === undefined;
  return { faults: faults.filter((fault) => !isMissing(fault)), unavailable: faults.filter(isMissing) };
};

/** Reads the usage of nodes. The feed `top` reports an absent metrics server as a fault of the source. */
export const readNodeUsage = async (
  { client, wantsUsage }: KubeParts,
  capacity: NodeCapacity,
  signal: AbortSignal,
): Promise<Missing> => {
  if (!wantsUsage) return nothingMissing;
  const began = client.now();
  try {
    capacity.usage = parseNodeUsage(await client.get(nodeMetricsPath, signal));
    capacity.usageReadAt = began;
    return nothingMissing;
  } catch (error) {
    capacity.usage = new Map();
    capacity.usageReadAt = Number.NEGATIVE_INFINITY;
    return isMetricsServerMissing(error)
      ? { faults: [], unavailable: [client.fault(nodeMetricsPath, metricsServerError(error, 'node'))] }
      : missingRights([client.fault(nodeMetricsPath, error)]);
  }
};
