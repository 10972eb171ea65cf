import { defined } from '../../../domain/base/defined.ts';
import type { Fault, FaultKind } from '../../../domain/base/fault.ts';
import type { ChangeIo, ReadIo } from '../../../doors/io.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import type { HttpAnswer, HttpStream, TlsOptions } from '../../../platform/network/http-messages.ts';
import { statusError } from '../../../platform/network/status.ts';
import { toFault } from '../../../platform/network/to-fault.ts';
import { urlUnder } from '../../../platform/network/url-under.ts';
import { markUnsent, WireError } from '../../../platform/runtime/wire-error.ts';
import { type ApiServerConfig, openClusterProxy } from './api-server.ts';
import type { Auth } from './connection.ts';

/** Authentication headers; their secrets are masked in all messages from now on. */
export const authHeaders = (
  auth: Auth | undefined,
  url: string | undefined,
): Readonly<Record<string, string>> => {
  if (auth?.bearer !== undefined) {
    secretMasker.add(auth.bearer);
    return { authorization: `Bearer ${auth.bearer.trim()}` };
  }
  if (auth?.header !== undefined) {
    for (const value of Object.values(auth.header)) secretMasker.add(value);
    return auth.header;
  }
  const basic = auth?.basic ?? urlCredentials(url);
  return basic === undefined ? {} : { authorization: `Basic ${basicToken(basic)}` };
};

const basicToken = ({ user, password }: { user: string; password: string }): string => {
  const token = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
  secretMasker.add(password);
  secretMasker.add(token);
  return token;
};

/** User and password of a URL: http://user:password@host */
const urlCredentials = (url: string | undefined): { user: string; password: string } | undefined => {
  if (url === undefined) return undefined;
  const { username, password } = new URL(url);
  return username === ''
    ? undefined
    : { user: decodeURIComponent(username), password: decodeURIComponent(password) };
};

/** The URL without user and password: the form that is requested, shown and compared. */
export const urlWithoutCredentials = (url: string): string => {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain.href;
};

/** Base URL of a source with its authentication. Paths are joined to the base and never leave its origin. */
export interface Endpoint {
  readonly base: string;
  url(path: string): string;
  /** 'GET http://host:8081/actuator/health', masked: the name of a call in faults, previews and the ledger. */
  line(method: string, path: string): string;
  /** Returns the response, whatever its status. Throws WireError. */
  get(path: string, signal: AbortSignal, how?: HttpReadOptions): Promise<HttpAnswer>;
  /** Sends a GET and returns the response as a raw byte stream, whatever its status. Throws WireError. */
  bytes(path: string, signal: AbortSignal, headers?: Readonly<Record<string, string>>): Promise<HttpStream>;
  /** Returns the body of a 2xx response as JSON. Throws WireError, also for any other status. */
  json(path: string, signal: AbortSignal): Promise<unknown>;
  /** Sends a change through the given io, without following redirects. Throws WireError. */
  send(change: ChangeIo, call: HttpChangeRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Sends a GET through the given io and returns the response as a raw byte stream. Throws WireError. */
  stream(
    change: ChangeIo,
    call: Omit<HttpChangeRequest, 'method' | 'body'>,
    signal: AbortSignal,
  ): Promise<HttpStream>;
  /** Converts a failed call on this endpoint to a fault of its source. */
  fault(path: string, error: unknown, method?: string): Fault;
  /** Creates a fault that does not come from an exception. */
  say(kind: FaultKind, path: string, message: string): Fault;
}

interface HttpReadOptions {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
}

interface HttpChangeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface EndpointConfig {
  readonly url: string;
  readonly auth?: Auth;
  readonly tls?: TlsOptions;
  /** Reads go through this API server, and nothing else is sent. */
  readonly apiServer?: ApiServerConfig;
}

/** Accept header for a server with JSON responses. */
export const jsonAcceptHeader = 'application/json, */*;q=0.8';

/** Sends the reads of an endpoint through an API server. Everything else is refused. */
const throughApiServer = (direct: Endpoint, apiServer: ApiServerConfig, io: ReadIo): Endpoint => {
  const read = openClusterProxy(apiServer, io);
  const get: Endpoint['get'] = (path, signal) => read(direct.url(path), signal);
  const refuse = async (): Promise<never> => {
    throw markUnsent(
      new WireError(
        'denied',
        'opsdeck sends only reads through the API server. To change something, set url to the server itself',
      ),
    );
  };
  return {
    ...direct,
    get,
    json: async (path, signal) => okJson(await get(path, signal), io),
    bytes: refuse,
    send: refuse,
    stream: refuse,
  };
};

/** The body of a 2xx response as JSON. Throws WireError for any other status. */
const okJson = (answer: HttpAnswer, { clock }: ReadIo): unknown => {
  const problem = statusError(answer, clock.wallNow());
  if (problem !== undefined) throw problem;
  return answer.json();
};

/** Opens an endpoint. Contacts nothing. */
export const openEndpoint = (source: string, config: EndpointConfig, io: ReadIo): Endpoint => {
  const direct = openDirect(source, config, io);
  return config.apiServer === undefined ? direct : throughApiServer(direct, config.apiServer, io);
};

const openDirect = (source: string, config: EndpointConfig, io: ReadIo): Endpoint => {
  const base = urlUnder(urlWithoutCredentials(config.url), '');
  const { origin } = new URL(base);
  const headers = authHeaders(config.auth, config.url);
  const common = { ...defined({ tls: config.tls }) };
  const url = (path: string): string => {
    const whole = path === '' ? config.url : urlUnder(base, path);
    const plain = URL.canParse(whole) ? urlWithoutCredentials(whole) : '';
    if (plain === '' || new URL(plain).origin !== origin)
      throw new WireError('unconfigured', `"${path}" is not a path on the server ${origin}: check the path`);
    return plain;
  };
  const line = (method: string, path: string): string => secretMasker.mask(`${method} ${url(path)}`);
  const get: Endpoint['get'] = (path, signal, how = {}) =>
    io.get(
      {
        ...common,
        method: how.method ?? 'GET',
        url: url(path),
        headers: { accept: jsonAcceptHeader, ...headers, ...how.headers },
      },
      signal,
    );
  const fault: Endpoint['fault'] = (path, error, method = 'GET') =>
    toFault(source, line(method, path), error, io.clock.now());

  // A compressed transfer would have other offsets and would be saved compressed.
  const bytesHeaders = (
    own: Readonly<Record<string, string>> | undefined,
  ): Readonly<Record<string, string>> => ({
    accept: '*/*',
    ...headers,
    ...own,
    'accept-encoding': 'identity',
  });

  return {
    base,
    url,
    line,
    get,
    bytes: (path, signal, own) =>
      io.stream({ ...common, url: url(path), headers: bytesHeaders(own), maxRedirects: 0 }, signal),
    json: async (path, signal) => okJson(await get(path, signal), io),
    send: (change, call, signal) =>
      change.send(
        {
          ...common,
          method: call.method,
          url: url(call.path),
          headers: { accept: jsonAcceptHeader, ...headers, ...call.headers },
          maxRedirects: 0,
          ...defined({ body: call.body }),
        },
        signal,
      ),
    stream: (change, call, signal) =>
      change.stream(
        {
          ...common,
          method: 'GET',
          url: url(call.path),
          headers: bytesHeaders(call.headers),
          maxRedirects: 0,
        },
        signal,
      ),
    fault,
    say: (kind, path, message) => fault(path, new WireError(kind, message)),
  };
};

/**
 * Limits the series of a signal, and returns a fault when there are more: each series costs a row, history and a level.
 */
export const limitSeries = <T>(
  endpoint: Pick<Endpoint, 'say'>,
  signal: string,
  series: readonly T[],
  most: number,
  remedy: string,
): { readonly kept: readonly T[]; readonly faults: readonly Fault[] } => {
  if (series.length <= most) return { kept: series, faults: [] };
  const message = `${signal} returns ${series.length} series. Only the first ${most} are shown: ${remedy}`;
  return { kept: series.slice(0, most), faults: [endpoint.say('unconfigured', '', message)] };
};
