import type { KubernetesReader } from '../../clients/kubernetes/reading.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { serviceUrl } from '../../sources/kit/contract/api-server.ts';
import { field, list, stringMapOf, text } from '../../sources/kit/values/wire-value.ts';
import type { CommandContext } from '../command/context.ts';
import { type ClusterLogin, jsonOf, withClusterReads } from './cluster-reads.ts';

/** The kinds of servers that are looked for among the Services. */
export type MonitoringKind = 'prometheus' | 'alertmanager';

/** A Service that may be a server of monitoring: only its answer shows it. */
export interface Candidate {
  readonly kind: MonitoringKind;
  readonly namespace: string;
  /** `http://NAME.NAMESPACE.svc:PORT` */
  readonly url: string;
}

/** Namespaces that are searched where all of them may not be listed, beside the one of the context. */
const usualNamespaces = ['monitoring', 'observability'];
/** A larger cluster is searched by label. */
const mostServices = 500;
/** More of a kind are replicas, or belong to other teams. */
const mostOfKind = 4;

const standardPorts = { prometheus: 9090, alertmanager: 9093 } as const;
/** Names of ports in the Prometheus operator, kube-prometheus-stack and the community charts. */
const portNames = ['web', 'http-web', 'http'];

/**
 * A measure of how likely a Service is of the kind: labels, then names, of the Prometheus operator and the community charts.
 * 0: it is none. A headless one of the operator comes after the one that was made for clients.
 */
const likeness = (kind: MonitoringKind, name: string, labels: Readonly<Record<string, string>>): number => {
  if (labels['app.kubernetes.io/name'] === kind) return 4;
  if (labels.app === kind || labels.app === `kube-prometheus-stack-${kind}`) return 3;
  if (name === `${kind}-operated` || labels[`operated-${kind}`] === 'true') return 2;
  return new RegExp(`(?:^|-)${kind}(?:-server)?$`).test(name) ? 1 : 0;
};

/** The port that serves the API: by name, then by the standard number, else the only one. */
const portOf = (kind: MonitoringKind, ports: readonly unknown[]): number | undefined => {
  const tcp = ports.filter((port) => (text(field(port, 'protocol')) ?? 'TCP') === 'TCP');
  const found =
    tcp.find((port) => field(port, 'port') === standardPorts[kind]) ??
    portNames.flatMap((name) => tcp.find((port) => field(port, 'name') === name) ?? [])[0] ??
    (tcp.length === 1 ? tcp[0] : undefined);
  const port = field(found, 'port');
  return typeof port === 'number' ? port : undefined;
};

/** The Services of a list that may be a server of monitoring, the likeliest first; one of a kind per namespace. */
export const candidatesIn = (services: readonly unknown[]): readonly Candidate[] => {
  const all = services.flatMap((service) => {
    const { name = '', namespace = '' } = stringMapOf(field(service, 'metadata'));
    const spec = field(service, 'spec');
    // One that leads out of the cluster is not passed on to by an API server.
    if (name === '' || namespace === '' || field(spec, 'type') === 'ExternalName') return [];
    const labels = stringMapOf(field(field(service, 'metadata'), 'labels'));
    return (['prometheus', 'alertmanager'] as const).flatMap((kind) => {
      const rank = likeness(kind, name, labels);
      const port = portOf(kind, list(field(spec, 'ports')));
      if (rank === 0 || port === undefined) return [];
      const scheme = port === 443 || port === 8443 ? 'https' : 'http';
      return [{ kind, namespace, rank, url: serviceUrl({ scheme, name, namespace, port: String(port) }) }];
    });
  });
  const ordered = all.sort(
    (service, other) => other.rank - service.rank || (service.url < other.url ? -1 : 1),
  );
  const first = Map.groupBy(ordered, ({ kind, namespace }) => `${kind} ${namespace}`);
  const likeliest = [...first.values()].flatMap(([best]) => best ?? []);
  return (['prometheus', 'alertmanager'] as const).flatMap((kind) =>
    likeliest.filter((candidate) => candidate.kind === kind).slice(0, mostOfKind),
  );
};

const isDenied = (error: unknown): boolean => error instanceof WireError && error.kind === 'denied';

/**
 * Lists the Services of a cluster: all of them, in a large cluster those with a label; where that is not allowed, those of the
 * namespaces that may be listed. Rejects with the error of the API if it may list none.
 */
const listServices = async (
  reads: KubernetesReader,
  namespace: string,
  context: CommandContext,
  signal: AbortSignal,
): Promise<readonly unknown[]> => {
  const items = (body: unknown): readonly unknown[] => list(field(body, 'items'));
  try {
    const body = await jsonOf(reads, `/api/v1/services?limit=${mostServices}`, context, signal);
    if ((text(field(field(body, 'metadata'), 'continue')) ?? '') === '') return items(body);
    const selector = encodeURIComponent('app.kubernetes.io/name in (prometheus,alertmanager)');
    return items(await jsonOf(reads, `/api/v1/services?labelSelector=${selector}`, context, signal));
  } catch (error) {
    if (!isDenied(error)) throw error;
    const names = [...new Set([namespace, ...usualNamespaces])];
    const read = await Promise.allSettled(
      names.map((name) =>
        jsonOf(reads, `/api/v1/namespaces/${name}/services?limit=${mostServices}`, context, signal),
      ),
    );
    const allowed = read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    if (allowed.length === 0) throw error;
    return allowed.flatMap(items);
  }
};

/** Finds the Services of a cluster that may be a Prometheus or an Alertmanager, with one list in most clusters. */
export const findCandidates = async (
  context: CommandContext,
  login: ClusterLogin,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Candidate[]> =>
  candidatesIn(
    await withClusterReads(context, login, (reads) => listServices(reads, namespace, context, signal)),
  );
