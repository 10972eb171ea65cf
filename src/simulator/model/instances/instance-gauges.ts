import type { Millis } from '../../../domain/base/fault.ts';
import { fnv1a } from '../spec/seeded-random.ts';
import type { EnvironmentContext } from './environment-part.ts';
import type { ServiceInstance } from './instance.ts';

/** A point in time of an environment, sufficient for gauges that depend only on time. */
export type EnvironmentInstant = Pick<EnvironmentContext, 'spec' | 'now'>;

/** A deterministic number in [0, 1) that changes every second. */
const flicker = (env: EnvironmentInstant, instance: ServiceInstance, what: string): number =>
  (fnv1a(`${env.spec.name}/${instance.name}/${what}/${Math.floor(env.now / 1000)}`) % 1000) / 1000;

/** Response time of the instance to an external request, in ms. It does not use the traffic's random numbers. */
export const responseDelayOf = (env: EnvironmentInstant, instance: ServiceInstance): Millis =>
  Math.round(
    instance.service.latencyMs * env.spec.slowness * (0.6 + 0.8 * flicker(env, instance, 'answer')),
  ) + instance.slowMs;

interface PoolUsage {
  readonly active: number;
  readonly idle: number;
  readonly pending: number;
  readonly max: number;
}

/** The instance's Hikari pool by Little's law: connections in use = arrival rate × holding time. */
export const poolUsageOf = (env: EnvironmentInstant, instance: ServiceInstance): PoolUsage | undefined => {
  const { poolMax: max, blockedConnections: held } = instance;
  const poolIdle = instance.poolIdleOverride ?? instance.service.poolIdle ?? Number.POSITIVE_INFINITY;
  if (max === undefined) return undefined;
  const heldMs = instance.service.latencyMs * env.spec.slowness + instance.slowMs;
  const connections = Math.round(
    (instance.requestsPerSecond * heldMs) / 1000 + 2 * flicker(env, instance, 'pool'),
  );
  const open = Math.min(max, instance.connectionsMax ?? max);
  const served = Math.min(Math.max(0, open - held), connections);
  const active = served + Math.min(open, held);
  return { active, idle: Math.min(poolIdle, open - active), pending: connections - served, max };
};

/** Connections to MongoDB that one request of a batch uses. */
const mongoPerRequest = 12;

interface MongoPoolUsage {
  readonly size: number;
  readonly checkedOut: number;
  readonly waitQueue: number;
  readonly max: number;
}

/** The instance's MongoDB connection pool, by the same law; undefined without one. */
export const mongoPoolUsageOf = (
  env: EnvironmentInstant,
  instance: ServiceInstance,
): MongoPoolUsage | undefined => {
  const { mongoPoolMax, latencyMs } = instance.service;
  if (mongoPoolMax === undefined) return undefined;
  const max = instance.mongoPoolOverride ?? mongoPoolMax;
  const heldMs = latencyMs * env.spec.slowness + instance.slowMs;
  const used = Math.round(
    (instance.requestsPerSecond * heldMs * mongoPerRequest) / 1000 + 4 * flicker(env, instance, 'mongo'),
  );
  const checkedOut = Math.min(max, used);
  return { size: Math.min(max, Math.max(20, checkedOut)), checkedOut, waitQueue: used - checkedOut, max };
};

/** Heap in bytes: a sawtooth with a garbage collection every minute or two. */
export const heapUsedOf = (env: EnvironmentInstant, instance: ServiceInstance): number => {
  const periodMs = 60_000 + (fnv1a(instance.name) % 60_000);
  // After an explicit collection the heap fills from that time on.
  const since = env.now - (instance.heapRetained === undefined ? (instance.collectedAt ?? 0) : 0);
  const phase = (((since % periodMs) + periodMs) % periodMs) / periodMs;
  if (instance.heapRetained !== undefined) return retainedHeapBytes(env, instance, phase);
  return Math.round(instance.heapMaxBytes * (0.25 + 0.3 * phase));
};

/** Committed heap in bytes: at least the used heap. */
export const heapCapacityOf = (env: EnvironmentInstant, instance: ServiceInstance): number =>
  Math.max(instance.heapMaxBytes * 0.75, heapUsedOf(env, instance));

/** Fraction of CPU time for garbage collection, 0..1: low until the heap is nearly full. */
export const gcShareOf = (env: EnvironmentInstant, instance: ServiceInstance): number =>
  0.004 + Math.max(0, heapUsedOf(env, instance) / instance.heapMaxBytes - 0.8) * 1.5;

/** Time until memory freed by an explicit collection is garbage again. */
const refillMs = 15_000;

/** A mostly full heap. A collection frees little; an explicit one frees a bit more. */
const retainedHeapBytes = (env: EnvironmentInstant, instance: ServiceInstance, phase: number): number => {
  const max = instance.heapMaxBytes;
  // The live set is in bytes, not a fraction: a larger heap has more free space.
  const held = (instance.heapRetained ?? 0) * instance.service.heapMaxBytes * instance.deployment.loadShare;
  const live = Math.min(0.93 * max, held);
  const sinceMs = env.now - (instance.collectedAt ?? Number.NEGATIVE_INFINITY);
  const relief = sinceMs >= 0 && sinceMs < refillMs ? 0.12 * live * (1 - sinceMs / refillMs) : 0;
  return Math.round(live - relief + 0.4 * (max - live) * phase);
};

/** Fraction of the machine's CPU in use, 0..1. */
export const cpuOf = (env: EnvironmentInstant, instance: ServiceInstance): number =>
  Math.round(1000 * (0.05 + 0.01 * instance.requestsPerSecond + 0.08 * flicker(env, instance, 'cpu'))) / 1000;

/** Number of live platform threads. */
export const threadsOf = (env: EnvironmentInstant, instance: ServiceInstance): number =>
  30 + Math.round(8 * flicker(env, instance, 'threads')) + (instance.slowMs > 0 ? 40 : 0);
