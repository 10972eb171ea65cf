import type { Environment } from './environment.ts';
import type { Instance } from './instance.ts';

/** How a service describes itself on its health page. */
export type Condition = 'healthy' | 'degraded' | 'down';

/** True when a dependency of that name is there and down. */
export const isDown = (env: Environment, dependency: string | undefined): boolean =>
  dependency !== undefined && env.dependencies.get(dependency)?.up === false;

/** Breakers of the instance that do not simply let calls through. */
export const unsettledBreakers = (instance: Instance): readonly string[] =>
  instance.breakers.filter((breaker) => breaker.state !== 'CLOSED').map((breaker) => breaker.name);

/** The instance's own word for itself: down when its health would fail, degraded when it does without something. */
export const conditionOf = (env: Environment, instance: Instance): Condition => {
  const failing =
    instance.service.openBreakerIsDown && instance.breakers.some(({ state }) => state === 'OPEN');
  const lost = [...instance.service.indicators, instance.service.poolOn].some((name) => isDown(env, name));
  if (!instance.running || failing || lost || instance.unfit !== undefined) return 'down';
  const isHampered = instance.slowMs > 0 || instance.failing !== undefined;
  return unsettledBreakers(instance).length > 0 || isHampered ? 'degraded' : 'healthy';
};

/** A service is as well as its instances: down when none is better than down, healthy when all are. */
export const serviceCondition = (env: Environment, service: string): Condition => {
  const all = env.instancesOf(service).map((instance) => conditionOf(env, instance));
  if (all.every((condition) => condition === 'down')) return 'down';
  return all.every((condition) => condition === 'healthy') ? 'healthy' : 'degraded';
};
