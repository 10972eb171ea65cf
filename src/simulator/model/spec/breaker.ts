import type { Millis } from '../../../domain/base/fault.ts';

/** Settings of a Resilience4j circuit breaker with a count-based window, under their original names. */
export interface BreakerConfig {
  readonly slidingWindowSize: number;
  readonly minimumNumberOfCalls: number;
  /** Percent; reaching the threshold counts as exceeding it. */
  readonly failureRateThreshold: number;
  readonly slowCallRateThreshold: number;
  readonly slowCallDurationThreshold: Millis;
  readonly waitDurationInOpenState: Millis;
  readonly permittedNumberOfCallsInHalfOpenState: number;
  readonly automaticTransitionFromOpenToHalfOpenEnabled: boolean;
  readonly eventConsumerBufferSize: number;
}

/** Resilience4j's defaults, for breakers without a configuration. */
const defaultBreakerConfig: BreakerConfig = {
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

type BreakerEventType =
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

/** A disabled or forced-open breaker publishes only state transitions and resets. */
const isPublished = (type: BreakerEventType, state: string): boolean =>
  type === 'STATE_TRANSITION' || type === 'RESET' || (state !== 'DISABLED' && state !== 'FORCED_OPEN');

/** The outcome of a call. */
interface Outcome {
  readonly failed: boolean;
  readonly slow: boolean;
}

/**
 * A count-based sliding window of Resilience4j: the last `size` calls. Rates are percentages, or -1 with fewer than `minimum`
 * calls. They are single-precision floats, as in Resilience4j.
 */
class CallWindow {
  readonly #size: number;
  readonly #minimum: number;
  readonly #calls: Outcome[] = [];
  #notPermitted = 0;

  constructor(size: number, minimumNumberOfCalls: number) {
    this.#size = size;
    this.#minimum = Math.min(minimumNumberOfCalls, size);
  }

  record(outcome: Outcome): void {
    this.#calls.push(outcome);
    if (this.#calls.length > this.#size) this.#calls.shift();
  }

  refuse(): void {
    this.#notPermitted += 1;
  }

  /** True when the number of calls suffices for a rate. */
  isFull(): boolean {
    return this.#calls.length >= this.#minimum;
  }

  failureRate(): number {
    return this.#rate((call) => call.failed);
  }

  slowCallRate(): number {
    return this.#rate((call) => call.slow);
  }

  counts() {
    const count = (test: (call: Outcome) => boolean) => this.#calls.filter(test).length;
    return {
      bufferedCalls: this.#calls.length,
      failedCalls: count((call) => call.failed),
      slowCalls: count((call) => call.slow),
      slowFailedCalls: count((call) => call.slow && call.failed),
      notPermittedCalls: this.#notPermitted,
    };
  }

  #rate(test: (call: Outcome) => boolean): number {
    if (this.#calls.length === 0 || !this.isFull()) return -1;
    return Math.fround((this.#calls.filter(test).length * 100) / this.#calls.length);
  }
}

type CircuitBreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN' | 'FORCED_OPEN' | 'DISABLED' | 'METRICS_ONLY';

/** States that an operator can set. */
export type ForcedBreakerState = 'CLOSED' | 'FORCED_OPEN' | 'DISABLED' | 'METRICS_ONLY';

/**
 * The state machine of a Resilience4j circuit breaker (count-based window). Callers pass the time; without the automatic
 * transition, time alone changes nothing. Source: resilience4j-circuitbreaker 2, CircuitBreakerStateMachine.
 */
export class CircuitBreaker {
  readonly name: string;
  readonly config: BreakerConfig;
  /** Events published since the process started. The metrics count these, so calls of a disabled breaker are not included. */
  readonly totals = { SUCCESS: 0, ERROR: 0, NOT_PERMITTED: 0 };
  #state: CircuitBreakerState = 'CLOSED';
  #window: CallWindow;
  #openedAt: Millis = 0;
  #trialsLeft = 0;
  /** Rates already published in METRICS_ONLY, which publishes each only once. */
  readonly #sent = new Set<BreakerEventType>();
  readonly #events: BreakerEvent[] = [];

  constructor(name: string, config: Partial<BreakerConfig> = {}) {
    this.name = name;
    this.config = { ...defaultBreakerConfig, ...config };
    this.#window = this.#freshWindow();
  }

  get state(): CircuitBreakerState {
    return this.#state;
  }

  /** Oldest first, at most `eventConsumerBufferSize`. */
  get events(): readonly BreakerEvent[] {
    return this.#events;
  }

  /** Values as in the endpoint; a rate of -1 means too few calls. */
  reading() {
    return {
      state: this.#state,
      failureRate: this.#window.failureRate(),
      slowCallRate: this.#window.slowCallRate(),
      ...this.#window.counts(),
    };
  }

  /** Performs the automatic transition, the only change caused by time alone. */
  tick(now: Millis): void {
    if (this.config.automaticTransitionFromOpenToHalfOpenEnabled && this.#waitIsOver(now))
      this.#change('HALF_OPEN', now);
  }

  /** Returns true when a call is permitted; counts a rejected call. */
  permit(now: Millis): boolean {
    if (this.#waitIsOver(now)) this.#change('HALF_OPEN', now);
    if (this.#state === 'HALF_OPEN' && this.#trialsLeft > 0) {
      this.#trialsLeft -= 1;
      return true;
    }
    if (this.#state !== 'OPEN' && this.#state !== 'FORCED_OPEN' && this.#state !== 'HALF_OPEN') return true;
    this.#window.refuse();
    this.#publish({ type: 'NOT_PERMITTED', at: now });
    return false;
  }

  /** Records the end of a permitted call; without an `error` it succeeded. */
  done(now: Millis, durationMs: Millis, error?: string): void {
    const failed = error !== undefined;
    this.#publish(
      failed
        ? { type: 'ERROR', at: now, durationMs, errorMessage: error }
        : { type: 'SUCCESS', at: now, durationMs },
    );
    this.#judge({ failed, slow: durationMs > this.config.slowCallDurationThreshold }, now);
  }

  /** Transition requested by the actuator's POST or a transition method: a new window, even if the state stays the same. */
  forceState(to: ForcedBreakerState, now: Millis): void {
    this.#change(to, now);
  }

  /** `reset()`: closes the breaker with a new window and publishes a reset event. */
  reset(now: Millis): void {
    this.#change('CLOSED', now);
    this.#publish({ type: 'RESET', at: now });
  }

  /** Opens the breaker without a failed call, as after an outage that has ended. */
  trip(now: Millis): void {
    this.#change('OPEN', now);
  }

  #judge(outcome: Outcome, now: Millis): void {
    const state = this.#state;
    // A call that was permitted before the breaker opened still counts there; the other two states record nothing.
    if (state === 'DISABLED' || state === 'FORCED_OPEN') return;
    this.#window.record(outcome);
    if (state === 'OPEN') return;
    const exceeded = this.#exceeded();
    const unsent = state === 'METRICS_ONLY' ? exceeded.filter((type) => !this.#sent.has(type)) : exceeded;
    if (state !== 'HALF_OPEN') for (const type of unsent) this.#publish({ type, at: now });
    if (state === 'METRICS_ONLY') for (const type of unsent) this.#sent.add(type);
    else if (exceeded.length > 0) this.#change('OPEN', now);
    else if (state === 'HALF_OPEN' && this.#window.isFull()) this.#change('CLOSED', now);
  }

  #exceeded(): readonly BreakerEventType[] {
    const { failureRateThreshold, slowCallRateThreshold } = this.config;
    if (!this.#window.isFull()) return [];
    return [
      ...(this.#window.failureRate() >= failureRateThreshold ? (['FAILURE_RATE_EXCEEDED'] as const) : []),
      ...(this.#window.slowCallRate() >= slowCallRateThreshold ? (['SLOW_CALL_RATE_EXCEEDED'] as const) : []),
    ];
  }

  #waitIsOver(now: Millis): boolean {
    return this.#state === 'OPEN' && now - this.#openedAt > this.config.waitDurationInOpenState;
  }

  #change(to: CircuitBreakerState, now: Millis): void {
    const from = this.#state;
    this.#state = to;
    this.#sent.clear();
    if (to === 'OPEN') this.#openedAt = now;
    // An open breaker keeps the calls that opened it visible; every other state starts a new window.
    else this.#window = this.#freshWindow();
    if (to === 'HALF_OPEN') this.#trialsLeft = this.config.permittedNumberOfCallsInHalfOpenState;
    if (from !== to) this.#publish({ type: 'STATE_TRANSITION', at: now, transition: `${from}_TO_${to}` });
  }

  #freshWindow(): CallWindow {
    const { slidingWindowSize, permittedNumberOfCallsInHalfOpenState, minimumNumberOfCalls } = this.config;
    const size = this.#state === 'HALF_OPEN' ? permittedNumberOfCallsInHalfOpenState : slidingWindowSize;
    return new CallWindow(size, minimumNumberOfCalls);
  }

  #publish(event: BreakerEvent): void {
    if (!isPublished(event.type, this.#state)) return;
    const { type } = event;
    if (type === 'SUCCESS' || type === 'ERROR' || type === 'NOT_PERMITTED') this.totals[type] += 1;
    this.#events.push(event);
    if (this.#events.length > this.config.eventConsumerBufferSize) this.#events.shift();
  }
}
