import { z } from 'zod';
import { zDuration } from '../domain/schema.ts';
import { endpointHost } from '../platform/network/dial.ts';
import type { TlsOptions } from '../platform/network/http-messages.ts';
import { zExpectation } from './expectation.ts';
import type { RouteEndpoint } from './source.ts';

/** The address of a profile at an end of its `via:`: another host and port; scheme, login and path stay. */
export const urlAtEndpoint = (url: string, { name }: RouteEndpoint, port: number): string => {
  const at = new URL(url);
  at.hostname = endpointHost(name);
  at.port = String(port);
  return at.href;
};

/** The port that an address names by itself; undefined when it leaves it to its scheme. */
export const explicitPort = (url: string): number | undefined => {
  const { port } = new URL(url);
  return port === '' ? undefined : Number(port);
};

/** The ends in an order of their own, so that one that is less ready for a moment changes nothing. */
export const endpointsByName = (ends: readonly RouteEndpoint[]): readonly RouteEndpoint[] =>
  [...ends].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

/** A certificate bears the name of the profile's address, not that of a pod or a container. */
export const tlsForEndpoint = (url: string, tls: TlsOptions | undefined): { readonly tls?: TlsOptions } => {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:') return tls === undefined ? {} : { tls };
  return { tls: { serverName: hostname, ...tls } };
};

/** One address is enough for what answers the same at every end: it is asked at the first. */
export const routeToFirst = <C extends { readonly url: string; readonly tls?: TlsOptions }>(
  config: C,
  [first]: readonly RouteEndpoint[],
  port: number,
): C =>
  first === undefined
    ? config
    : { ...config, ...tlsForEndpoint(config.url, config.tls), url: urlAtEndpoint(config.url, first, port) };

/** One way to log in. Secrets come by reference. */
export const zAuth = z
  .strictObject({
    bearer: z.string().exactOptional(),
    basic: z.strictObject({ user: z.string(), password: z.string() }).exactOptional(),
    header: z
      .record(z.string(), z.string())
      .meta({ description: 'headers by name, such as an API key' })
      .exactOptional(),
  })
  .refine((auth) => Object.keys(auth).length === 1, {
    error: 'auth takes exactly one of bearer, basic { user, password }, header { NAME: value }',
  })
  .meta({ description: 'authentication: bearer, basic or header' });

export const zTls = z
  .strictObject({
    ca: z.string().meta({ description: 'CA certificate to trust (PEM, file reference)' }).exactOptional(),
    cert: z.string().meta({ description: 'client certificate (PEM)' }).exactOptional(),
    key: z.string().meta({ description: 'private key of the client certificate (PEM)' }).exactOptional(),
    passphrase: z
      .string()
      .meta({ description: 'passphrase of the private key, if encrypted' })
      .exactOptional(),
    insecure: z.boolean().meta({ description: 'skip certificate verification' }).exactOptional(),
    serverName: z.string().meta({ description: 'expected name in the server certificate' }).exactOptional(),
  })
  .meta({ description: 'TLS: CA, client certificate, server name' });

/** What must answer at the address; when something else does, the whole source is unknown and its operations locked. */
const zIdentity = z
  .strictObject({ path: z.string(), ...zExpectation.shape })
  .meta({ description: 'identity check: a path, and the status, json, text or header it must return' });

/** What every source over HTTP takes besides its own. */
export const httpConnectionShape = {
  every: zDuration.prefault('5s').meta({ description: 'poll interval' }),
  timeout: zDuration.prefault('3s').meta({ description: 'request timeout' }),
  auth: zAuth.exactOptional(),
  tls: zTls.exactOptional(),
  identity: zIdentity.exactOptional(),
};

export type Auth = z.infer<typeof zAuth>;
export type IdentityConfig = z.infer<typeof zIdentity>;

/** A reading is stale when three rounds went by without a new one. */
export const staleAfter = (everyMs: number): number => 3 * everyMs;
