import type { Millis } from '../../src/domain/fault.ts';
import { openChangeIo } from '../../src/doors/change-io.ts';
import type { ChangeIo, ReadIo } from '../../src/doors/io.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { toHttpAnswer } from '../../src/platform/network/http-answer.ts';
import type { HttpAnswer, HttpRequest } from '../../src/platform/network/http-messages.ts';
import { WireError } from '../../src/platform/wire-error.ts';
import { type ChangeRequest, createChangeLog } from '../../src/simulator/change-request-log.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { unmonitoredHandlers } from '../../src/simulator/servers/environment.ts';
import type { Handler, ParsedRequest } from '../../src/simulator/servers/http-server.ts';
import { smallSystem } from './small-system.ts';

/** What stands between opsdeck and the world, and can be wrong. */
export interface Weather {
  /** Who answers at an address in place of who should: 'production' → 'dev'. */
  readonly swapped: Map<string, string>;
  /** Nobody answers. */
  gone: boolean;
  /** How long an answer takes, after the request was carried out. */
  answersAfterMs: Millis;
}

/** The embedded world without sockets: its handlers are called, everything else of it is as it is. */
export interface EmbeddedSimulator {
  readonly model: SystemModel;
  readonly weather: Weather;
  /** Now, on the caller's clock. */
  now(): Millis;
  changes(): readonly ChangeRequest[];
  readIo(): ReadIo;
  readonly change: ChangeIo;
  /** Somebody else does this, beside opsdeck: it is nobody's run. */
  beside(env: string, server: string, method: string, path: string, body: unknown): void;
}

const askFor = (method: string, url: URL, body: string): ParsedRequest => ({
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

/** `http://SERVER.ENV.world/…` leads to a server of an environment. `onChange` is called as each changing request arrives. */
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
  const quiet = new Map(
    model.environmentNames.map((env) => [env, unmonitoredHandlers({ model, clock, env })]),
  );
  const weather: Weather = { swapped: new Map(), gone: false, answersAfterMs: 0 };

  const handlerAt = (url: URL): Handler => {
    const [server = '', env = ''] = url.hostname.split('.');
    // Only of the deploy API the profile says how it is known.
    const answering = server === 'deploy' ? (weather.swapped.get(env) ?? env) : env;
    const there = handlers.get(answering)?.get(server);
    if (weather.gone || there === undefined)
      throw new WireError('unreachable', `${url.host}: connection refused`);
    return there;
  };

  const send = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    if (signal.aborted) throw new WireError('cancelled', 'canceled');
    const url = new URL(request.url);
    const answer = handlerAt(url)(askFor(request.method, url, request.body ?? ''));
    if (weather.answersAfterMs > 0) await clock.sleep(weather.answersAfterMs, signal);
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
    weather,
    now: clock.now,
    changes: log.all,
    readIo: () => ({
      ...openReadIo(clock),
      get: (request, signal) => send({ ...request, method: request.method ?? 'GET' }, signal),
    }),
    change: { ...openChangeIo(clock), send },
    beside: (env, server, method, path, body) => {
      const url = new URL(`http://${server}.${env}.world${path}`);
      quiet.get(env)?.get(server)?.(askFor(method, url, JSON.stringify(body)));
    },
  };
};
