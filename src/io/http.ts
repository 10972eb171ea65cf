import type { Agent, Dispatcher } from 'undici';
import { type Agents, openAgents } from './agents.ts';
import { httpAnswer } from './answer.ts';
import { defaultMaxBytes, readBody } from './body.ts';
import { type Clock, type HttpAnswer, type HttpRequest, WireError } from './io.ts';
import { follow, redirectLimit } from './redirects.ts';
import { abortWireError, wireError } from './wire-error.ts';

type Undici = typeof import('./undici.ts');
type Method = Dispatcher.HttpMethod;

const repeatable = new Set(['GET', 'HEAD']);

/** HTTP/1.1 with kept-alive connections of its own; undici is loaded by the first request. */
export interface Http {
  /** Throws WireError. The signal ends the request and closes its socket at once. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export const openHttp = (clock: Clock): Http => {
  const inFlight = new Map<string, number>();
  /** Origins that have answered: a connection to them may be one that is kept alive. */
  const answered = new Set<string>();
  let opened: Promise<{ undici: Undici; agents: Agents }> | undefined;
  let closed = false;
  const open = async (): Promise<{ undici: Undici; agents: Agents }> => {
    const undici = await import('./undici.ts');
    return { undici, agents: openAgents(undici) };
  };
  const count = (origin: string, by: 1 | -1): number => {
    const left = (inFlight.get(origin) ?? 0) + by;
    inFlight.set(origin, left);
    return left;
  };

  const once = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    opened ??= open();
    const { undici, agents } = await opened;
    if (closed) throw new WireError('cancelled', 'this source is closed');
    if (signal.aborted) throw abortWireError(signal);
    const { origin } = new URL(request.url);
    count(origin, 1);
    try {
      const agent = agents.agent(request.tls);
      const answer = await exchange(undici, agent, request, clock, signal, answered.has(origin));
      answered.add(origin);
      return answer;
    } catch (error) {
      answered.delete(origin);
      if (signal.aborted) throw abortWireError(signal);
      throw wireError(error) ?? error;
    } finally {
      if (count(origin, -1) === 0 && signal.aborted) agents.dropConnecting(origin);
    }
  };

  return {
    request: (request, signal) => follow(request, redirectLimit(request), (next) => once(next, signal)),
    close: async () => {
      closed = true;
      const now = await opened;
      await now?.agents.close();
    },
  };
};

const exchange = async (
  undici: Undici,
  agent: Agent,
  request: HttpRequest,
  clock: Clock,
  signal: AbortSignal,
  keptAlive: boolean,
): Promise<HttpAnswer> => {
  const began = clock.now();
  const options = {
    method: methodOf(request.method),
    headers: { 'user-agent': 'opsdeck', 'accept-encoding': 'gzip, br', ...lowerCased(request.headers) },
    body: request.body ?? null,
    dispatcher: agent,
    signal,
  };
  const send = (): Promise<Dispatcher.ResponseData> => undici.request(request.url, options);
  const answer = await send().catch((error: unknown) => {
    if (keptAlive && repeatable.has(request.method) && !signal.aborted && wasClosed(error)) return send();
    throw error;
  });
  const encoding = [answer.headers['content-encoding'] ?? ''].flat().join(',');
  const body = await readBody(
    answer.body,
    request.method === 'HEAD' ? '' : encoding,
    request.maxBytes ?? defaultMaxBytes,
  );
  return httpAnswer({
    status: answer.statusCode,
    headers: answer.headers,
    body,
    latencyMs: clock.now() - began,
    url: request.url,
  });
};

/** A kept-alive connection that its server closed while we were sending: RFC 9112 §9.3.1 lets a GET be sent again, once. */
const wasClosed = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(String(error.code));

const lowerCased = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const methods: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const methodOf = (name: string): Method => {
  const method = methods.find((known) => known === name.toUpperCase());
  if (method === undefined) throw new Error(`${name} is no HTTP method that opsdeck sends`);
  return method;
};
