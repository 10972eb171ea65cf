import {
  endpointsByName,
  httpConnectionShape,
  type RouteEndpoint,
  tlsForEndpoint,
  urlAtEndpoint,
  z,
  zHttpUrl,
} from '../../sdk.ts';

export const promtextConfig = z
  .strictObject({
    url: zHttpUrl
      .meta({ description: 'metrics URL of the only instance, in place of `urls`' })
      .exactOptional(),
    urls: z
      .union([z.array(zHttpUrl).min(1), z.record(z.string(), zHttpUrl)])
      .meta({ description: 'metrics URL of each instance, as a list, or as a map of name to URL' })
      .exactOptional(),
    service: z
      .string()
      .meta({ description: 'name of the service in the output of doctor and in notes' })
      .exactOptional(),
    ...httpConnectionShape,
  })
  .refine((config) => (config.url === undefined) !== (config.urls === undefined), {
    error: 'the source has no address: set url: http://host:9100/metrics, or urls: [ … ]',
  });

export type PromtextConfig = z.infer<typeof promtextConfig>;

/** Default address of a page behind `via:` without one. */
export const promtextAddress = { url: 'http://via/metrics', urls: undefined } as const;

/** One page per endpoint of a `via:`, with the path of the profile's address. */
export const promtextAtEnds = (
  config: PromtextConfig,
  ends: readonly RouteEndpoint[],
  port: number,
): PromtextConfig => {
  const { url: _, ...rest } = config;
  const configuredUrl = pageAddresses(config)[0]?.url ?? promtextAddress.url;
  const urls = endpointsByName(ends).map((end) => [end.name, urlAtEndpoint(configuredUrl, end, port)]);
  return { ...rest, ...tlsForEndpoint(configuredUrl, config.tls), urls: Object.fromEntries(urls) };
};

interface PageAddress {
  /** '' for a single page, given as `url`. */
  readonly name: string;
  readonly url: string;
}

/**
 * Pages with the names of their instances: the configured name, or host:port (with the path, where two share a host).
 */
export const pageAddresses = ({ url, urls }: PromtextConfig): readonly PageAddress[] => {
  if (urls === undefined) return url === undefined ? [] : [{ name: '', url }];
  if (!Array.isArray(urls)) return Object.entries(urls).map(([name, address]) => ({ name, url: address }));
  const hosts = urls.map((address) => new URL(address).host);
  return urls.map((address) => {
    const { host, pathname, search } = new URL(address);
    const isAlone = hosts.filter((other) => other === host).length === 1;
    return { name: isAlone ? host : `${host}${pathname}${search}`, url: address };
  });
};
