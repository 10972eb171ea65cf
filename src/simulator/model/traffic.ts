import type { Millis } from '../../domain/fault.ts';
import type { RandomSource } from './seeded-random.ts';
import type { EnvironmentSpec, ServiceSpec } from './system-spec.ts';

/** Boundaries of the latency histogram in ms, as `management.metrics.distribution.slo` would set them. */
export const latencyBoundsMs: readonly Millis[] = [
  5, 10, 25, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 3000, 5000,
];

/** The bucket that a duration falls into; one past the last boundary for what is longer than all. */
const latencyBucketOf = (ms: Millis): number => {
  const index = latencyBoundsMs.findIndex((bound) => ms <= bound);
  return index === -1 ? latencyBoundsMs.length : index;
};

/** Ms that a service needs for a request by itself: scattered, and now and then four times as long. */
export const sampleLatency = (service: ServiceSpec, env: EnvironmentSpec, chance: RandomSource): Millis => {
  const tail = chance() < 0.02 ? 4 : 1;
  const scatter = 0.6 + 0.8 * chance();
  return Math.round(service.latencyMs * env.slowness * scatter * tail);
};

/** A request as its service answered it. */
export interface ServedRequest {
  readonly at: Millis;
  readonly method: string;
  readonly uri: string;
  readonly status: number;
  /** Class name of the exception, or 'none'. */
  readonly exception: string;
  /** What the exception says, where that is known. */
  readonly cause?: string;
  readonly ms: Millis;
}

/** One series of `http.server.requests`: the counters since the process started. */
export interface RequestSeries {
  readonly tags: Readonly<Record<'error' | 'exception' | 'method' | 'outcome' | 'status' | 'uri', string>>;
  count: number;
  totalMs: Millis;
  /** Highest of the last two minutes in Micrometer; of the process here. */
  maxMs: Millis;
  /** Requests per bucket of the latency histogram, not added up; the last one has no upper bound. */
  readonly buckets: number[];
}

/** What went through an instance in the last seconds. Without a request there is no rate and no latency. */
interface RecentTraffic {
  readonly requests: number;
  readonly errors: number;
  readonly errorRatePercent?: number;
  readonly p95Ms?: number;
  /** Part that was answered well and in time, in percent. */
  readonly slaPercent?: number;
}

/** So many failed requests are remembered one by one. */
const failuresKept = 20;

/** How far back `recent` looks: short enough that a recovery shows within one proof. */
export const recentWindowMs = 10_000;

const outcomeOf = (status: number): string => (status >= 500 ? 'SERVER_ERROR' : 'SUCCESS');
const round2 = (value: number): number => Math.round(value * 100) / 100;

/** Requests of one instance: counters for ever, single ones for `recentMs`. */
export class Traffic {
  readonly #series = new Map<string, RequestSeries>();
  #recent: ServedRequest[] = [];
  #failures: readonly ServedRequest[] = [];

  /** Forgets everything: the process that counted is gone. */
  reset(): void {
    this.#series.clear();
    this.#recent = [];
    this.#failures = [];
  }

  /** The last requests that failed, oldest first. */
  get failures(): readonly ServedRequest[] {
    return this.#failures;
  }

  get series(): readonly RequestSeries[] {
    return [...this.#series.values()];
  }

  /** A request that the service answered. */
  record(served: ServedRequest): void {
    this.remember(served, 1);
    this.miss(served);
  }

  /** Requests of long ago, all alike: they are counted, and nothing else is known of them. */
  remember(served: ServedRequest, times: number): void {
    const key = `${served.method} ${served.uri} ${served.status} ${served.exception}`;
    const { exception, method, status, uri } = served;
    const series = this.#series.get(key) ?? {
      tags: { error: exception, exception, method, outcome: outcomeOf(status), status: `${status}`, uri },
      count: 0,
      totalMs: 0,
      maxMs: 0,
      buckets: Array.from({ length: latencyBoundsMs.length + 1 }, () => 0),
    };
    const bucket = latencyBucketOf(served.ms);
    series.count += times;
    series.totalMs += served.ms * times;
    series.buckets[bucket] = (series.buckets[bucket] ?? 0) + times;
    series.maxMs = Math.max(series.maxMs, served.ms);
    this.#series.set(key, series);
  }

  /** A request that only the caller knows of: the service was not there to count it. */
  miss(served: ServedRequest): void {
    if (served.status >= 500) this.#failures = [...this.#failures, served].slice(-failuresKept);
    this.#recent.push(served);
    if (this.#recent.length > 1000) this.#recent.shift();
  }

  /** Requests of the last `recentMs`, oldest first. */
  recent(now: Millis): readonly ServedRequest[] {
    this.#recent = this.#recent.filter((served) => now - served.at < recentWindowMs);
    return this.#recent;
  }
}

/** Rate and latency over some requests; `slaMs`: what takes longer was not in time. */
export const summarizeRequests = (
  served: readonly ServedRequest[],
  slaMs = Number.POSITIVE_INFINITY,
): RecentTraffic => {
  const errors = served.filter(({ status }) => status >= 500).length;
  if (served.length === 0) return { requests: 0, errors: 0 };
  const sorted = served.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    requests: served.length,
    errors,
    slaPercent: round2(
      (100 * served.filter(({ status, ms }) => status < 500 && ms <= slaMs).length) / served.length,
    ),
    errorRatePercent: round2((100 * errors) / served.length),
    p95Ms: round2(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0),
  };
};
