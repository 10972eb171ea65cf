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

/** A disabled or forced-open breaker publishes nothing but changes of state and resets. */
const isPublished = (type: BreakerEventType, state: string): boolean =>
  type === 'STATE_TRANSITION' || type === 'RESET' || (state !== 'DISABLED' && state !== 'FORCED_OPEN');

/** Whether a call failed, and whether it was slow. */
interface Outcome {
  readonly failed: boolean;
  readonly slow: boolean;
}

/**
 * A count-based sliding window of Resilience4j: the last `size` calls, and their rates in percent once there are
 * `minimum` of them (-1 before that). Rates are single-precision floats there, so they are here.
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

  /** Enough calls for a rate. */
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

/** States that a person may put a breaker into. */
export type ForcedBreakerState = 'CLOSED' | 'FORCED_OPEN' | 'DISABLED' | 'METRICS_ONLY';

/**
 * A circuit breaker as Resilience4j's state machine makes it (count-based window). Times are handed in; nothing
 * happens by itself unless the automatic transition is on and somebody asks.
 * Source: resilience4j-circuitbreaker 2, CircuitBreakerStateMachine.
 */
export class CircuitBreaker {
  readonly name: string;
  readonly config: BreakerConfig;
  /** Published events since the process started: what the metrics count, so a disabled breaker's calls are not in it. */
  readonly totals = { SUCCESS: 0, ERROR: 0, NOT_PERMITTED: 0 };
  #state: CircuitBreakerState = 'CLOSED';
  #window: CallWindow;
  #openedAt: Millis = 0;
  #trialsLeft = 0;
  /** Rates already told in METRICS_ONLY, which tells each only once. */
  readonly #told = new Set<BreakerEventType>();
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

  /** Numbers as the endpoint gives them; a rate of -1 means too few calls. */
  reading() {
    return {
      state: this.#state,
      failureRate: this.#window.failureRate(),
      slowCallRate: this.#window.slowCallRate(),
      ...this.#window.counts(),
    };
  }

  /** Only with the automatic transition does time alone change anything. */
  tick(now: Millis): void {
    if (this.config.automaticTransitionFromOpenToHalfOpenEnabled && this.#waitIsOver(now))
      this.#change('HALF_OPEN', now);
  }

  /** Asks whether a call may be made; a refusal is counted. */
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

  /** Tells how a permitted call ended: without an `error` it succeeded. */
  done(now: Millis, durationMs: Millis, error?: string): void {
    const failed = error !== undefined;
    this.#publish(
      failed
        ? { type: 'ERROR', at: now, durationMs, errorMessage: error }
        : { type: 'SUCCESS', at: now, durationMs },
    );
    this.#judge({ failed, slow: durationMs > this.config.slowCallDurationThreshold }, now);
  }

  /** What the actuator's POST and the transition methods do: a fresh window, also when the state stays. */
  forceState(to: ForcedBreakerState, now: Millis): void {
    this.#change(to, now);
  }

  /** `reset()`: closed, with a fresh window and an event of its own. */
  reset(now: Millis): void {
    this.#change('CLOSED', now);
    this.#publish({ type: 'RESET', at: now });
  }

  /** It opens without a call that says why: as after an outage that is over. */
  trip(now: Millis): void {
    this.#change('OPEN', now);
  }

  #judge(outcome: Outcome, now: Millis): void {
    const state = this.#state;
    // A call that was permitted before the breaker opened still counts there; the other two record nothing.
    if (state === 'DISABLED' || state === 'FORCED_OPEN') return;
    this.#window.record(outcome);
    if (state === 'OPEN') return;
    const exceeded = this.#exceeded();
    const news = state === 'METRICS_ONLY' ? exceeded.filter((type) => !this.#told.has(type)) : exceeded;
    if (state !== 'HALF_OPEN') for (const type of news) this.#publish({ type, at: now });
    if (state === 'METRICS_ONLY') for (const type of news) this.#told.add(type);
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
    this.#told.clear();
    if (to === 'OPEN') this.#openedAt = now;
    // An opened breaker keeps the calls that opened it on show; every other state starts to count anew.
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
