import type { Millis } from '../../../domain/base/fault.ts';
import type { RandomSource } from '../spec/seeded-random.ts';
import type { EnvironmentSpec, ServiceSpec } from '../spec/system-spec.ts';

/** Boundaries of the latency histogram in ms, like `management.metrics.distribution.slo`. */
export const latencyBoundsMs: readonly Millis[] = [
  5, 10, 25, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 3000, 5000,
];

/** Bucket index of a duration; above the last boundary, the number of boundaries. */
const latencyBucketOf = (ms: Millis): number => {
  const index = latencyBoundsMs.findIndex((bound) => ms <= bound);
  return index === -1 ? latencyBoundsMs.length : index;
};

/** Processing time of a request without calls, in ms: random, occasionally four times as long. */
export const sampleLatency = (service: ServiceSpec, env: EnvironmentSpec, chance: RandomSource): Millis => {
  const tail = chance() < 0.02 ? 4 : 1;
  const scatter = 0.6 + 0.8 * chance();
  return Math.round(service.latencyMs * env.slowness * scatter * tail);
};

/** A handled request. */
export interface ServedRequest {
  readonly at: Millis;
  readonly method: string;
  readonly uri: string;
  readonly status: number;
  /** Class name of the exception, or 'none'. */
  readonly exception: string;
  /** Message of the exception, if known. */
  readonly cause?: string;
  readonly ms: Millis;
}

/** One series of `http.server.requests`: counters since the process started. */
export interface RequestSeries {
  readonly tags: Readonly<Record<'error' | 'exception' | 'method' | 'outcome' | 'status' | 'uri', string>>;
  count: number;
  totalMs: Millis;
  /** Maximum: of the last two minutes in Micrometer, since the start here. */
  maxMs: Millis;
  /** Requests per histogram bucket, not cumulative; the last bucket has no upper bound. */
  readonly buckets: number[];
}

/** Traffic of an instance in the last seconds. Without requests there is no rate and no latency. */
interface RecentTraffic {
  readonly requests: number;
  readonly errors: number;
  readonly errorRatePercent?: number;
  readonly p95Ms?: number;
  /** Percentage of successful requests within the service level. */
  readonly slaPercent?: number;
}

/** Number of failed requests kept individually. */
const failuresKept = 20;

/** Window of `recent` in ms: short enough to show a recovery within one verification. */
export const recentWindowMs = 10_000;

const outcomeOf = (status: number): string => (status >= 500 ? 'SERVER_ERROR' : 'SUCCESS');
const round2 = (value: number): number => Math.round(value * 100) / 100;

/** Requests of one instance: counters since its start, single requests for `recentMs`. */
export class Traffic {
  readonly #series = new Map<string, RequestSeries>();
  #recent: ServedRequest[] = [];
  #failures: readonly ServedRequest[] = [];

  /** Resets everything, after the process has ended. */
  reset(): void {
    this.#series.clear();
    this.#recent = [];
    this.#failures = [];
  }

  /** Last failed requests, oldest first. */
  get failures(): readonly ServedRequest[] {
    return this.#failures;
  }

  get series(): readonly RequestSeries[] {
    return [...this.#series.values()];
  }

  /** Records a request that the service handled. */
  record(served: ServedRequest): void {
    this.remember(served, 1);
    this.miss(served);
  }

  /** Adds uniform requests of the past to the counters only. */
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

  /** Records a request that only the caller knows of, because the service was down. */
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

/** Rate and latency of requests; `slaMs`: maximum time of the service level. */
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
