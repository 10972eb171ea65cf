import { pluralize } from '../../domain/text/count-text.ts';
import type { FirstSource } from '../../importer/first-profile.ts';
import { slug, uniqueNames } from '../../importer/names.ts';
import { field, list, text } from '../../sources/kit/values/wire-value.ts';
import { jsonOf, loginOf, namespacedPath, withClusterReads } from './cluster-reads.ts';
import { type FoundSystem, missing, reasonOf, type Search } from './found-system.ts';
import { probeMs } from './probe.ts';

const what = 'hosts of ingresses';
const mostIngresses = 500;
/** More hosts than a person reads through in a profile. */
const mostHosts = 40;
/** Switches the search off: `off`. */
const switchName = 'OPSDECK_INGRESS_HOSTS';

/** A host that an Ingress serves. */
interface IngressHost {
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** A path that a rule of the host serves. */
  readonly path: string;
  /** 'shop/web': the namespace and name of its Ingress. */
  readonly ingress: string;
}

/** Source: Kubernetes API reference, IngressRule: a host is a DNS name, or begins with a wildcard. */
const isHostName = (host: string): boolean =>
  host.length <= 253 && /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\.)*[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(host);

/** True if a certificate of an Ingress is for the host; `*` stands for one label. */
const isCoveredBy = (host: string, covered: string): boolean =>
  covered === host || (covered.startsWith('*.') && covered.slice(1) === host.slice(host.indexOf('.')));

/** '/' where a rule serves it, else its first path that is no expression; '/' for a rule without paths. */
const pathOf = (rule: unknown): string => {
  const paths = list(field(field(rule, 'http'), 'paths')).flatMap((entry) => {
    const path = text(field(entry, 'path'));
    const isPlain = path !== undefined && /^\/[\w./~-]*$/.test(path);
    return isPlain && field(entry, 'pathType') !== 'ImplementationSpecific' ? [path] : [];
  });
  return paths.includes('/') ? '/' : (paths[0] ?? '/');
};

const hostsIn = (ingress: unknown): readonly IngressHost[] => {
  const spec = field(ingress, 'spec');
  const metadata = field(ingress, 'metadata');
  const covered = list(field(spec, 'tls')).flatMap((entry) =>
    list(field(entry, 'hosts')).filter((host) => typeof host === 'string'),
  );
  return list(field(spec, 'rules')).flatMap((rule) => {
    const host = text(field(rule, 'host'));
    if (host === undefined || !isHostName(host)) return [];
    return [
      {
        host,
        scheme: covered.some((name) => isCoveredBy(host, name)) ? ('https' as const) : ('http' as const),
        path: pathOf(rule),
        ingress: [text(field(metadata, 'namespace')), text(field(metadata, 'name'))].join('/'),
      },
    ];
  });
};

/**
 * The hosts of a list of Ingresses, each once: with TLS if any Ingress has a certificate for it. A wildcard is no host that can
 * be requested.
 */
export const ingressHostsIn = (ingresses: readonly unknown[]): readonly IngressHost[] => {
  const all = Map.groupBy(ingresses.flatMap(hostsIn), ({ host }) => host);
  return [...all.values()].flatMap((same) => {
    const best = same.find(({ scheme }) => scheme === 'https') ?? same[0];
    return best === undefined ? [] : [best];
  });
};

/** An HTTP check of a host: a 404 may be that of a controller without a rule for the host, so it is not up. */
const checkOf = ({ host, scheme, path, ingress }: IngressHost, id: string): FirstSource => ({
  id,
  from: `Ingress ${ingress}`,
  entry: {
    type: 'http',
    url: `${scheme}://${host}`,
    checks: [{ nested: { service: host, path } }],
    every: '1m',
  },
});

/**
 * Finds the hosts of Ingresses by one list, and offers an HTTP check of each. No host is resolved or requested: the cluster says
 * which hosts exist, and only a person decides that this machine requests them.
 */
export const findIngressHosts = async (
  search: Search,
  kubernetes: FirstSource | undefined,
): Promise<readonly FoundSystem[]> => {
  if (kubernetes === undefined) return [];
  if (search.context.processEnv[switchName] === 'off')
    return [missing(what, `${switchName}=off turns this search off`)];
  const login = loginOf(kubernetes.entry);
  const limit = search.context.clock.deadline(probeMs);
  // The path of the first read of the source, which begins with this response.
  const path = namespacedPath(kubernetes.entry, '/apis/networking.k8s.io/v1', 'ingresses', mostIngresses);
  try {
    const ingresses = await withClusterReads(search.context, login, (reads) =>
      jsonOf(reads, path, search.context, limit.signal, (answer) => search.known?.put(login, path, answer)),
    );
    const hosts = ingressHostsIn(list(field(ingresses, 'items')));
    if (hosts.length === 0) return [missing(what, 'no Ingress names a host')];
    const unique = uniqueNames();
    const offers = hosts.slice(0, mostHosts).map((host) => checkOf(host, unique(slug(host.host, 'host'))));
    const left = hosts.length - offers.length;
    const more = left > 0 ? `, ${left} more not listed` : '';
    const detail = `${pluralize(offers.length, 'host')}${more}: offered as HTTP checks in comments of a saved profile, and not requested`;
    return [{ what, found: true, detail, offers }];
  } catch (error) {
    return [missing(what, reasonOf(error))];
  } finally {
    limit.clear();
  }
};
