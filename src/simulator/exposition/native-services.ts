import { leakedBytesAt } from '../model/cluster/resource-usage.ts';
import type { PodRuntime } from '../model/cluster/state/pod-runtime.ts';
import { poolUsageOf, threadsOf } from '../model/instances/instance-gauges.ts';
import type { RequestSeries } from '../model/instances/traffic.ts';
import type { InstanceContext } from '../servers/http/simulator-context.ts';
import { counter, gauge, histogram, type MetricFamily, type MetricLabels } from './metric-family.ts';

/**
 * Requests and requests refused by the rate limit. The second series exists from the start, so that the first refusal is visible
 * as a change.
 */
const requestsOf = (sight: InstanceContext): readonly MetricFamily[] => {
  const { hosts } = sight.env.parts;
  const refused = counter('http_requests_total', '', [
    [{ service: sight.instance.service.name, status: '429' }, hosts?.refused ?? 0],
  ]);
  return requestFamilies(sight).map((family) =>
    family.name === refused.name && hosts !== undefined
      ? { ...family, samples: [...family.samples, ...refused.samples] }
      : family,
  );
};

/** Metrics of a Rust service with the metrics crates, by name. */
export const rustFamilies = (sight: InstanceContext): readonly MetricFamily[] => {
  const { instance, toClock } = sight;
  return [
    ...requestsOf(sight),
    gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds', [
      [{}, toClock(instance.startedAt) / 1000],
    ]),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** Returns true when a service is deployed as a Go program. */
export const isGoService = ({ env, instance }: InstanceContext): boolean =>
  env.parts.cluster?.spec.services[instance.service.name]?.runtime === 'go';

/** Memory that one leaked goroutine keeps, including what it references. */
const goroutineBytes = 48 * 1024;

const lifeOf = ({ env, instance }: InstanceContext): PodRuntime | undefined =>
  [...(env.parts.cluster?.lives.values() ?? [])].find((life) => life.instance === instance);

/** Leaked heap of the process, in bytes. */
export const leakedBytesOf = (sight: InstanceContext): number => {
  const life = lifeOf(sight);
  return life === undefined ? 0 : Math.round(leakedBytesAt(life, sight.env.now));
};

export const goroutinesOf = (sight: InstanceContext): number =>
  threadsOf(sight.env, sight.instance) + Math.round(leakedBytesOf(sight) / goroutineBytes);

const sumOf = (series: readonly RequestSeries[]): number => series.reduce((sum, { count }) => sum + count, 0);
const failed = ({ tags }: RequestSeries): boolean => tags.outcome === 'SERVER_ERROR';

/** `sql.DBStats` of the pool, one series per state; empty without a pool. */
const poolFamilies = ({ env, instance }: InstanceContext): readonly MetricFamily[] => {
  const pool = poolUsageOf(env, instance);
  if (pool === undefined) return [];
  const states = {
    idle: pool.idle,
    in_use: pool.active,
    max: pool.max,
    open: pool.active + pool.idle,
    waiting: pool.pending,
  };
  const samples = Object.entries(states).map(([state, value]) => [{ state }, value] as const);
  return [gauge('database_connections', 'Connections of the pool, by state', samples)];
};

/** Merges series that differ only in the exception, because a Go service does not export it. */
const withoutExceptions = (series: readonly RequestSeries[]): readonly RequestSeries[] => {
  const merged = new Map<string, RequestSeries>();
  for (const requestSeries of series) {
    const key = `${requestSeries.tags.method} ${requestSeries.tags.uri} ${requestSeries.tags.status}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? requestSeries : added(known, requestSeries));
  }
  return [...merged.values()];
};

const added = (a: RequestSeries, b: RequestSeries): RequestSeries => ({
  tags: a.tags,
  count: a.count + b.count,
  totalMs: a.totalMs + b.totalMs,
  maxMs: Math.max(a.maxMs, b.maxMs),
  buckets: a.buckets.map((count, index) => count + (b.buckets[index] ?? 0)),
});

/** Requests and durations by method, path and status. */
const requestFamilies = ({ instance }: InstanceContext): readonly MetricFamily[] => {
  const { series } = instance.traffic;
  const labelsOf = ({ tags }: RequestSeries): MetricLabels => ({
    method: tags.method,
    path: tags.uri,
    service: instance.service.name,
    status: tags.status,
  });
  const reported = withoutExceptions(series);
  const each = reported.map((requestSeries) => [labelsOf(requestSeries), requestSeries.count] as const);
  const durations = reported.flatMap((requestSeries) =>
    histogram(requestSeries, labelsOf(requestSeries), String),
  );
  const allBad = series.filter(failed);
  const { business } = instance.service;
  const saga = (name: string, count: number): MetricFamily =>
    counter(`${name}_total`, `Number of ${name.replaceAll('_', ' ')}`, [[{}, count]]);
  return [
    ...(each.length === 0
      ? []
      : [
          counter('http_requests_total', 'Requests that were answered', each),
          {
            name: 'http_request_duration_seconds',
            help: 'How long they took',
            type: 'histogram' as const,
            samples: durations,
          },
        ]),
    ...(business?.begun === undefined ? [] : [saga(business.begun, sumOf(series))]),
    ...(business?.undone === undefined ? [] : [saga(business.undone, sumOf(allBad))]),
    ...(business === undefined
      ? []
      : [saga(business.done, sumOf(series.filter((requestSeries) => !failed(requestSeries))))]),
    ...(business?.failed === undefined ? [] : [saga(business.failed, sumOf(allBad))]),
  ];
};

/** Metrics of a Go service with client_golang, by name. */
export const goFamilies = (sight: InstanceContext): readonly MetricFamily[] => {
  const { instance, toClock } = sight;
  return [
    ...poolFamilies(sight),
    ...requestFamilies(sight),
    gauge('go_goroutines', 'Number of goroutines that currently exist.', [[{}, goroutinesOf(sight)]]),
    gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', [
      [{}, toClock(instance.startedAt) / 1000],
    ]),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
};
