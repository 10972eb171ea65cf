import type { Millis } from '../../domain/fault.ts';
import { hash } from './chance.ts';
import type { Environment } from './environment.ts';
import type { Instance } from './instance.ts';

/** A moment of an environment: enough for what changes by time alone. */
export type Moment = Pick<Environment, 'spec' | 'now'>;

/** A small number in [0, 1) that changes every second and is the same whenever that second is asked about. */
const flicker = (env: Moment, instance: Instance, what: string): number =>
  (hash(`${env.spec.name}/${instance.name}/${what}/${Math.floor(env.now / 1000)}`) % 1000) / 1000;

/** Ms that the instance takes over a question from outside. Asking does not disturb the traffic's own chances. */
export const answerMsOf = (env: Moment, instance: Instance): Millis =>
  Math.round(
    instance.service.latencyMs * env.spec.slowness * (0.6 + 0.8 * flicker(env, instance, 'answer')),
  ) + instance.slowMs;

export interface PoolReading {
  readonly active: number;
  readonly idle: number;
  readonly pending: number;
  readonly max: number;
}

/** The instance's Hikari pool by Little's law: connections held = arrivals × seconds each holds one. */
export const poolOf = (env: Moment, instance: Instance): PoolReading | undefined => {
  const max = instance.service.poolMax;
  if (max === undefined) return undefined;
  const heldMs = instance.service.latencyMs * env.spec.slowness + instance.slowMs;
  const wanted = Math.round(
    (instance.requestsPerSecond * heldMs) / 1000 + 2 * flicker(env, instance, 'pool'),
  );
  const active = Math.min(max, wanted);
  return { active, idle: max - active, pending: wanted - active, max };
};

/** Heap in bytes: a saw that garbage collection cuts every minute or two. */
export const heapUsedOf = (env: Moment, instance: Instance): number => {
  const periodMs = 60_000 + (hash(instance.name) % 60_000);
  const phase = (((env.now % periodMs) + periodMs) % periodMs) / periodMs;
  return Math.round(instance.service.heapMaxBytes * (0.25 + 0.3 * phase));
};

/** Part of the machine's processors in use, 0..1. */
export const cpuOf = (env: Moment, instance: Instance): number =>
  Math.round(1000 * (0.05 + 0.01 * instance.requestsPerSecond + 0.08 * flicker(env, instance, 'cpu'))) / 1000;

/** Platform threads alive. */
export const threadsOf = (env: Moment, instance: Instance): number =>
  30 + Math.round(8 * flicker(env, instance, 'threads')) + (instance.slowMs > 0 ? 40 : 0);
