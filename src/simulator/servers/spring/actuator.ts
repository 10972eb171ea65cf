import { defined } from '../../../domain/base/defined.ts';
import { isSpringLogLevel, type LoggerLevels, springLogLevels } from '../../model/instances/instance.ts';
import { fnv1a } from '../../model/spec/seeded-random.ts';
import {
  type Handler,
  type ParsedRequest,
  type RunningServer,
  type ServerReply,
  serve,
} from '../http/http-server.ts';
import { type InstanceContext, resolveInstance, type SimulatorContext } from '../http/simulator-context.ts';
import { circuitBreakerEvents, circuitBreakers } from './actuator-breakers.ts';
import { healthEndpoint } from './actuator-health.ts';
import { environmentEndpoint, heapDump, threadDump } from './actuator-process.ts';
import { type Meter, metersOf, type Statistic } from './micrometer-meters.ts';
import { prometheusPage } from './promtext.ts';
import { emptyNotFound, springError } from './spring-error.ts';

const statistics: readonly Statistic[] = ['COUNT', 'TOTAL_TIME', 'MAX', 'VALUE'];

/** Aggregates several series: COUNT and TOTAL_TIME are added, MAX is the maximum; gauges are added, as in Micrometer. */
const measure = (meters: readonly Meter[]) =>
  statistics.flatMap((statistic) => {
    const values = meters.flatMap(({ measures }) => measures[statistic] ?? []);
    if (values.length === 0) return [];
    return [{ statistic, value: statistic === 'MAX' ? Math.max(...values) : values.reduce((a, b) => a + b) }];
  });

const availableTags = (meters: readonly Meter[], fixed: ReadonlySet<string>) => {
  const names = [...new Set(meters.flatMap(({ tags }) => Object.keys(tags)))].filter(
    (tag) => !fixed.has(tag),
  );
  return names.map((tag) => ({ tag, values: [...new Set(meters.flatMap(({ tags }) => tags[tag] ?? []))] }));
};

/** `GET /metrics` and `GET /metrics/{name}?tag=k:v`: an unknown name or tag is a 404 without a body. */
const metrics = (ask: ParsedRequest, path: readonly string[], sight: InstanceContext): ServerReply => {
  if (ask.method !== 'GET') return springError(405, ask, sight.at, 'GET');
  const all = metersOf(sight);
  const [name, ...rest] = path;
  if (name === undefined) return { status: 200, json: { names: Object.keys(all).sort() } };
  const tagFilters = ask.query.getAll('tag').map((tag) => /^([^:]+):(.+)$/.exec(tag) ?? []);
  if (tagFilters.some(([tag]) => tag === undefined)) return springError(400, ask, sight.at);
  const metric = rest.length === 0 ? all[name] : undefined;
  const meters =
    metric?.meters.filter(({ tags }) => tagFilters.every(([, key = '', value]) => tags[key] === value)) ?? [];
  if (metric === undefined || meters.length === 0) return emptyNotFound;
  return {
    status: 200,
    json: {
      name,
      ...(metric.description === '' ? {} : { description: metric.description }),
      ...defined({ baseUnit: metric.baseUnit }),
      measurements: measure(meters),
      availableTags: availableTags(meters, new Set(tagFilters.map(([, key = '']) => key))),
    },
  };
};

const levelsOf = ({ configured, effective }: LoggerLevels) => ({
  ...defined({ configuredLevel: configured }),
  effectiveLevel: effective,
});

/** The requested level: undefined resets it, 'unreadable' is an invalid body. */
const wantedLevel = (body: string) => {
  try {
    const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof parsed !== 'object' || parsed === null) return 'unreadable';
    const level = 'configuredLevel' in parsed ? parsed.configuredLevel : undefined;
    if (level === undefined || level === null) return undefined;
    const upper = String(level).toUpperCase();
    return isSpringLogLevel(upper) ? upper : 'unreadable';
  } catch {
    return 'unreadable';
  }
};

/** `GET /loggers[/{name}]` and `POST /loggers/{name}`, which returns 204 without a body. */
const loggers = (ask: ParsedRequest, path: readonly string[], sight: InstanceContext): ServerReply => {
  const all = sight.instance.loggers;
  const [name, ...rest] = path;
  if (rest.length > 0) return springError(404, ask, sight.at);
  if (ask.method === 'POST' && name !== undefined) {
    const level = wantedLevel(ask.body);
    if (level === 'unreadable') return springError(400, ask, sight.at);
    all.set(name, level);
    return { status: 204 };
  }
  if (ask.method !== 'GET') return springError(405, ask, sight.at, name === undefined ? 'GET' : 'GET,POST');
  if (name !== undefined)
    return all.has(name) ? { status: 200, json: levelsOf(all.read(name)) } : emptyNotFound;
  const each = all.names.map((logger) => [logger, levelsOf(all.read(logger))]);
  return { status: 200, json: { levels: springLogLevels, loggers: Object.fromEntries(each), groups: {} } };
};

type Endpoint = (ask: ParsedRequest, path: readonly string[], sight: InstanceContext) => ServerReply;

const info: Endpoint = (ask, path, sight) => {
  if (path.length > 0) return springError(404, ask, sight.at);
  if (ask.method !== 'GET') return springError(405, ask, sight.at, 'GET');
  const { name } = sight.instance.service;
  const { version } = sight.instance;
  const commit = fnv1a(`${name}@${version}`).toString(16).padStart(8, '0').slice(0, 7);
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
  env: environmentEndpoint,
  health: healthEndpoint,
  heapdump: heapDump,
  info,
  loggers,
  metrics,
  prometheus: prometheusPage,
  threaddump: threadDump,
};

/** The discovery page: every endpoint with its URL. */
const links = (ask: ParsedRequest): ServerReply => {
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
 * The actuator of Spring Boot 3.5 with resilience4j 2, under `/actuator`, for one instance of the model. Other paths get Spring's
 * 404; a stopped instance resets the connection.
 */
export const actuatorHandler =
  (view: SimulatorContext, instance: string): Handler =>
  (ask) => {
    const sight = resolveInstance(view, instance);
    if (!sight.instance.running) return 'cut';
    const [root, name, ...path] = ask.path;
    const endpoint = name === undefined ? links : endpoints[name];
    if (root !== 'actuator' || endpoint === undefined) return springError(404, ask, sight.at);
    if (ask.method === 'POST' && !bodyTypes.includes(ask.contentType)) return springError(415, ask, sight.at);
    const answer = endpoint(ask, path, sight);
    if (answer.type !== undefined) return answer;
    return answer.status < 300 || answer.status === 503 ? { ...answer, type: vendorType } : answer;
  };

/** Serves the actuator of one instance only; `url` is the address of `/actuator` itself. */
export const startActuatorServer = async (
  view: SimulatorContext,
  instance: string,
): Promise<RunningServer> => {
  const server = await serve(actuatorHandler(view, instance), view.clock);
  return { ...server, url: `${server.url}/actuator` };
};
