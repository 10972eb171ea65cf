import type { Millis } from '../../domain/fault.ts';

export type BreakerEventType =
  | 'SUCCESS'
  | 'ERROR'
  | 'NOT_PERMITTED'
  | 'STATE_TRANSITION'
  | 'RESET'
  | 'FAILURE_RATE_EXCEEDED'
  | 'SLOW_CALL_RATE_EXCEEDED';

export interface BreakerEvent {
  readonly type: BreakerEventType;
  /** Model time. */
  readonly at: Millis;
  readonly durationMs?: Millis;
  readonly errorMessage?: string;
  /** CLOSED_TO_OPEN … */
  readonly transition?: string;
}

/** A disabled or forced-open breaker publishes nothing but changes of state and resets. */
export const isPublished = (type: BreakerEventType, state: string): boolean =>
  type === 'STATE_TRANSITION' || type === 'RESET' || (state !== 'DISABLED' && state !== 'FORCED_OPEN');
