import type { Millis } from '../../domain/fault.ts';
import type { CircuitBreaker } from './breaker.ts';
import type { RandomSource } from './seeded-random.ts';
import type { DependencySpec } from './system-spec.ts';

/** How a call to a dependency or to another service ended. */
export interface CallResult {
  readonly ms: Millis;
  readonly error?: string;
}

/** Calls something by its name. */
export type ServiceCaller = (to: string, caller: string) => CallResult;

/** How a call ends that its breaker does not let through. */
export const notPermittedResult = ({ name, state }: CircuitBreaker, ms: Millis) => ({
  status: 503,
  exception: 'CallNotPermittedException',
  cause: `CircuitBreaker '${name}' is ${state} and does not permit further calls`,
  ms,
});

/** Something that services need and that is not one of them. */
export interface Dependency {
  readonly spec: DependencySpec;
  up: boolean;
  restarts: number;
}

/** How a call to a dependency ends now: one that is down refuses quickly. */
export const callDependency = (
  { spec, up }: Dependency,
  slowness: number,
  chance: RandomSource,
): CallResult => {
  const ms = Math.round(spec.latencyMs * slowness * (0.6 + 0.8 * chance()));
  return up ? { ms } : { ms: 2, error: spec.error };
};
