import { endHost } from '../platform/network/dial.ts';
import type { TlsOptions } from '../platform/network/http-messages.ts';
import type { End } from './source.ts';

/** The address of a profile at an end of its `via:`: another host and port; scheme, login and path stay. */
export const addressAt = (url: string, { name }: End, port: number): string => {
  const at = new URL(url);
  at.hostname = endHost(name);
  at.port = String(port);
  return at.href;
};

/** The port that an address names by itself; undefined when it leaves it to its scheme. */
export const portIn = (url: string): number | undefined => {
  const { port } = new URL(url);
  return port === '' ? undefined : Number(port);
};

/** The ends in an order of their own, so that one that is less ready for a moment changes nothing. */
export const byName = (ends: readonly End[]): readonly End[] =>
  [...ends].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

/** A certificate bears the name of the profile's address, not that of a pod or a container. */
export const tlsThrough = (url: string, tls: TlsOptions | undefined): { readonly tls?: TlsOptions } => {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:') return tls === undefined ? {} : { tls };
  return { tls: { serverName: hostname, ...tls } };
};

/** One address is enough for what answers the same at every end: it is asked at the first. */
export const throughFirst = <C extends { readonly url: string; readonly tls?: TlsOptions }>(
  config: C,
  [first]: readonly End[],
  port: number,
): C =>
  first === undefined
    ? config
    : { ...config, ...tlsThrough(config.url, config.tls), url: addressAt(config.url, first, port) };
