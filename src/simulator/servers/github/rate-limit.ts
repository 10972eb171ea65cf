/** The rate limit of the simulator, which resets at every full hour. */
export class SimulatedRateLimit {
  readonly limit = 5000;
  #used = 0;
  #hour = 0;

  /** Counts a request and returns the headers. */
  headers(now: number, isCounted: boolean): Readonly<Record<string, string>> {
    const hour = Math.floor(now / 3_600_000);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#used = 0;
    }
    if (isCounted) this.#used = Math.min(this.limit, this.#used + 1);
    return {
      'x-ratelimit-limit': String(this.limit),
      'x-ratelimit-remaining': String(this.limit - this.#used),
      'x-ratelimit-used': String(this.#used),
      'x-ratelimit-reset': String((hour + 1) * 3600),
      'x-ratelimit-resource': 'core',
    };
  }

  object(now: number) {
    const headers = this.headers(now, false);
    return {
      limit: this.limit,
      remaining: Number(headers['x-ratelimit-remaining']),
      used: this.#used,
      reset: Number(headers['x-ratelimit-reset']),
    };
  }
}
