import { isObject } from '../../domain/text/value-text.ts';
import { isLoopbackHost } from '../../platform/network/http-listener.ts';
import { type FoundSystem, failure, found, missing, type Search } from './found-system.ts';
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
    return { why: `${by} is not an http address without credentials` };
  if (/[?#]/.test(text))
    return { why: `${by} has a query or a fragment; remove it, credentials are keys of the source` };
  if (!isAnywhere && !isLoopbackHost(parsed.hostname))
    return { why: `${parsed.host} is not on this machine and was not contacted; add it by hand` };
  return { base: `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}` };
};

/** The entry of a server that answers as expected, or why there is none. */
const probed = async (
  search: Search,
  { what, path, fits }: { what: string; path: string; fits: (body: unknown) => boolean },
  given: GivenAddress,
  id: string,
): Promise<FoundSystem> => {
  const address = baseOf(given);
  if ('why' in address) return missing(what, address.why);
  const { base } = address;
  try {
    const body = await getJson(search.context, { url: `${base}${path}` });
    if (!fits(body)) return missing(what, `${base} is another program`);
    return found(what, base, { id, entry: { type: what.toLowerCase(), url: base } });
  } catch (error) {
    return missing(what, `${base}: ${failure(error)}`);
  }
};

const prometheusProbe = {
  what: 'Prometheus',
  path: '/api/v1/status/buildinfo',
  fits: (body: unknown): boolean => isObject(body) && body.status === 'success',
};

const alertmanagerProbe = {
  what: 'Alertmanager',
  path: '/api/v2/status',
  fits: (body: unknown): boolean => isObject(body) && isObject(body.versionInfo),
};

/** A Prometheus server with what it has. */
const withContents = async (search: Search, place: FoundSystem, index: number) => {
  const { source } = place;
  if (source === undefined || typeof source.entry.url !== 'string') return { place, alertmanagers: [] };
  const { url } = source.entry;
  const id = index === 0 ? 'metrics' : `metrics${index + 1}`;
  const { facts, signals, alertmanagers, words } = await prometheusContents(search, url, id);
  const nested = Object.keys(facts).length === 0 ? undefined : { nested: facts };
  return {
    place: {
      ...place,
      detail: [place.detail, ...words].join(', '),
      source: { ...source, entry: { ...source.entry, facts: nested } },
      more: signals === undefined ? [] : [signals],
    },
    alertmanagers,
  };
};

/**
 * The Prometheus servers of --prometheus, on any host; without that flag one at PROMETHEUS_URL, if it is on loopback, or at the
 * standard address. One request each, to their build information.
 */
const findPrometheus = (search: Search): Promise<readonly FoundSystem[]> => {
  const { prometheus = [] } = search.flags;
  const variable = search.context.processEnv.PROMETHEUS_URL || standardPrometheus;
  const given: readonly GivenAddress[] =
    prometheus.length > 0
      ? prometheus.map((text) => ({ text, by: '--prometheus', isAnywhere: true }))
      : [{ text: variable, by: 'PROMETHEUS_URL', isAnywhere: false }];
  return Promise.all(
    given.map((address, index) =>
      probed(search, prometheusProbe, address, index === 0 ? 'prometheus' : `prometheus${index + 1}`),
    ),
  );
};

/** The Alertmanagers that answer, among those that a Prometheus names and the standard address of this machine. */
const findAlertmanagers = async (
  search: Search,
  named: readonly string[],
): Promise<readonly FoundSystem[]> => {
  const bases = [...new Set(named)].slice(0, mostAlertmanagers);
  const given: readonly GivenAddress[] =
    bases.length > 0
      ? bases.map((text) => ({ text, by: 'the Prometheus', isAnywhere: true }))
      : [{ text: standardAlertmanager, by: '', isAnywhere: false }];
  return Promise.all(
    given.map((address, index) =>
      probed(search, alertmanagerProbe, address, index === 0 ? 'alertmanager' : `alertmanager${index + 1}`),
    ),
  );
};

/** The Prometheus servers and Alertmanagers, with the limits of alert rules and the golden signals of series that exist. */
export const findMonitoring = async (search: Search): Promise<readonly FoundSystem[]> => {
  const servers = await findPrometheus(search);
  const read = await Promise.all(servers.map((place, index) => withContents(search, place, index)));
  const alertmanagers = await findAlertmanagers(
    search,
    read.flatMap((server) => server.alertmanagers),
  );
  return [...read.map(({ place }) => place), ...alertmanagers];
};
