import type { FirstSource } from '../../importer/first-profile.ts';
import { isLoopbackHost } from '../../platform/network/http-listener.ts';
import { findClusterMonitoring } from './cluster-monitoring.ts';
import { type FoundSystem, failure, found, missing, type Search } from './found-system.ts';
import {
  alertmanagerProbe,
  alertmanagerStart,
  type MonitoringProbe,
  type MonitoringServer,
  prometheusProbe,
  prometheusStart,
} from './monitoring-server.ts';
import { getJson } from './probe.ts';
import { prometheusContents } from './prometheus-contents.ts';

const standardPrometheus = 'http://127.0.0.1:9090';
const standardAlertmanager = 'http://127.0.0.1:9093';
/** More are replicas of a cluster, with the same alerts. */
const mostAlertmanagers = 2;

/** Where an address was given: a variable is contacted only on loopback, a flag on any host. */
interface GivenAddress {
  readonly text: string;
  readonly by: string;
  readonly isAnywhere: boolean;
}

/** The base of a server's address without a trailing slash, or why it is not used. No value is in the reason. */
const baseOf = ({
  text,
  by,
  isAnywhere,
}: GivenAddress): { readonly base: string } | { readonly why: string } => {
  const parsed = URL.parse(text);
  if (
    parsed === null ||
    !/^https?:$/.test(parsed.protocol) ||
    parsed.username !== '' ||
    parsed.password !== ''
  )
    return { why: `${by} is not an http address without credentials. Write http://HOST:PORT` };
  if (/[?#]/.test(text))
    return { why: `${by} has a query or a fragment. Remove that part, credentials are keys of the source` };
  if (!isAnywhere && !isLoopbackHost(parsed.hostname))
    return { why: `${parsed.host} is not on this machine and was not contacted. Add the server by hand` };
  return { base: `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}` };
};

/** A server at an address of this machine or of a flag. */
const serverAt = ({ context }: Search, base: string): MonitoringServer => ({
  base,
  words: base,
  keys: {},
  get: (path) => getJson(context, { url: `${base}${path}` }),
});

/** A server that answers as expected, or why there is none. */
const probed = async (
  search: Search,
  { what, path, fits }: MonitoringProbe,
  given: GivenAddress,
): Promise<MonitoringServer | FoundSystem> => {
  const address = baseOf(given);
  const isAsked = given.by === '--prometheus';
  const absent = (detail: string): FoundSystem => ({ ...missing(what, detail), isAsked });
  if ('why' in address) return absent(given.text === 'off' ? `${given.by} is off` : address.why);
  const server = serverAt(search, address.base);
  try {
    return fits(await server.get(path))
      ? server
      : absent(`${address.base} answers, but is no Prometheus or Alertmanager. Check the address`);
  } catch (error) {
    return absent(`${address.base}: ${failure(error)}`);
  }
};

/** An id of its own per server: `prometheus`, `prometheus2`. */
const idOf = (name: string, index: number): string => (index === 0 ? name : `${name}${index + 1}`);

const isServer = (place: MonitoringServer | FoundSystem): place is MonitoringServer => 'get' in place;

/** A Prometheus server with what it has. */
const withContents = async (server: MonitoringServer, index: number) => {
  const { facts, signals, alertmanagers, words } = await prometheusContents(server, idOf('metrics', index));
  const nested = Object.keys(facts).length === 0 ? undefined : { nested: facts };
  const entry = { type: 'prometheus', url: server.base, ...server.keys, facts: nested };
  const place: FoundSystem = {
    ...found('Prometheus', server.words, { id: idOf('prometheus', index), entry }),
    detail: [server.words, ...words].join(', '),
    more: signals === undefined ? [] : [signals],
  };
  return { place, alertmanagers };
};

/**
 * The Prometheus servers of --prometheus, on any host; without that flag one at PROMETHEUS_URL, if it is on loopback, or at the
 * standard address. One request each, to their build information.
 */
const findPrometheus = (search: Search): Promise<readonly (MonitoringServer | FoundSystem)[]> => {
  const { prometheus = [] } = search.flags;
  const variable = search.context.processEnv.PROMETHEUS_URL || standardPrometheus;
  const given: readonly GivenAddress[] =
    prometheus.length > 0
      ? prometheus.map((text) => ({ text, by: '--prometheus', isAnywhere: true }))
      : [{ text: variable, by: 'PROMETHEUS_URL', isAnywhere: false }];
  return Promise.all(given.map((address) => probed(search, prometheusProbe, address)));
};

/** The Alertmanagers that answer, among those that a Prometheus names and the standard address of this machine. */
const findAlertmanagers = (
  search: Search,
  named: readonly string[],
): Promise<readonly (MonitoringServer | FoundSystem)[]> => {
  const bases = [...new Set(named)].slice(0, mostAlertmanagers);
  const given: readonly GivenAddress[] =
    bases.length > 0
      ? bases.map((text) => ({ text, by: 'the Prometheus', isAnywhere: true }))
      : [{ text: standardAlertmanager, by: '', isAnywhere: false }];
  return Promise.all(given.map((address) => probed(search, alertmanagerProbe, address)));
};

/**
 * Both lists without the servers of the cluster that are reached on this machine as well, by kubectl port-forward: they have
 * started at the same moment. A server that does not say when is kept.
 */
const eachOnce = async (
  near: readonly MonitoringServer[],
  ofCluster: readonly MonitoringServer[],
  startOf: (server: MonitoringServer) => Promise<unknown>,
): Promise<readonly MonitoringServer[]> => {
  if (near.length === 0 || ofCluster.length === 0) return [...near, ...ofCluster];
  const starts = (servers: readonly MonitoringServer[]): Promise<readonly unknown[]> =>
    Promise.all(servers.map((server) => startOf(server).catch(() => undefined)));
  const [known, others] = await Promise.all([starts(near), starts(ofCluster)]);
  const isKnown = (start: unknown): boolean => typeof start === 'string' && known.includes(start);
  return [...near, ...ofCluster.filter((_, index) => !isKnown(others[index]))];
};

/** True where the Services of the cluster are searched: unless an address was given, or the search was switched off. */
const searchesCluster = ({ flags, context: { processEnv } }: Search): boolean =>
  (flags.prometheus ?? []).length === 0 && processEnv.PROMETHEUS_URL !== 'off';

/**
 * The Prometheus servers and Alertmanagers of this machine, of flags and of the cluster, with the limits of alert rules and the
 * golden signals of series that exist. `kubernetes`: the source of the cluster.
 */
export const findMonitoring = async (
  search: Search,
  kubernetes: FirstSource | undefined,
): Promise<readonly FoundSystem[]> => {
  const [near, cluster] = await Promise.all([
    findPrometheus(search),
    findClusterMonitoring(search, searchesCluster(search) ? kubernetes : undefined),
  ]);
  const servers = await eachOnce(near.filter(isServer), cluster.prometheus, prometheusStart);
  const read = await Promise.all(servers.map(withContents));
  const managers = await findAlertmanagers(
    search,
    read.flatMap((server) => server.alertmanagers),
  );
  const ownManagers = await eachOnce(managers.filter(isServer), cluster.alertmanager, alertmanagerStart);
  const managerPlaces = ownManagers.map(({ base, words, keys }, index) =>
    found('Alertmanager', words, {
      id: idOf('alertmanager', index),
      entry: { type: 'alertmanager', url: base, ...keys },
    }),
  );
  const others = [...near, ...managers].flatMap((place) => (isServer(place) ? [] : [place]));
  return [...read.map(({ place }) => place), ...managerPlaces, ...others, ...cluster.missing];
};
