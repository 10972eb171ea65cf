import type { Millis } from '../../domain/fault.ts';

/** The settings of a Resilience4j circuit breaker with a count-based window, under its own names. */
export interface BreakerConfig {
  readonly slidingWindowSize: number;
  readonly minimumNumberOfCalls: number;
  /** Percent; reaching it is exceeding it. */
  readonly failureRateThreshold: number;
  readonly slowCallRateThreshold: number;
  readonly slowCallDurationThreshold: Millis;
  readonly waitDurationInOpenState: Millis;
  readonly permittedNumberOfCallsInHalfOpenState: number;
  readonly automaticTransitionFromOpenToHalfOpenEnabled: boolean;
  readonly eventConsumerBufferSize: number;
}

/** Resilience4j's own defaults: what a breaker gets that nobody configured. */
export const defaultBreakerConfig: BreakerConfig = {
  slidingWindowSize: 100,
  minimumNumberOfCalls: 100,
  failureRateThreshold: 50,
  slowCallRateThreshold: 100,
  slowCallDurationThreshold: 60_000,
  waitDurationInOpenState: 60_000,
  permittedNumberOfCallsInHalfOpenState: 10,
  automaticTransitionFromOpenToHalfOpenEnabled: false,
  eventConsumerBufferSize: 100,
};
