import type { Environment } from '../../model/environment.ts';
import { responseDelayOf } from '../../model/instances/instance-gauges.ts';
import { recentWindowMs, type ServedRequest, summarizeRequests } from '../../model/instances/traffic.ts';
import type { ServerReply } from '../http/http-server.ts';
import {
  type Handler,
  notAllowed,
  notFound,
  okJson,
  type RunningServer,
  serve,
} from '../http/http-server.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';
import { instanceHealthOf, overallServiceHealth } from './actuator-health.ts';
import { serviceHandler } from './service.ts';

const servicesOf = (env: Environment): readonly string[] => [
  ...new Set(env.instances.map(({ service }) => service.name)),
];

const recentOf = (env: Environment, service?: string): readonly ServedRequest[] =>
  env.instances
    .filter((instance) => service === undefined || instance.service.name === service)
    .flatMap((instance) => instance.traffic.recent(env.now));

const numbersOf = (served: readonly ServedRequest[]) => {
  const { requests, errors, errorRatePercent, p95Ms } = summarizeRequests(served);
  return {
    requestsPerSecond: requests / (recentWindowMs / 1000),
    errors,
    errorRatePercent: errorRatePercent ?? null,
    p95Ms: p95Ms ?? null,
  };
};

const stats = (env: Environment): ServerReply =>
  okJson({
    windowSeconds: recentWindowMs / 1000,
    ...numbersOf(recentOf(env)),
    services: Object.fromEntries(servicesOf(env).map((name) => [name, numbersOf(recentOf(env, name))])),
  });

/** The gateway reports the state of its upstreams, but responds as long as any of them does. */
const healthz = (env: Environment): ServerReply => {
  const services = Object.fromEntries(servicesOf(env).map((name) => [name, overallServiceHealth(env, name)]));
  const all = Object.values(services);
  const status = all.every((c) => c === 'healthy')
    ? 'healthy'
    : all.every((c) => c === 'down')
      ? 'down'
      : 'degraded';
  return {
    status: status === 'down' ? 503 : 200,
    json: { status, env: env.spec.name, services, ...numbersOf(recentOf(env)) },
    delayMs: Math.round(2 * env.spec.slowness),
  };
};

/** A service as seen by its clients: the best instance responds; without one, 502. */
const serviceHealth = (env: Environment, name: string): ServerReply => {
  const running = env.instancesOf(name).filter((instance) => instance.running);
  const best = running.find((instance) => instanceHealthOf(env, instance) !== 'down') ?? running[0];
  if (env.instancesOf(name).length === 0) return notFound;
  if (best === undefined) return { status: 502, json: { error: `no instance of ${name} answers` } };
  const status = overallServiceHealth(env, name);
  return {
    status: status === 'down' ? 503 : 200,
    json: { status, service: name, env: env.spec.name, instances: running.length },
    delayMs: responseDelayOf(env, best),
  };
};

/** Pages by path; a path of two segments names a service. */
const pageOf = (view: SimulatorContext, env: Environment, path: readonly string[]): ServerReply => {
  const [first = 'healthz', second, ...rest] = path;
  if (second !== undefined)
    return second === 'healthz' && rest.length === 0 ? serviceHealth(env, first) : notFound;
  switch (first) {
    case 'healthz':
      return healthz(env);
    case 'stats':
      return stats(env);
    case 'version':
      return okJson({ name: view.model.spec.name, version: '1.0.0', env: view.env });
    default:
      return notFound;
  }
};

/** The gateway in front of an environment: its own pages, and `/{service}/healthz` for upstreams. */
const edgeHandler =
  (view: SimulatorContext): Handler =>
  (ask) => {
    const answer = pageOf(view, view.model.environmentAt(view.env, view.clock.now()), ask.path);
    return answer.status === 404 || ask.method === 'GET' ? answer : notAllowed('GET');
  };

/**
 * The API of a dependency: `/health`, `/version`, and `POST /admin/restart`, which responds after the restart. While it is down,
 * all other requests get 503.
 */
const dependencyHandler =
  (view: SimulatorContext, name: string): Handler =>
  (ask) => {
    const env = view.model.environmentAt(view.env, view.clock.now());
    const dependency = env.dependencies.get(name);
    if (dependency === undefined) return notFound;
    const { spec } = dependency;
    const down: ServerReply = {
      status: 503,
      json: { status: 'down', name, error: 'not accepting connections' },
    };
    const delayMs = Math.round(spec.latencyMs * env.spec.slowness);
    const path = ask.path.join('/');
    if (path === 'admin/restart') {
      if (ask.method !== 'POST') return notAllowed('POST');
      dependency.up = true;
      dependency.restarts += 1;
      return okJson({ status: 'up', name, restarts: dependency.restarts }, 200);
    }
    if (path !== '' && path !== 'health' && path !== 'version') return notFound;
    if (ask.method !== 'GET') return notAllowed('GET');
    if (!dependency.up) return down;
    return path === 'version'
      ? okJson({ name, version: '3.13.7', env: view.env }, delayMs)
      : okJson({ status: 'up', name, restarts: dependency.restarts }, delayMs);
  };

/** Plain HTTP servers: the gateway of an environment, a dependency's API, an instance's API. */
export const httpHandler = (view: SimulatorContext, of: string): Handler => {
  if (of === 'edge') return edgeHandler(view);
  const isDependency = view.model.spec.dependencies.some(({ name }) => name === of);
  return isDependency ? dependencyHandler(view, of) : serviceHandler(view, of);
};

/** Serves one of them only: 'edge', a dependency's name, or an instance's. `url` has no path. */
export const startHttpServer = (view: SimulatorContext, of: string): Promise<RunningServer> =>
  serve(httpHandler(view, of), view.clock);
