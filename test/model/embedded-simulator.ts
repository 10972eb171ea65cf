import type { Millis } from '../../src/domain/base/fault.ts';
import { openChangeIo } from '../../src/doors/change-io.ts';
import type { ChangeIo, ReadIo } from '../../src/doors/io.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import { toHttpAnswer } from '../../src/platform/network/http-answer.ts';
import type { HttpAnswer, HttpRequest } from '../../src/platform/network/http-messages.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { unmonitoredHandlers } from '../../src/simulator/servers/environment.ts';
import { type ChangeRequest, createChangeLog } from '../../src/simulator/servers/http/change-request-log.ts';
import type { Handler, ParsedRequest } from '../../src/simulator/servers/http/http-server.ts';
import { smallSystem } from './small-system.ts';

/** Network faults between opsdeck and the simulator. */
export interface NetworkConditions {
  /** Environments whose requests reach another one: 'production' → 'dev'. */
  readonly redirects: Map<string, string>;
  /** Every connection is refused. */
  isDown: boolean;
  /** Delay of an answer after its request was executed. */
  answerDelayMs: Millis;
}

/** The simulator without sockets: requests call its handlers directly. */
export interface EmbeddedSimulator {
  readonly model: SystemModel;
  readonly network: NetworkConditions;
  /** The time on the caller's clock. */
  now(): Millis;
  changes(): readonly ChangeRequest[];
  readIo(): ReadIo;
  readonly change: ChangeIo;
  /** Sends a change as another user, outside of any run. It is not logged. */
  changeExternally(env: string, server: string, method: string, path: string, body: unknown): void;
}

const parseRequest = (method: string, url: URL, body: string): ParsedRequest => ({
  method: method === 'HEAD' ? 'GET' : method,
  path: url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent),
  rawPath: url.pathname,
  query: url.searchParams,
  body,
  contentType: 'application/json',
  host: url.host,
});

/** Maps `http://SERVER.ENV.sim/…` to a server of an environment. Calls `onChange` for each changing request. */
export const embedSimulator = (
  clock: Clock,
  onChange: (change: ChangeRequest) => void,
): EmbeddedSimulator => {
  const model = new SystemModel(smallSystem, { startedAt: clock.now() });
  const log = createChangeLog();
  const changes = {
    all: log.all,
    note: (change: ChangeRequest): void => {
      log.note(change);
      onChange(change);
    },
  };
  const handlers = new Map(
    model.environmentNames.map((env) => [env, unmonitoredHandlers({ model, clock, env, changes })]),
  );
  const unloggedHandlers = new Map(
    model.environmentNames.map((env) => [env, unmonitoredHandlers({ model, clock, env })]),
  );
  const network: NetworkConditions = { redirects: new Map(), isDown: false, answerDelayMs: 0 };

  const handlerAt = (url: URL): Handler => {
    const [server = '', env = ''] = url.hostname.split('.');
    // The profile declares an identity for the deploy API only.
    const answering = server === 'deploy' ? (network.redirects.get(env) ?? env) : env;
    const handler = handlers.get(answering)?.get(server);
    if (network.isDown || handler === undefined)
      throw new WireError('unreachable', `${url.host}: connection refused`);
    return handler;
  };

  const send = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    if (signal.aborted) throw new WireError('cancelled', 'canceled');
    const url = new URL(request.url);
    const answer = handlerAt(url)(parseRequest(request.method, url, request.body ?? ''));
    if (network.answerDelayMs > 0) await clock.sleep(network.answerDelayMs, signal);
    if (signal.aborted) throw new WireError('cancelled', 'canceled');
    if (answer === 'cut') throw new WireError('unreachable', `${url.host}: connection reset`);
    return toHttpAnswer({
      status: answer.status,
      headers: { 'content-type': answer.type ?? 'application/json' },
      body: answer.text ?? (answer.json === undefined ? '' : JSON.stringify(answer.json)),
      latencyMs: 1,
      url: request.url,
    });
  };
  return {
    model,
    network,
    now: clock.now,
    changes: log.all,
    readIo: () => ({
      ...openReadIo(clock),
      get: (request, signal) => send({ ...request, method: request.method ?? 'GET' }, signal),
    }),
    change: { ...openChangeIo(clock), send },
    changeExternally: (env, server, method, path, body) => {
      const url = new URL(`http://${server}.${env}.sim${path}`);
      unloggedHandlers.get(env)?.get(server)?.(parseRequest(method, url, JSON.stringify(body)));
    },
  };
};
