import type { Agent, Dispatcher } from 'undici';
import type { Clock } from '../runtime/clock.ts';
import { startStopwatch } from '../runtime/stopwatch.ts';
import { markUnsent, toAbortError, toWireError, WireError } from '../runtime/wire-error.ts';
import { type Agents, openAgents } from './agents.ts';
import { type Dial, TunnelError } from './dial.ts';
import { toHttpAnswer, toHttpStream } from './http-answer.ts';
import { readBody } from './http-body.ts';
import type { HttpAnswer, HttpHeaders, HttpRequest, HttpStream, HttpUpgrade } from './http-messages.ts';
import { sendUpgrade } from './http-upgrade.ts';
import { followRedirects, redirectLimit } from './status.ts';

type Undici = typeof import('./undici.ts');
type Method = Dispatcher.HttpMethod;

const repeatable = new Set(['GET', 'HEAD']);

/** HTTP/1.1 client with its own keep-alive connections; undici is loaded by the first request. */
export interface Http {
  /** Throws WireError. The signal ends the request and closes its socket at once. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Sends a request with a streamed response; redirects are not followed. Throws WireError. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<HttpStream>;
  /** Sends a request to switch its connection to raw bytes; the signal closes the connection. Throws WireError. */
  upgrade(request: HttpRequest, signal: AbortSignal): Promise<HttpUpgrade>;
  close(): Promise<void>;
}

export const openHttp = (clock: Clock, dial?: Dial): Http => {
  const inFlight = new Map<string, number>();
  /** Origins that have responded: a connection to them may be a reused one. */
  const answered = new Set<string>();
  let opened: Promise<{ undici: Undici; agents: Agents }> | undefined;
  let closed = false;
  const open = async (): Promise<{ undici: Undici; agents: Agents }> => {
    const undici = await import('./undici.ts');
    return { undici, agents: openAgents(undici, dial) };
  };
  const count = (origin: string, by: 1 | -1): number => {
    const left = (inFlight.get(origin) ?? 0) + by;
    inFlight.set(origin, left);
    return left;
  };

  /** Sends a request and counts it for its origin; failures become WireErrors. */
  const within = async <T>(
    request: HttpRequest,
    signal: AbortSignal,
    send: (exchange: Exchange) => Promise<T>,
  ): Promise<T> => {
    opened ??= open();
    const { undici, agents } = await opened;
    if (closed)
      throw markUnsent(new WireError('cancelled', 'opsdeck has closed this source, so nothing more is read'));
    if (signal.aborted) throw markUnsent(toAbortError(signal));
    const { origin } = new URL(request.url);
    count(origin, 1);
    try {
      const agent = agents.agent(request);
      const exchange = { undici, agent, request, clock, signal, keptAlive: answered.has(origin) };
      const got = await unlessAborted(send(exchange), signal);
      answered.add(origin);
      return got;
    } catch (error) {
      answered.delete(origin);
      if (signal.aborted) throw abortError(signal, agents.dialling(origin));
      throw toWireError(error) ?? statusCodeError(error) ?? error;
    } finally {
      if (count(origin, -1) === 0 && signal.aborted) agents.dropConnecting(origin);
    }
  };

  return {
    request: (request, signal) =>
      followRedirects(request, redirectLimit(request), (next) => within(next, signal, answerOf)),
    stream: (request, signal) => within(request, signal, streamOf),
    upgrade: (request, signal) => within(request, signal, upgradeOf),
    close: async () => {
      closed = true;
      const now = await opened;
      await now?.agents.close();
    },
  };
};

/** Rejects at once on an abort: undici reports one only after its connection is open. */
const unlessAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/**
 * Explains an aborted request. A timeout spent entirely on opening the tunnel is a TunnelError: no request was sent.
 */
const abortError = (signal: AbortSignal, dialling: boolean): WireError => {
  const error = toAbortError(signal);
  return dialling && error.kind === 'timeout' ? new TunnelError(error.message) : error;
};

/** One request and its dependencies. */
interface Exchange {
  readonly undici: Undici;
  readonly agent: Agent;
  readonly request: HttpRequest;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** True if the connection may be a reused one. */
  readonly keptAlive: boolean;
}

const begin = async (
  { undici, agent, request, signal, keptAlive }: Exchange,
  encodings: string,
): Promise<Dispatcher.ResponseData> => {
  const options = {
    method: methodOf(request.method),
    headers: { 'user-agent': 'opsdeck', 'accept-encoding': encodings, ...lowerCased(request.headers) },
    body: request.body ?? null,
    dispatcher: agent,
    signal,
  };
  const send = (): Promise<Dispatcher.ResponseData> => undici.request(request.url, options);
  return send().catch((error: unknown) => {
    if (keptAlive && repeatable.has(request.method) && !signal.aborted && wasClosed(error)) return send();
    throw error;
  });
};

/**
 * The HTTP client asserts, where a response ends, that its status is 100 or more: `HTTP/1.1 013` from a server is an
 * AssertionError, and no internal error. Any other assertion is one. Its message says nothing reliable: Node reads it from the
 * source, which the built program has in another form and an executable file not at all.
 */
const statusCodeError = (error: unknown): WireError | undefined =>
  error instanceof Error && error.name === 'AssertionError' && /\bonMessageComplete\b/.test(error.stack ?? '')
    ? new WireError('malformed', 'the response is not HTTP: check that the address is that of an HTTP server')
    : undefined;

const answerOf = async (exchange: Exchange): Promise<HttpAnswer> => {
  const { request, clock } = exchange;
  const elapsed = startStopwatch(clock);
  const answer = await begin(exchange, 'gzip, br');
  const encoding = [answer.headers['content-encoding'] ?? ''].flat().join(',');
  const body = await readBody(answer.body, request.method === 'HEAD' ? '' : encoding, request.maxBytes);
  return toHttpAnswer({
    status: answer.statusCode,
    headers: answer.headers,
    ...body,
    latencyMs: elapsed(),
    url: request.url,
  });
};

/** Requests an uncompressed body: a watch would lag behind a compressor's block. */
const streamOf = async (exchange: Exchange): Promise<HttpStream> => {
  const elapsed = startStopwatch(exchange.clock);
  const answer = await begin(exchange, 'identity');
  return toHttpStream(answer, exchange.request.url, elapsed(), exchange.signal);
};

const upgradeOf = ({ agent, request, signal }: Exchange): Promise<HttpUpgrade> =>
  sendUpgrade({
    agent,
    request,
    method: methodOf(request.method),
    headers: { 'user-agent': 'opsdeck', ...lowerCased(request.headers) },
    signal,
  });

/**
 * True if the server closed a kept-alive connection while the request was being sent. RFC 9112 §9.3.1 allows retrying
 * a GET once.
 */
const wasClosed = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET'].includes(String(error.code));

const lowerCased = (headers: HttpHeaders = {}): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? value : [...value],
    ]),
  );

const methods: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const methodOf = (name: string): Method => {
  const method = methods.find((known) => known === name.toUpperCase());
  if (method === undefined) throw new Error(`${name} is not an HTTP method that opsdeck sends`);
  return method;
};
