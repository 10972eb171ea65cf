import { isObject } from '../../domain/text/value-text.ts';
import { isLoopbackHost } from '../../platform/network/http-listener.ts';
import { type FoundSystem, failure, found, missing, type Search } from './found-system.ts';
import { getJson } from './probe.ts';

const standardPrometheus = 'http://127.0.0.1:9090';
const standardAlertmanager = 'http://127.0.0.1:9093';

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

/**
 * The Prometheus servers of --prometheus, on any host; without that flag one at PROMETHEUS_URL, if it is on loopback, or at the
 * standard address. One request each, to their build information.
 */
export const findPrometheus = (search: Search): Promise<readonly FoundSystem[]> => {
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

/** An Alertmanager at the standard address of this machine: one request to its status. */
export const findAlertmanager = (search: Search): Promise<FoundSystem> =>
  probed(
    search,
    alertmanagerProbe,
    { text: standardAlertmanager, by: '', isAnywhere: false },
    'alertmanager',
  );
