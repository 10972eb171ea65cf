import type { FeedKind } from '../../domain/facts/reading.ts';
import type { FirstSource } from '../../importer/first-profile.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { openClusterProxy } from '../../sources/kit/contract/api-server.ts';
import { type ClusterLogin, loginOf } from './cluster-reads.ts';
import { type Candidate, findCandidates, type MonitoringKind } from './cluster-services.ts';
import { deniedOr, type FoundSystem, missing, reasonOf, type Search } from './found-system.ts';
import { alertmanagerProbe, clusterPrometheusProbe, type MonitoringServer } from './monitoring-server.ts';
import { checkedJson, probeMs } from './probe.ts';

/** Servers that a cluster shows; more are replicas, or belong to other teams. */
const mostServers = 2;
const titles = { prometheus: 'Prometheus', alertmanager: 'Alertmanager' } as const;
const gives: Readonly<Record<MonitoringKind, readonly FeedKind[]>> = {
  prometheus: ['samples', 'alerts'],
  alertmanager: ['alerts'],
};

/** The servers of monitoring that run in a cluster, and a line for each kind without one. */
export interface ClusterMonitoring {
  readonly prometheus: readonly MonitoringServer[];
  readonly alertmanager: readonly MonitoringServer[];
  readonly missing: readonly FoundSystem[];
}

const nothing: ClusterMonitoring = { prometheus: [], alertmanager: [], missing: [] };

/** GET requests to a Service, with the time limit of a probe each. */
const serverOf = ({ context }: Search, { url }: Candidate, login: ClusterLogin): MonitoringServer => ({
  base: url,
  words: `${url}, through the API server`,
  keys: { apiServer: { nested: { ...login } } },
  get: async (path) => {
    const limit = context.clock.deadline(probeMs);
    const io = context.openIo();
    try {
      return checkedJson(await openClusterProxy(login, io)(`${url}${path}`, limit.signal), context);
    } finally {
      limit.clear();
      await io.close();
    }
  },
});

interface Probed {
  readonly server?: MonitoringServer;
  readonly why?: string;
  readonly isDenied?: boolean;
}

const probe = async (search: Search, candidate: Candidate, login: ClusterLogin): Promise<Probed> => {
  const server = serverOf(search, candidate, login);
  const { path, fits } = candidate.kind === 'prometheus' ? clusterPrometheusProbe : alertmanagerProbe;
  try {
    return fits(await server.get(path))
      ? { server }
      : { why: `${candidate.url} answers, but is no Prometheus or Alertmanager. Check the address` };
  } catch (error) {
    const isDenied = error instanceof WireError && error.kind === 'denied';
    return { why: `${candidate.url}: ${reasonOf(error)}`, isDenied };
  }
};

/** The servers of a kind among the candidates that answer as one, and a line if none does. */
const ofKind = async (
  search: Search,
  kind: MonitoringKind,
  candidates: readonly Candidate[],
  login: ClusterLogin,
): Promise<{ readonly servers: readonly MonitoringServer[]; readonly missing: readonly FoundSystem[] }> => {
  const what = `${titles[kind]} of the cluster`;
  const own = candidates.filter((candidate) => candidate.kind === kind);
  const probed = await Promise.all(own.map((candidate) => probe(search, candidate, login)));
  const servers = probed.flatMap(({ server }) => server ?? []).slice(0, mostServers);
  if (servers.length > 0) return { servers, missing: [] };
  const denied = probed.find(({ isDenied }) => isDenied);
  const why =
    (denied ?? probed[0])?.why ??
    'no Service in the cluster has the labels, the name or the port of a monitoring server';
  return {
    servers,
    missing: [
      { ...missing(what, why), ...(denied === undefined ? {} : { isDenied: true, gives: gives[kind] }) },
    ],
  };
};

/**
 * Finds the Prometheus and the Alertmanager that run as Services of the cluster, through the proxy of its API server and with
 * the login of the context: one list of Services, and one GET to each candidate, which only such a server answers.
 */
export const findClusterMonitoring = async (
  search: Search,
  kubernetes: FirstSource | undefined,
): Promise<ClusterMonitoring> => {
  if (kubernetes === undefined) return nothing;
  const { context } = search;
  const login = loginOf(kubernetes.entry);
  const { namespace } = kubernetes.entry;
  const limit = context.clock.deadline(probeMs);
  try {
    const candidates = await findCandidates(
      context,
      login,
      typeof namespace === 'string' ? namespace : 'default',
      limit.signal,
    );
    const [prometheus, alertmanager] = await Promise.all([
      ofKind(search, 'prometheus', candidates, login),
      ofKind(search, 'alertmanager', candidates, login),
    ]);
    return {
      prometheus: prometheus.servers,
      alertmanager: alertmanager.servers,
      missing: [...prometheus.missing, ...alertmanager.missing],
    };
  } catch (error) {
    return {
      ...nothing,
      missing: [deniedOr('Prometheus of the cluster', error, reasonOf(error), gives.prometheus)],
    };
  } finally {
    limit.clear();
  }
};
