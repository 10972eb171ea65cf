import type { Environment } from '../../model/environment.ts';
import type { ServiceInstance } from '../../model/instances/instance.ts';
import { responseDelayOf } from '../../model/instances/instance-gauges.ts';
import type { CircuitBreaker } from '../../model/spec/breaker.ts';
import type { ParsedRequest, ServerReply } from '../http/http-server.ts';
import type { InstanceContext } from '../http/simulator-context.ts';
import { breakerDetails } from './actuator-breakers.ts';
import { emptyNotFound, springError } from './spring-error.ts';

/** A service's own health status. */
type ServiceHealth = 'healthy' | 'degraded' | 'down';

/** Returns true when a dependency of that name exists and is down. */
export const isDown = (env: Environment, dependency: string | undefined): boolean =>
  dependency !== undefined && env.dependencies.get(dependency)?.up === false;

/** Breakers of the instance that are not CLOSED. */
export const unsettledBreakers = (instance: ServiceInstance): readonly string[] =>
  instance.breakers.filter((breaker) => breaker.state !== 'CLOSED').map((breaker) => breaker.name);

/** Status of an instance: down if its health fails, degraded if it works with restrictions. */
export const instanceHealthOf = (env: Environment, instance: ServiceInstance): ServiceHealth => {
  const failing =
    instance.service.openBreakerIsDown && instance.breakers.some(({ state }) => state === 'OPEN');
  const { indicators, mongoPoolMax, poolOn } = instance.service;
  const mongodb = mongoPoolMax === undefined ? undefined : env.parts.mongodb?.spec.name;
  const lost = [...indicators, poolOn, mongodb].some((name) => isDown(env, name));
  if (!instance.running || failing || lost || instance.startupFailure !== undefined) return 'down';
  const isHampered = instance.slowMs > 0 || instance.failing !== undefined;
  return unsettledBreakers(instance).length > 0 || isHampered ? 'degraded' : 'healthy';
};

/** Status of a service: down if no instance is better, healthy if all are. */
export const overallServiceHealth = (env: Environment, service: string): ServiceHealth => {
  const all = env.instancesOf(service).map((instance) => instanceHealthOf(env, instance));
  if (all.every((condition) => condition === 'down')) return 'down';
  return all.every((condition) => condition === 'healthy') ? 'healthy' : 'degraded';
};

/** Probe groups with their single component. */
const groups: Readonly<Record<string, string>> = {
  liveness: 'livenessState',
  readiness: 'readinessState',
};

/** A group or component by name; a group with one component shows only its status. */
const part = (
  components: Readonly<Record<string, HealthComponent>>,
  name: string,
): HealthComponent | undefined => {
  const member = components[groups[name] ?? ''];
  return member === undefined ? components[name] : { status: member.status };
};

const answer = (health: HealthComponent, json: unknown, delayMs: number): ServerReply => ({
  status: health.status === 'DOWN' || health.status === 'OUT_OF_SERVICE' ? 503 : 200,
  json,
  delayMs,
});

/** `GET /health[/{group or component}]`: 503 with the same body if it is DOWN or OUT_OF_SERVICE. */
export const healthEndpoint = (
  ask: ParsedRequest,
  path: readonly string[],
  sight: InstanceContext,
): ServerReply => {
  if (ask.method !== 'GET') return springError(405, ask, sight.at, 'GET');
  const { env, instance } = sight;
  const components = healthComponents(env, instance);
  const delayMs = responseDelayOf(env, instance);
  const [name, ...rest] = path;
  if (name === undefined) {
    const status = aggregateStatus(Object.values(components));
    return answer({ status }, { status, groups: Object.keys(groups), components }, delayMs);
  }
  const component = rest.length === 0 ? part(components, name) : undefined;
  return component === undefined ? emptyNotFound : answer(component, component, delayMs);
};

/** A health in Spring's format: a leaf with details, or an aggregate. */
interface HealthComponent {
  readonly status: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly components?: Readonly<Record<string, HealthComponent>>;
}

/** Spring's order of severity; other statuses are ignored in an aggregate. */
const severity = ['DOWN', 'OUT_OF_SERVICE', 'UP', 'UNKNOWN'];

/** Aggregates healths like Spring's SimpleStatusAggregator. */
const aggregateStatus = (all: readonly HealthComponent[]): string =>
  severity.find((status) => all.some((health) => health.status === status)) ?? 'UNKNOWN';

const breakerStatus = ({ state }: CircuitBreaker, openIsDown: boolean): string => {
  if (state === 'OPEN') return openIsDown ? 'DOWN' : 'CIRCUIT_OPEN';
  return state === 'CLOSED' ? 'UP' : state === 'HALF_OPEN' ? 'CIRCUIT_HALF_OPEN' : 'UNKNOWN';
};

const breakerHealth = (breaker: CircuitBreaker, openIsDown: boolean): HealthComponent => {
  const now = breakerDetails(breaker);
  // The numbers of the endpoint in the indicator's own order.
  const details = {
    failureRate: now.failureRate,
    failureRateThreshold: now.failureRateThreshold,
    slowCallRate: now.slowCallRate,
    slowCallRateThreshold: now.slowCallRateThreshold,
    bufferedCalls: now.bufferedCalls,
    slowCalls: now.slowCalls,
    slowFailedCalls: now.slowFailedCalls,
    failedCalls: now.failedCalls,
    notPermittedCalls: now.notPermittedCalls,
    state: now.state,
  };
  return { status: breakerStatus(breaker, openIsDown), details };
};

const breakersHealth = ({ service, breakers }: ServiceInstance): HealthComponent => {
  const each = breakers.map((b) => [b.name, breakerHealth(b, service.openBreakerIsDown)] as const);
  return { status: aggregateStatus(each.map(([, health]) => health)), details: Object.fromEntries(each) };
};

/** UP with `details`, or DOWN with the error of the dependency. */
const behind = (
  env: Environment,
  name: string | undefined,
  details: HealthComponent['details'] = {},
): HealthComponent =>
  isDown(env, name)
    ? { status: 'DOWN', details: { error: env.dependencies.get(name ?? '')?.spec.error } }
    : { status: 'UP', details };

const plainComponents: Readonly<Record<string, HealthComponent>> = {
  diskSpace: {
    status: 'UP',
    details: {
      total: 62_671_097_856,
      free: 31_218_999_296,
      threshold: 10_485_760,
      path: '/app/.',
      exists: true,
    },
  },
  livenessState: { status: 'UP' },
  ping: { status: 'UP' },
  readinessState: { status: 'UP' },
  ssl: { status: 'UP', details: { validChains: [], invalidChains: [] } },
};

/** Components of an instance by name, in Spring's order. */
const healthComponents = (
  env: Environment,
  instance: ServiceInstance,
): Readonly<Record<string, HealthComponent>> => {
  const { calls, indicators, mongoPoolMax, poolMax, poolOn } = instance.service;
  const database = { database: 'PostgreSQL', validationQuery: 'isValid()' };
  const all: Readonly<Record<string, HealthComponent>> = {
    ...plainComponents,
    ...Object.fromEntries(indicators.map((name) => [name, behind(env, name, { version: '3.13.7' })])),
    ...(calls.some(({ breaker }) => breaker !== undefined)
      ? { circuitBreakers: breakersHealth(instance) }
      : {}),
    ...(poolMax === undefined ? {} : { db: behind(env, poolOn, database) }),
    ...(mongoPoolMax === undefined
      ? {}
      : { mongo: behind(env, env.parts.mongodb?.spec.name, { maxWireVersion: 21 }) }),
  };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
};
