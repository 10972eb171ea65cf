import type { Fault, FaultKind } from '../domain/fault.ts';
import type { ChangeIo, ReadIo } from '../doors/io.ts';
import type { HttpAnswer, HttpStream, TlsOptions } from '../platform/network/http-messages.ts';
import { statusError } from '../platform/network/status.ts';
import { secretMasker } from '../platform/terminal/secrets.ts';
import { toFault } from '../platform/to-fault.ts';
import { WireError } from '../platform/wire-error.ts';
import type { Auth } from './connection.ts';

/** The headers that log in; what is secret in them shows in no message from now on. */
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

/** The user and password that a URL carries: http://user:password@host */
const urlCredentials = (url: string | undefined): { user: string; password: string } | undefined => {
  if (url === undefined) return undefined;
  const { username, password } = new URL(url);
  return username === ''
    ? undefined
    : { user: decodeURIComponent(username), password: decodeURIComponent(password) };
};

/** The same address without user and password: the one that is asked, shown and compared. */
export const urlWithoutCredentials = (url: string): string => {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain.href;
};

/** A base address of a source with its way to log in. Paths are joined to the base and never leave its origin. */
export interface Endpoint {
  readonly base: string;
  url(path: string): string;
  /** 'GET http://host:8081/actuator/health', masked: how a call is named in faults, previews and the ledger. */
  line(method: string, path: string): string;
  /** The answer whatever its status. Throws WireError. */
  get(path: string, signal: AbortSignal, how?: HttpReadOptions): Promise<HttpAnswer>;
  /** The body of a 2xx answer as JSON. Throws WireError: also for any other status. */
  json(path: string, signal: AbortSignal): Promise<unknown>;
  /** Asks for a change through the lent io; redirects are not followed. Throws WireError. */
  send(change: ChangeIo, call: HttpChangeRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** A GET through the lent io whose answer comes bit by bit, as its bytes are. Throws WireError. */
  stream(
    change: ChangeIo,
    call: Omit<HttpChangeRequest, 'method' | 'body'>,
    signal: AbortSignal,
  ): Promise<HttpStream>;
  /** A failure of a call on this endpoint, as the fault of its source. */
  fault(path: string, error: unknown, method?: string): Fault;
  /** A fault that no exception stands for. */
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
}

/** What is accepted of a server whose answers are JSON. */
export const jsonAcceptHeader = 'application/json, */*;q=0.8';

export const openEndpoint = (source: string, config: EndpointConfig, io: ReadIo): Endpoint => {
  const base = urlWithoutCredentials(config.url).replace(/\/+$/, '');
  const { origin } = new URL(base);
  const headers = authHeaders(config.auth, config.url);
  const common = { ...(config.tls === undefined ? {} : { tls: config.tls }) };
  const url = (path: string): string => {
    const whole = path === '' ? config.url : `${base}${path.startsWith('/') ? '' : '/'}${path}`;
    const plain = URL.canParse(whole) ? urlWithoutCredentials(whole) : '';
    if (plain === '' || new URL(plain).origin !== origin)
      throw new WireError('unconfigured', `"${path}" is not a path on ${origin}`);
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

  return {
    base,
    url,
    line,
    get,
    json: async (path, signal) => {
      const answer = await get(path, signal);
      const problem = statusError(answer, io.clock.now() + io.clock.wallOffset());
      if (problem !== undefined) throw problem;
      return answer.json();
    },
    send: (change, call, signal) =>
      change.send(
        {
          ...common,
          method: call.method,
          url: url(call.path),
          headers: { accept: jsonAcceptHeader, ...headers, ...call.headers },
          maxRedirects: 0,
          ...(call.body === undefined ? {} : { body: call.body }),
        },
        signal,
      ),
    stream: (change, call, signal) =>
      change.stream(
        {
          ...common,
          method: 'GET',
          url: url(call.path),
          // What is packed on the way would be saved packed.
          headers: { accept: '*/*', ...headers, ...call.headers, 'accept-encoding': 'identity' },
          maxRedirects: 0,
        },
        signal,
      ),
    fault,
    say: (kind, path, message) => fault(path, new WireError(kind, message)),
  };
};

/** The series of a signal that are kept, and the fault that says so when there are more: each costs a row, its history and a verdict. */
export const limitSeries = <T>(
  endpoint: Pick<Endpoint, 'say'>,
  signal: string,
  series: readonly T[],
  most: number,
  remedy: string,
): { readonly kept: readonly T[]; readonly faults: readonly Fault[] } => {
  if (series.length <= most) return { kept: series, faults: [] };
  const message = `${signal} returns ${series.length} series; only the first ${most} are shown: ${remedy}`;
  return { kept: series.slice(0, most), faults: [endpoint.say('unconfigured', '', message)] };
};
