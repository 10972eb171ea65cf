import type { Millis } from '../../domain/base/fault.ts';
import { instanceFamilies } from '../exposition/exposition.ts';
import type { MetricLabels, MetricSample } from '../exposition/metric-family.ts';
import { parseMemoryQuantity, workingSetOf } from '../model/cluster/resource-usage.ts';
import { seedNamespace } from '../model/cluster/seed/workloads.ts';
import type { PodRuntime } from '../model/cluster/state/pod-runtime.ts';
import { queryIdOf } from '../model/database/database.ts';
import type { Environment } from '../model/environment.ts';
import type { ServiceInstance } from '../model/instances/instance.ts';
import type { Pod } from '../model/spec/cluster-objects.ts';
import { metricsKeptMs, type SeriesBackfill, scrapeIntervalMs, TimeSeries } from '../promql/time-series.ts';

/** One value of a target that is no instance: a kubelet, an exporter. */
interface ScrapedSample {
  readonly name: string;
  readonly labels: MetricLabels;
  readonly value: number;
}

const containerOf = (env: Environment, pod: Pod, life: PodRuntime): readonly ScrapedSample[] => {
  const container = pod.spec.containers[0];
  const bytes = workingSetOf(env, life);
  if (container === undefined || bytes === undefined) return [];
  const labels = {
    container: container.name,
    instance: pod.spec.nodeName ?? '',
    job: 'kubelet',
    namespace: life.namespace,
    pod: life.name,
  };
  return [
    { name: 'container_memory_working_set_bytes', labels, value: bytes },
    {
      name: 'container_spec_memory_limit_bytes',
      labels,
      value: parseMemoryQuantity(container.resources?.limits?.memory) ?? 0,
    },
  ];
};

/** cAdvisor metrics of all running containers; no limit is 0. Empty without a cluster. */
export const cadvisorSamples = (env: Environment): readonly ScrapedSample[] => {
  const { cluster } = env.parts;
  if (cluster === undefined) return [];
  return [...cluster.shelves.pods.all()].flatMap((pod) => {
    const life = cluster.lives.get(pod.metadata.uid);
    return life === undefined ? [] : containerOf(env, pod, life);
  });
};

/** Mean times and calls of the recorded statements, as postgres_exporter exports them; empty without one. */
const exporterSamples = (env: Environment): readonly ScrapedSample[] => {
  const { database } = env.parts;
  if (database?.spec.isExported !== true || !database.isUp) return [];
  if (!database.extensions.has('pg_stat_statements')) return [];
  const target = { datname: database.spec.database, instance: 'postgres-exporter:9187', job: 'postgres' };
  return database.sentStatements.flatMap(({ query, calls, meanMs }) => {
    const labels = { ...target, queryid: queryIdOf(query) };
    return [
      { name: 'pg_stat_statements_mean_time_seconds', labels, value: meanMs / 1000 },
      { name: 'pg_stat_statements_calls', labels, value: calls },
    ];
  });
};

/** Labels of everything scraped from an instance, including the namespace in a cluster. */
export const targetLabels = (
  instance: ServiceInstance,
  { spec, parts }: Pick<Environment, 'spec' | 'parts'>,
): MetricLabels => ({
  instance: `${instance.name}:${instance.service.managementApart ? 8081 : 8080}`,
  job: instance.service.name,
  ...(parts.cluster === undefined
    ? {}
    : { namespace: seedNamespace(spec.name, parts.cluster.spec.namespace) }),
  pod: instance.name,
});

const sorted = (labels: MetricLabels): MetricLabels =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Interpolates a counter between the start of its process and its current value; integers stay integers. */
const counted = (value: number, now: Millis, startedAt: Millis): SeriesBackfill => {
  const round = Number.isInteger(value) ? Math.floor : (x: number): number => x;
  return (time) => (time < startedAt ? undefined : round((value * (time - startedAt)) / (now - startedAt)));
};

/** A sample of a target's last scrape and its series. */
interface ScrapedSeries {
  readonly name: string;
  readonly suffix: string;
  readonly labels: MetricLabels;
  readonly series: TimeSeries;
}

const isSame = (a: MetricLabels, b: MetricLabels): boolean => {
  if (a === b) return true;
  let more = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    more += 1;
  }
  for (const _ in b) more -= 1;
  return more === 0;
};

const forgetEveryMs: Millis = 3_600_000;

/** All samples of an environment's instances in model time: for the last day, older ones a minute apart. */
export class MetricHistory {
  readonly #env: Environment;
  readonly #toClock: (modelAt: Millis) => Millis;
  readonly #known = new Map<string, TimeSeries>();
  readonly #byName = new Map<string, TimeSeries[]>();
  /** By target. Most samples are at the same index as in the previous scrape, so their series is found without building a key. */
  readonly #places = new Map<string, ScrapedSeries[]>();
  /** Series of each instance in the last scrape. */
  #present = new Map<string, ReadonlySet<TimeSeries>>();
  #isFirst = true;
  lastScrape: Millis;

  constructor(env: Environment, toClock: (modelAt: Millis) => Millis) {
    this.#env = env;
    this.#toClock = toClock;
    this.lastScrape = env.now;
    this.#scrapeAll(env.now);
    env.watch(scrapeIntervalMs, (now) => this.#scrapeAll(now));
  }

  /** Series of a name, or all; in unspecified order. */
  named(name: string | undefined): readonly TimeSeries[] {
    return name === undefined ? [...this.#known.values()] : (this.#byName.get(name) ?? []);
  }

  #scrapeAll(now: Millis): void {
    this.lastScrape = now;
    const before = this.#present;
    this.#present = new Map(
      this.#env.instances.map((instance) => [instance.name, this.#scrape(instance, now)] as const),
    );
    this.#present.set('kubelet', this.#keep(cadvisorSamples(this.#env), now));
    this.#present.set('postgres-exporter', this.#keep(exporterSamples(this.#env), now));
    for (const [name, series] of before)
      for (const timeSeries of series)
        if (this.#present.get(name)?.has(timeSeries) !== true) timeSeries.end(now);
    this.#isFirst = false;
    if (now % forgetEveryMs < scrapeIntervalMs) this.#forget(now);
  }

  /** Removes the series that ended before the retention: every pod that is replaced ends some. */
  #forget(now: Millis): void {
    const isKept = ({ isStale, lastAt = now }: TimeSeries): boolean =>
      !isStale || lastAt > now - metricsKeptMs;
    for (const [key, series] of this.#known) if (!isKept(series)) this.#known.delete(key);
    for (const [name, all] of this.#byName) this.#byName.set(name, all.filter(isKept));
    // A place may have a removed series: the next scrape finds them again.
    this.#places.clear();
  }

  #keep(samples: readonly ScrapedSample[], now: Millis): ReadonlySet<TimeSeries> {
    const allSeries = samples.map(({ name, labels, value }) => {
      const series = this.#series(name, labels, {}, () => () => value);
      series.add(now, value);
      return series;
    });
    return new Set(allSeries);
  }

  #scrape(instance: ServiceInstance, now: Millis): ReadonlySet<TimeSeries> {
    const target = targetLabels(instance, this.#env);
    const seriesSet = new Set<TimeSeries>();
    const places = this.#places.get(instance.name) ?? [];
    this.#places.set(instance.name, places);
    let index = 0;
    const keep = (
      name: string,
      suffix: string,
      labels: MetricLabels,
      value: number,
      past: () => SeriesBackfill,
    ): void => {
      const place = places[index];
      const isThere = place?.name === name && place.suffix === suffix && isSame(place.labels, labels);
      const series = isThere ? place.series : this.#series(`${name}${suffix}`, labels, target, past);
      if (!isThere) places[index] = { name, suffix, labels, series };
      index += 1;
      series.add(now, value);
      seriesSet.add(series);
    };
    const families = instance.running
      ? instanceFamilies({ env: this.#env, instance, at: this.#toClock(now), toClock: this.#toClock })
      : [];
    let samples = 0;
    for (const { name, type, samples: each } of families)
      for (const sample of each) {
        samples += 1;
        const past = (): SeriesBackfill => this.#pastOf(sample, type === 'gauge', instance, now);
        keep(name, sample.suffix, sample.labels, sample.value, past);
      }
    keep('up', '', {}, instance.running ? 1 : 0, () => () => 1);
    keep('scrape_duration_seconds', '', {}, 0.004, () => () => 0.004);
    keep('scrape_samples_scraped', '', {}, samples, () => () => samples);
    return seriesSet;
  }

  #pastOf(
    { value, valueAt: gaugeAt }: MetricSample,
    isGauge: boolean,
    instance: ServiceInstance,
    now: Millis,
  ): SeriesBackfill {
    const { startedAt } = instance;
    if (gaugeAt !== undefined)
      return (time) => (time < startedAt ? undefined : gaugeAt({ spec: this.#env.spec, now: time }));
    if (!isGauge) return counted(value, now, startedAt);
    return (time) => (time < startedAt ? undefined : value);
  }

  #series(name: string, labels: MetricLabels, target: MetricLabels, past: () => SeriesBackfill): TimeSeries {
    const key = `${target.pod} ${name} ${Object.values(labels).join('\u0000')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const metric = sorted({ __name__: name, ...labels, ...target });
    const series = new TimeSeries(metric, this.#isFirst ? past() : undefined);
    this.#known.set(key, series);
    const named = this.#byName.get(name);
    if (named === undefined) this.#byName.set(name, [series]);
    else named.push(series);
    return series;
  }
}
