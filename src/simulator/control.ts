import { errorMessage } from '../domain/text/error-message.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { SystemModel } from './model/system-model.ts';
import {
  type Handler,
  notAllowed,
  notFound,
  okJson,
  type ParsedRequest,
  type RunningServer,
  type ServerReply,
  serve,
} from './servers/http/http-server.ts';
import type { RunningSimulator } from './simulator.ts';

/** The running simulator and its model, for the control server. */
interface ControlTarget {
  readonly model: SystemModel;
  readonly clock: Clock;
  rehearse: RunningSimulator['rehearse'];
  vars: RunningSimulator['vars'];
  changes: RunningSimulator['changes'];
}

const stateOf = ({ model, clock, vars }: ControlTarget) => ({
  system: model.spec.name,
  incidents: Object.fromEntries(model.spec.incidents.map(({ name, title }) => [name, title])),
  environments: Object.fromEntries(
    model.environmentNames.map((name) => {
      const env = model.environmentAt(name, clock.now());
      const breakers = env.instances.flatMap((instance) =>
        instance.breakers.map((breaker) => [`${instance.name}/${breaker.name}`, breaker.state]),
      );
      const dependencies = [...env.dependencies].map(([key, { up }]) => [key, up ? 'up' : 'down']);
      return [
        name,
        {
          incident: env.incident ?? null,
          dependencies: Object.fromEntries(dependencies),
          breakers: Object.fromEntries(breakers),
          addresses: vars(name),
        },
      ];
    }),
  ),
});

const parseTextField = (body: unknown, key: string): string | undefined => {
  if (typeof body !== 'object' || body === null) return undefined;
  const value: unknown = Object.entries(body).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? value : undefined;
};

/** An unknown incident is a client error with a message. */
const badRequestOnThrow = (act: () => ServerReply): ServerReply => {
  try {
    return act();
  } catch (error) {
    return { status: 400, json: { error: errorMessage(error) } };
  }
};

/** Loopback names that DNS cannot redirect. */
const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

/**
 * Returns true when a browser sends the request on behalf of another site. A visited page could otherwise break and
 * repair the simulated systems. A foreign Host header indicates DNS rebinding.
 */
const isForeign = ({ host, origin, fetchSite = 'none' }: ParsedRequest): boolean =>
  !loopback.test(host) ||
  (origin !== undefined && origin !== `http://${host}`) ||
  !['none', 'same-origin'].includes(fetchSite);

const foreign: ServerReply = {
  status: 403,
  json: { error: 'the control port of the simulator answers no other sites' },
};

/**
 * `GET /`: all state; `GET /changes`: all requests to change something; `POST /incident {"name", "env"?}`: starts an incident;
 * `DELETE /incident`: fixes everything.
 */
const controlHandler =
  (target: ControlTarget): Handler =>
  (ask) => {
    if (isForeign(ask)) return foreign;
    const path = ask.path.join('/');
    if (path === '') return ask.method === 'GET' ? okJson(stateOf(target)) : notAllowed('GET');
    if (path === 'changes') return ask.method === 'GET' ? okJson(target.changes()) : notAllowed('GET');
    if (path !== 'incident') return notFound;
    if (ask.method === 'DELETE') {
      target.rehearse(undefined);
      return okJson(stateOf(target));
    }
    if (ask.method !== 'POST') return notAllowed('POST, DELETE');
    return badRequestOnThrow(() => {
      const body: unknown = JSON.parse(ask.body);
      const name = parseTextField(body, 'name');
      if (name === undefined)
        return { status: 400, json: { error: 'say which: {"name": "dependency-down"}' } };
      target.rehearse(name, parseTextField(body, 'env'));
      return okJson(stateOf(target));
    });
  };

/** Lets tests and operators start and end incidents in a running simulator. */
export const startControlServer = (target: ControlTarget): Promise<RunningServer> =>
  serve(controlHandler(target), target.clock);
