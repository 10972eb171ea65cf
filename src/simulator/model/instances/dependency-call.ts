import type { Millis } from '../../../domain/base/fault.ts';
import type { CircuitBreaker } from '../spec/breaker.ts';
import type { RandomSource } from '../spec/seeded-random.ts';
import type { DependencySpec } from '../spec/system-spec.ts';

/** Result of a call to a dependency or another service. */
export interface CallResult {
  readonly ms: Millis;
  readonly error?: string;
}

/** Calls a dependency or service by name. */
export type ServiceCaller = (to: string, caller: string) => CallResult;

/** Result of a call that its breaker rejects. */
export const notPermittedResult = ({ name, state }: CircuitBreaker, ms: Millis) => ({
  status: 503,
  exception: 'CallNotPermittedException',
  cause: `CircuitBreaker '${name}' is ${state} and does not permit further calls`,
  ms,
});

/** A dependency that is not one of the services. */
export interface Dependency {
  readonly spec: DependencySpec;
  up: boolean;
  restarts: number;
}

/** Current result of a call to a dependency; one that is down refuses immediately. */
export const callDependency = (
  { spec, up }: Dependency,
  slowness: number,
  chance: RandomSource,
): CallResult => {
  const ms = Math.round(spec.latencyMs * slowness * (0.6 + 0.8 * chance()));
  return up ? { ms } : { ms: 2, error: spec.error };
};
