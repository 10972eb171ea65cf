import type { Millis } from '../../domain/base/fault.ts';
import type { Fact } from '../../domain/facts/facts.ts';

export type BreakerState =
  | 'closed'
  | 'open'
  | 'half-open'
  | 'forced-open'
  | 'disabled'
  | 'metrics-only'
  | 'unknown';

/** A circuit breaker of one instance. Rates are percentages; absent below the minimum number of calls. */
export interface Breaker extends Fact {
  readonly service: string;
  readonly instance: string;
  readonly name: string;
  readonly state: BreakerState;
  readonly failureRate?: number;
  readonly slowCallRate?: number;
  readonly failureRateThreshold?: number;
  readonly slowCallRateThreshold?: number;
  readonly bufferedCalls?: number;
  readonly failedCalls?: number;
  readonly slowCalls?: number;
  readonly notPermittedCalls?: number;
  /** When the open breaker will let trial calls through. Absent: unknown. */
  readonly halfOpenAt?: Millis;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly breakers: Breaker;
  }
}
