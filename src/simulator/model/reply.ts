import type { Millis } from '../../domain/fault.ts';
import type { Breaker } from './breaker.ts';

/** How a call to a dependency or to another service ended. */
export interface Reply {
  readonly ms: Millis;
  readonly error?: string;
}

/** Calls something by its name. */
export type Reach = (to: string, caller: string) => Reply;

/** How a call ends that its breaker does not let through. */
export const notPermitted = ({ name, state }: Breaker, ms: Millis) => ({
  status: 503,
  exception: 'CallNotPermittedException',
  cause: `CircuitBreaker '${name}' is ${state} and does not permit further calls`,
  ms,
});
