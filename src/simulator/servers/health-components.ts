import type { Breaker } from '../model/breaker.ts';
import { isDown } from '../model/condition.ts';
import type { Environment } from '../model/environment.ts';
import type { Instance } from '../model/instance.ts';
import { breakerDetails } from './actuator-breakers.ts';

/** A health as Spring writes it: a leaf with details, or a sum of components. */
export interface Health {
  readonly status: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly components?: Readonly<Record<string, Health>>;
}

/** Spring's order of severity; a status that is not in it is left out of the sum. */
const severity = ['DOWN', 'OUT_OF_SERVICE', 'UP', 'UNKNOWN'];

/** The sum of some healths, as Spring's SimpleStatusAggregator makes it. */
export const aggregate = (all: readonly Health[]): string =>
  severity.find((status) => all.some((health) => health.status === status)) ?? 'UNKNOWN';

const breakerStatus = ({ state }: Breaker, openIsDown: boolean): string => {
  if (state === 'OPEN') return openIsDown ? 'DOWN' : 'CIRCUIT_OPEN';
  return state === 'CLOSED' ? 'UP' : state === 'HALF_OPEN' ? 'CIRCUIT_HALF_OPEN' : 'UNKNOWN';
};

const breakerHealth = (breaker: Breaker, openIsDown: boolean): Health => {
  const now = breakerDetails(breaker);
  // The same numbers as the endpoint's, in the indicator's own order.
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

const breakersHealth = ({ service, breakers }: Instance): Health => {
  const each = breakers.map((b) => [b.name, breakerHealth(b, service.openBreakerIsDown)] as const);
  return { status: aggregate(each.map(([, health]) => health)), details: Object.fromEntries(each) };
};

/** UP with `details`, or DOWN with the error of the dependency behind it. */
const behind = (env: Environment, name: string | undefined, details: Health['details'] = {}): Health =>
  isDown(env, name)
    ? { status: 'DOWN', details: { error: env.dependencies.get(name ?? '')?.spec.error } }
    : { status: 'UP', details };

const plainComponents: Readonly<Record<string, Health>> = {
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

/** The components of an instance by name, in the order of their names as Spring has them. */
export const componentsOf = (env: Environment, instance: Instance): Readonly<Record<string, Health>> => {
  const { calls, indicators, poolMax, poolOn } = instance.service;
  const database = { database: 'PostgreSQL', validationQuery: 'isValid()' };
  const all: Readonly<Record<string, Health>> = {
    ...plainComponents,
    ...Object.fromEntries(indicators.map((name) => [name, behind(env, name, { version: '3.13.7' })])),
    ...(calls.some(({ breaker }) => breaker !== undefined)
      ? { circuitBreakers: breakersHealth(instance) }
      : {}),
    ...(poolMax === undefined ? {} : { db: behind(env, poolOn, database) }),
  };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
};
