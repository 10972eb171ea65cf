import { expositionText } from '../../exposition/exposition.ts';
import { rustFamilies } from '../../exposition/native-services.ts';
import { failedSagas } from '../../model/failed-sagas.ts';
import { responseDelayOf } from '../../model/instances/instance-gauges.ts';
import { recentWindowMs, summarizeRequests } from '../../model/instances/traffic.ts';
import type { ServiceSpec } from '../../model/spec/system-spec.ts';
import type { Handler, ParsedRequest, ServerReply } from '../http/http-server.ts';
import { notAllowed, notFound, okJson } from '../http/http-server.ts';
import { type InstanceContext, resolveInstance, type SimulatorContext } from '../http/simulator-context.ts';
import { instanceHealthOf, isDown, unsettledBreakers } from './actuator-health.ts';

/** Handler for a page of a service: `segments` is the path after that of the page. */
type Page = (ask: ParsedRequest, sight: InstanceContext, segments: readonly string[]) => ServerReply;

const healthz: Page = (_ask, { env, instance }) => {
  const status = instanceHealthOf(env, instance);
  return {
    status: status === 'down' ? 503 : 200,
    json: {
      status,
      version: instance.version,
      service: instance.service.name,
      instance: instance.name,
      env: env.spec.name,
      breakersNotClosed: unsettledBreakers(instance),
    },
    delayMs: responseDelayOf(env, instance),
  };
};

const version: Page = (_ask, { env, instance }) =>
  okJson({ name: instance.service.name, version: instance.version, env: env.spec.name });

/** springdoc's page; a browser loads its content. */
const apiDocs: Page = () => ({
  status: 200,
  text: '<!DOCTYPE html>\n<html lang="en"><head><title>Swagger UI</title></head><body><div id="swagger-ui"></div></body></html>\n',
});

/** Status of the service and of the services it calls. */
const statusPage: Page = (_ask, { env, instance }) => ({
  status: 200,
  json: {
    status: instanceHealthOf(env, instance),
    version: instance.version,
    dependencies: Object.fromEntries(
      instance.service.calls.map(({ to }) => [to, isDown(env, to) ? 'unavailable' : 'available']),
    ),
  },
  delayMs: responseDelayOf(env, instance),
});

/** The service's performance page. A value without measurements is null. */
const stats: Page = (_ask, { env, instance }) => {
  const recent = summarizeRequests(instance.traffic.recent(env.now), instance.service.slaMs);
  return okJson({
    windowSeconds: recentWindowMs / 1000,
    requests: recent.requests,
    errors: recent.errors,
    errorRatePercent: recent.errorRatePercent ?? null,
    slaComplianceRate: recent.slaPercent ?? null,
    p95ResponseTimeMs: recent.p95Ms ?? null,
  });
};

/** Metrics page of a service that serves it next to its API. */
const metrics: Page = (_ask, sight) => ({
  status: 200,
  text: expositionText(rustFamilies(sight)),
  type: 'text/plain; version=0.0.4',
});

const mostSagas = 100;

/** Sagas by status; only failed ones are listed individually. */
const sagas: Page = ({ query }, { env, toClock }) => {
  const status = query.get('status');
  const limit = Math.min(mostSagas, Number(query.get('limit') ?? mostSagas));
  if (status !== 'FAILED') return { status: 400, json: { error: 'say which: status=FAILED' } };
  return okJson(
    failedSagas(env)
      .slice(0, limit)
      .map(({ at, ...saga }) => ({ ...saga, status: status, time: new Date(toClock(at)).toISOString() })),
  );
};

/** Sets the mode of work: `{"batch": "off"}` stops the batch in all instances. */
const mode: Page = (ask, { instance }) => {
  const { deployment } = instance;
  if (ask.method === 'POST') {
    const batch = /^\s*\{\s*"batch"\s*:\s*"(on|off)"\s*\}\s*$/.exec(ask.body)?.[1];
    if (batch === undefined)
      return { status: 400, json: { error: 'say which: {"batch": "on"} or {"batch": "off"}' } };
    deployment.batch = batch === 'on' ? 'on' : 'off';
  }
  return okJson({ batch: deployment.batch });
};

/** The application's own breaker reset; unlike the actuator's, it knows the existing breakers. */
const reset: Page = (_ask, { env, instance }, [name, verb]) => {
  if (name === undefined || verb !== 'reset' || !instance.hasBreaker(name)) return notFound;
  instance.breaker(name).reset(env.now);
  return okJson({ circuitBreaker: name, state: instance.breaker(name).state });
};

const pageOf = (
  path: string,
  { api, business, apiDocs: isDocumented, showsMetrics }: ServiceSpec,
): { page: Page; methods: readonly string[]; segments: readonly string[] } | undefined => {
  const gets: Readonly<Record<string, Page>> = {
    '/': version,
    '/healthz': healthz,
    '/version': version,
    [`${api}/status`]: statusPage,
    [`${api}/performance/stats`]: stats,
    ...(isDocumented === true ? { '/swagger-ui/index.html': apiDocs } : {}),
    ...(showsMetrics === true ? { '/metrics': metrics } : {}),
  };
  const page = gets[path] ?? (path === api && business?.begun !== undefined ? sagas : undefined);
  if (page !== undefined) return { page, methods: ['GET'], segments: [] };
  if (path === `${api}/performance/mode`) return { page: mode, methods: ['GET', 'POST'], segments: [] };
  const breakers = `${api}/circuit-breaker/`;
  if (!path.startsWith(breakers)) return undefined;
  return { page: reset, methods: ['POST'], segments: path.slice(breakers.length).split('/') };
};

/**
 * The application of one instance: `/`, `/healthz`, `/version`, and under its API status, performance, mode of work and breaker
 * reset.
 */
export const serviceHandler =
  (view: SimulatorContext, name: string): Handler =>
  (ask) => {
    const sight = resolveInstance(view, name);
    const { instance } = sight;
    if (!instance.running) return 'cut';
    const route = pageOf(`/${ask.path.join('/')}`, instance.service);
    if (route === undefined) return notFound;
    return route.methods.includes(ask.method)
      ? route.page(ask, sight, route.segments)
      : notAllowed(route.methods.join(', '));
  };
