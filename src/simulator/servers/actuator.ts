import { hash } from '../model/chance.ts';
import { circuitBreakerEvents, circuitBreakers } from './actuator-breakers.ts';
import { health } from './actuator-health.ts';
import { loggers } from './actuator-loggers.ts';
import { metrics } from './actuator-metrics.ts';
import { prometheusPage } from './promtext.ts';
import { type Answer, type Ask, type Handler, type RunningServer, serve } from './serve.ts';
import { type Sight, seeInstance, type View } from './sight.ts';
import { springError } from './spring-error.ts';

type Endpoint = (ask: Ask, path: readonly string[], sight: Sight) => Answer;

const info: Endpoint = (ask, path, sight) => {
  if (path.length > 0) return springError(404, ask, sight.at);
  if (ask.method !== 'GET') return springError(405, ask, sight.at, 'GET');
  const { name } = sight.instance.service;
  const { version } = sight.instance;
  const commit = hash(`${name}@${version}`).toString(16).padStart(8, '0').slice(0, 7);
  const time = '2026-02-17T09:30:00Z';
  return {
    status: 200,
    json: {
      git: { branch: 'main', commit: { id: commit, time } },
      build: { artifact: name, name, time, version, group: sight.env.spec.name },
    },
  };
};

const endpoints: Readonly<Record<string, Endpoint>> = {
  circuitbreakerevents: circuitBreakerEvents,
  circuitbreakers: circuitBreakers,
  health,
  info,
  loggers,
  metrics,
  prometheus: prometheusPage,
};

/** The discovery page: every endpoint with its address. */
const links = (ask: Ask): Answer => {
  const base = `http://${ask.host}/actuator`;
  const each = Object.keys(endpoints).map((name) => [name, { href: `${base}/${name}`, templated: false }]);
  return {
    status: 200,
    json: { _links: { self: { href: base, templated: false }, ...Object.fromEntries(each) } },
  };
};

const vendorType = 'application/vnd.spring-boot.actuator.v3+json';
const bodyTypes = [vendorType, 'application/vnd.spring-boot.actuator.v2+json', 'application/json'];

/**
 * Spring Boot 3.5's actuator with resilience4j 2, under `/actuator`, of one instance of the model. A path outside it
 * is answered as Spring answers what it does not know; a stopped instance cuts the connection.
 */
export const actuatorHandler =
  (view: View, instance: string): Handler =>
  (ask) => {
    const sight = seeInstance(view, instance);
    if (!sight.instance.running) return 'cut';
    const [root, name, ...path] = ask.path;
    const endpoint = name === undefined ? links : endpoints[name];
    if (root !== 'actuator' || endpoint === undefined) return springError(404, ask, sight.at);
    if (ask.method === 'POST' && !bodyTypes.includes(ask.contentType)) return springError(415, ask, sight.at);
    const answer = endpoint(ask, path, sight);
    if (answer.type !== undefined) return answer;
    return answer.status < 300 || answer.status === 503 ? { ...answer, type: vendorType } : answer;
  };

/** Serves the actuator of one instance alone; `url` is the address of `/actuator` itself. */
export const startActuatorServer = async (view: View, instance: string): Promise<RunningServer> => {
  const server = await serve(actuatorHandler(view, instance), view.clock);
  return { ...server, url: `${server.url}/actuator` };
};
