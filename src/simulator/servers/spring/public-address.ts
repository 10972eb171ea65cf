import type { Millis } from '../../../domain/base/fault.ts';
import type { Handler } from '../http/http-server.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';
import { serviceHandler } from './service.ts';

const windowMs: Millis = 1000;

/** A rate limiter: a maximum number of requests per second for all clients. */
class RateLimiter {
  readonly #most: number;
  #since: Millis = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** True if the request is allowed. */
  tryAcquire(now: Millis): boolean {
    if (now - this.#since >= windowMs) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= this.#most;
  }
}

/** Rate limit of the public address in requests per second. */
const mostPerSecond = 40;

const tooMany = { status: 429, text: 'Too Many Requests\n', headers: { 'Retry-After': '1' } } as const;

/** The public address of a service on several hosts: forwards to the first host that responds; without one, 502. */
export const frontHandler = (view: SimulatorContext, service: string): Handler => {
  const limit = new RateLimiter(mostPerSecond);
  return (ask) => {
    const env = view.model.environmentAt(view.env, view.clock.now());
    const { hosts } = env.parts;
    // A limiter measures with a clock that is never stepped.
    if (!limit.tryAcquire(view.clock.now() - view.model.clockOffsetMs)) {
      if (hosts !== undefined) hosts.refused += 1;
      return tooMany;
    }
    if (hosts?.isCutOff === true) return { status: 504, text: 'upstream request timeout\n' };
    const running = env.instancesOf(service).find((instance) => instance.running);
    if (running !== undefined) return serviceHandler(view, running.name)(ask);
    return { status: 502, text: 'no host answers\n' };
  };
};

/** The same address without TLS: only redirects to the TLS address. */
export const plainFrontHandler: Handler = (ask) => ({
  status: 301,
  headers: { Location: `https://${ask.host}${ask.rawPath}` },
});
