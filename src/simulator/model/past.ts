import type { Millis } from '../../domain/fault.ts';
import type { Chance } from './chance.ts';
import type { Instance } from './instance.ts';
import { ownLatencyOf } from './latency.ts';
import type { EnvironmentSpec, SystemSpec } from './spec.ts';

/** How many requests stand for all that came before: enough for a tail of two in a hundred. */
const sampled = 200;

/**
 * Fills an instance's counters with what it has served since its process started: a process that is hours old has
 * counted for hours. Only what is well: nothing failed for the sake of a dependency.
 */
export const fillPast = (
  instance: Instance,
  system: SystemSpec,
  env: EnvironmentSpec,
  now: Millis,
  chance: Chance,
): void => {
  const { service, traffic } = instance;
  const latencyBehind = (name: string): Millis =>
    system.dependencies.find((d) => d.name === name)?.latencyMs ??
    system.services.find((s) => s.name === name)?.latencyMs ??
    0;
  const behindMs = (): Millis =>
    service.calls
      .filter((call) => chance() < call.share)
      .reduce(
        (sum, call) => sum + Math.round(latencyBehind(call.to) * env.slowness * (0.6 + 0.8 * chance())),
        0,
      );
  const requests = (env.requestsPerSecond * (now - instance.startedAt)) / 1000;
  for (let index = 0; index < sampled; index += 1) {
    const request = instance.request(index % 10 < 3, now);
    const ms = ownLatencyOf(service, env, chance) + behindMs();
    traffic.remember({ ...request, status: 200, exception: 'none', ms }, Math.floor(requests / sampled));
  }
  for (const isWrite of [true, false]) {
    const failed = Math.floor(requests * env.errorShare * (isWrite ? 0.3 : 0.7));
    const request = { ...instance.request(isWrite, now), status: 500, exception: 'IllegalStateException' };
    if (failed > 0) traffic.remember({ ...request, ms: service.latencyMs }, failed);
  }
};
