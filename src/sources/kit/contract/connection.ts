import { z } from 'zod';
import { zDuration } from '../../../domain/facts/schema.ts';
import { endpointHost } from '../../../platform/network/dial.ts';
import type { TlsOptions } from '../../../platform/network/http-messages.ts';
import { overridingHeader } from '../../../platform/network/method-override.ts';
import { zExpectation } from './expectation.ts';
import type { ReadingAccess, RouteEndpoint } from './source.ts';

/**
 * Rewrites the address of a profile for an endpoint of its `via:`: replaces host and port; keeps scheme, login and
 * path.
 */
export const urlAtEndpoint = (url: string, { name }: RouteEndpoint, port: number): string => {
  const onlyUrl = new URL(url);
  onlyUrl.hostname = endpointHost(name);
  onlyUrl.port = String(port);
  return onlyUrl.href;
};

/** The explicit port of a URL; undefined when the scheme determines it. */
export const explicitPort = (url: string): number | undefined => {
  const { port } = new URL(url);
  return port === '' ? undefined : Number(port);
};

/** Sorts endpoints by name, so that a brief change of readiness does not reorder them. */
export const endpointsByName = (ends: readonly RouteEndpoint[]): readonly RouteEndpoint[] =>
  [...ends].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

/** TLS options for an endpoint: a certificate is issued for the profile's address, not for a pod or a container. */
export const tlsForEndpoint = (url: string, tls: TlsOptions | undefined): { readonly tls?: TlsOptions } => {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:') return tls === undefined ? {} : { tls };
  return { tls: { serverName: hostname, ...tls } };
};

/** Routes a config to the first endpoint, for systems that give the same response at every endpoint. */
export const routeToFirst = <C extends { readonly url: string; readonly tls?: TlsOptions }>(
  config: C,
  [first]: readonly RouteEndpoint[],
  port: number,
): C =>
  first === undefined
    ? config
    : { ...config, ...tlsForEndpoint(config.url, config.tls), url: urlAtEndpoint(config.url, first, port) };

/** True for a host that is another system on another machine: loopback, link-local, and names without a domain. */
const isOfThisMachine = (hostname: string): boolean =>
  hostname.endsWith('localhost') ||
  (!hostname.includes('.') && !hostname.includes(':')) ||
  /^(?:127\.|169\.254\.|0\.|\[::1?\]|\[fe[89ab])/.test(hostname);

/**
 * Whether readings over HTTP may be shared (`SourceModule.readingAccess`). A client certificate belongs to a machine or a
 * person. A user or a query in the URL counts as a secret.
 */
export const httpReadingAccess = ({
  url,
  auth,
  tls,
}: {
  readonly url: string;
  readonly auth?: Auth;
  readonly tls?: TlsOptions;
}): ReadingAccess | undefined => {
  if (tls?.cert !== undefined || tls?.key !== undefined) return undefined;
  const { username, password, search, hostname } = new URL(url);
  const hasSecrets = auth !== undefined || username + password + search !== '';
  return { hasSecrets, isLocal: isOfThisMachine(hostname) };
};

/** One login method. Secrets are references. */
export const zAuth = z
  .strictObject({
    bearer: z.string().exactOptional(),
    basic: z.strictObject({ user: z.string(), password: z.string() }).exactOptional(),
    header: z
      .record(z.string(), z.string())
      .meta({ description: 'HTTP headers to send, as a map of name to value, such as an API key' })
      .exactOptional(),
  })
  .refine((auth) => Object.keys(auth).length === 1, {
    error:
      'auth needs one kind of login: set exactly one of bearer, basic { user, password }, header { NAME: value }',
  })
  .refine(({ header }) => overridingHeader(header) === undefined, {
    path: ['header'],
    error: 'opsdeck sends this header with every read, and the header would change the method: remove it',
  })
  .meta({ description: 'login to the server, with one of bearer, basic and header' });

export const zTls = z
  .strictObject({
    ca: z
      .string()
      .meta({
        description:
          'CA certificate to trust, in PEM format, usually a file reference (default: the CA certificates of the system)',
      })
      .exactOptional(),
    cert: z.string().meta({ description: 'client certificate of the login, in PEM format' }).exactOptional(),
    key: z
      .string()
      .meta({ description: 'private key of the client certificate, in PEM format' })
      .exactOptional(),
    passphrase: z
      .string()
      .meta({ description: 'passphrase of the private key, if the key is encrypted' })
      .exactOptional(),
    insecure: z
      .boolean()
      .meta({
        description:
          'with true, opsdeck accepts any server certificate without verification. The default is false',
      })
      .exactOptional(),
    serverName: z
      .string()
      .meta({ description: 'name that the server certificate must have (default: the host of the url)' })
      .exactOptional(),
  })
  .meta({ description: 'TLS: CA, client certificate, server name' });

/** Expected identity of the system. On a mismatch the whole source is unknown and its operations are locked. */
const zIdentity = z.strictObject({ path: z.string(), ...zExpectation.shape }).meta({
  description:
    'proof that this is the expected server: a path to request, and the status, json, text or header that the answer must have',
});

/** Keys common to all sources over HTTP. */
export const httpConnectionShape = {
  every: zDuration.prefault('5s').meta({ description: 'poll interval' }),
  timeout: zDuration.prefault('3s').meta({ description: 'request timeout' }),
  auth: zAuth.exactOptional(),
  tls: zTls.exactOptional(),
  identity: zIdentity.exactOptional(),
};

export type Auth = z.infer<typeof zAuth>;
export type IdentityConfig = z.infer<typeof zIdentity>;

/** A reading is stale after three missed polls. */
export const staleAfter = (everyMs: number): number => 3 * everyMs;
