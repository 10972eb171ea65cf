import type { Millis } from '../../domain/fault.ts';
import type { Chance } from './chance.ts';
import type { EnvironmentSpec, ServiceSpec } from './spec.ts';

/** Boundaries of the latency histogram in ms, as `management.metrics.distribution.slo` would set them. */
export const latencyBoundsMs: readonly Millis[] = [
  5, 10, 25, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 3000, 5000,
];

/** The bucket that a duration falls into; one past the last boundary for what is longer than all. */
export const bucketOf = (ms: Millis): number => {
  const index = latencyBoundsMs.findIndex((bound) => ms <= bound);
  return index === -1 ? latencyBoundsMs.length : index;
};

/** Ms that a service needs for a request by itself: scattered, and now and then four times as long. */
export const ownLatencyOf = (service: ServiceSpec, env: EnvironmentSpec, chance: Chance): Millis => {
  const tail = chance() < 0.02 ? 4 : 1;
  const scatter = 0.6 + 0.8 * chance();
  return Math.round(service.latencyMs * env.slowness * scatter * tail);
};
