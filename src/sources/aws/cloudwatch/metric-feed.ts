import type { CloudWatchQuery, MetricSeries } from '../../../clients/aws/cloudwatch-types.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Sample } from '../../../domain/facts/facts.ts';
import type { HistoryReading, SeriesHistory } from '../../../domain/facts/reading.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { type MetricRead, periodOf } from '../account/config.ts';
import type { AwsContext } from '../account/context.ts';

const minuteMs: Millis = 60_000;
/** A datapoint arrives a few minutes after its period. */
const minLookbackMs: Millis = 15 * minuteMs;
/** Period searched for the newest datapoint when its age is requested. */
const ageLookbackMs: Millis = 180 * minuteMs;

/** A signal that reads a metric. */
export interface MetricSignal {
  readonly id: string;
  readonly read: MetricRead;
}

const queryOf = (read: MetricRead): CloudWatchQuery => {
  const { namespace, metric, dimensions, statistic } = read;
  return { namespace, metric, dimensions, statistic, periodSeconds: periodOf(read) / 1000 };
};

const lookbackOf = (read: MetricRead): Millis =>
  read.read === 'ageSeconds' ? ageLookbackMs : Math.max(minLookbackMs, 5 * periodOf(read));

/** The points whose period has ended by `wallNow`: the sum of a period that has not is too small. */
export const completePoints = (
  { points }: MetricSeries,
  periodMs: Millis,
  wallNow: Millis,
): MetricSeries['points'] => points.filter(({ at }) => at + periodMs <= wallNow);

const metricValue = (
  read: MetricRead,
  series: MetricSeries,
  wallNow: Millis,
): { readonly value: number; readonly periodEnd?: Millis } | { readonly why: string } => {
  if (series.problem !== undefined) return { why: series.problem };
  const missing = `CloudWatch has no datapoint of ${read.namespace} ${read.metric} in the last ${formatDuration(lookbackOf(read))}: check the metric and the dimensions`;
  if (read.read === 'ageSeconds') {
    const newest = series.points.at(-1);
    return newest === undefined ? { why: missing } : { value: Math.max(0, (wallNow - newest.at) / 1000) };
  }
  const newest = completePoints(series, periodOf(read), wallNow).at(-1);
  return newest === undefined
    ? { why: missing }
    : { value: newest.value, periodEnd: newest.at + periodOf(read) };
};

/** The newest point of each step. A signal keeps its period, since the sum of a longer one would be larger. */
const thinned = (points: MetricSeries['points'], stepMs: Millis): MetricSeries['points'] => [
  ...new Map(points.map((point) => [Math.floor(point.at / stepMs), point])).values(),
];

/** The signals that read metrics of CloudWatch: one GetMetricData for up to 500. */
export const metricsFeed = (context: AwsContext, signals: readonly MetricSignal[]): Feed => {
  const { source, config, cloudWatch, fault, now, wallNow, toClock } = context;
  const queries = signals.map(({ read }) => queryOf(read));
  const lookbackMs = Math.max(...signals.map(({ read }) => lookbackOf(read)));
  const call = 'CloudWatch GetMetricData';
  return {
    id: `${source}/metrics`,
    source,
    name: 'metrics',
    kind: 'samples',
    signals: signals.map(({ id }) => id),
    everyMs: config.metricsEvery,
    staleMs: staleAfter(config.metricsEvery),
    timeoutMs: config.timeout,
    read: async (signal) => {
      try {
        const wall = wallNow();
        // Whole minutes are answered faster. Source: AWS, CloudWatch API Reference, GetMetricData.
        const to = Math.ceil(wall / minuteMs) * minuteMs;
        const all = await cloudWatch.metricData(queries, { from: to - lookbackMs, to }, signal);
        const items = signals.map(({ id, read }, index): Sample => {
          const found = metricValue(read, all[index] ?? { points: [] }, wall);
          const { periodEnd, ...value } = { periodEnd: undefined, ...found };
          return {
            ...{ source, at: now(), signal: id, labels: {}, ...value },
            ...(periodEnd === undefined
              ? {}
              : { computed: { addsUp: false, targets: {}, periodEnd: toClock(periodEnd) } }),
          };
        });
        return { items, faults: [] };
      } catch (error) {
        return { items: [], faults: [fault(call, error)] };
      }
    },
    readHistory: async ({ from, to, stepMs }, signal): Promise<HistoryReading> => {
      const values = signals.filter(({ read }) => read.read === 'value');
      if (values.length === 0) return { series: [], faults: [] };
      const wall = wallNow();
      const offset = wall - now();
      const span = { from: from + offset, to: Math.min(to + offset, wall) };
      try {
        const all = await cloudWatch.metricData(
          values.map(({ read }) => queryOf(read)),
          span,
          signal,
        );
        const series = values.map(({ id, read }, index): SeriesHistory => {
          const complete = completePoints(all[index] ?? { points: [] }, periodOf(read), wall);
          const points = thinned(complete, Math.max(stepMs, periodOf(read)));
          return {
            signal: id,
            labels: {},
            points: points
              .map(({ at, value }) => ({ at: toClock(at), value }))
              .filter(({ at }) => at >= from && at <= to),
          };
        });
        return { series, faults: [] };
      } catch (error) {
        return { series: [], faults: [fault(call, error)] };
      }
    },
  };
};
