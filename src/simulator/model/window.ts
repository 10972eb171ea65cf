/** Whether a call failed, and whether it was slow. */
export interface Outcome {
  readonly failed: boolean;
  readonly slow: boolean;
}

/**
 * A count-based sliding window of Resilience4j: the last `size` calls, and their rates in percent once there are
 * `minimum` of them (-1 before that). Rates are single-precision floats there, so they are here.
 */
export class CallWindow {
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
