import { isObject } from '../../domain/text/value-text.ts';
import type { EntryValue } from '../../importer/first-profile.ts';

/** A server of monitoring: its address, how it is requested, and the keys of its entry besides type and url. */
export interface MonitoringServer {
  /** The url of its entry, without a trailing slash. */
  readonly base: string;
  /** The address in messages. */
  readonly words: string;
  readonly keys: Readonly<Record<string, EntryValue>>;
  /** Sends one GET and resolves to its JSON. Rejects with a WireError, also for an error status. */
  get(path: string): Promise<unknown>;
}

/** A request that only servers of one kind answer, and the check of its answer. */
export interface MonitoringProbe {
  readonly what: string;
  readonly path: string;
  fits(body: unknown): boolean;
}

export const prometheusProbe: MonitoringProbe = {
  what: 'Prometheus',
  path: '/api/v1/status/buildinfo',
  fits: (body) => isObject(body) && body.status === 'success',
};

/** When a Prometheus has started, to the nanosecond: two addresses with the same start are one server. */
export const prometheusStart = async ({ get }: MonitoringServer): Promise<unknown> => {
  const body = await get('/api/v1/status/runtimeinfo');
  return isObject(body) && isObject(body.data) ? body.data.startTime : undefined;
};

/** When an Alertmanager has started. */
export const alertmanagerStart = async ({ get }: MonitoringServer): Promise<unknown> => {
  const body = await get(alertmanagerProbe.path);
  return isObject(body) ? body.uptime : undefined;
};

/** As the probe of an address that the user has named, for one that was guessed from labels and names. */
export const clusterPrometheusProbe: MonitoringProbe = {
  ...prometheusProbe,
  fits: (body) =>
    prometheusProbe.fits(body) &&
    isObject(body) &&
    isObject(body.data) &&
    typeof body.data.version === 'string',
};

export const alertmanagerProbe: MonitoringProbe = {
  what: 'Alertmanager',
  path: '/api/v2/status',
  fits: (body) => isObject(body) && isObject(body.versionInfo),
};
