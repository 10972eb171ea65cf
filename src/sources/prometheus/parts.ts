import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { SignalParts } from '../../domain/facts/facts.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Feed, SignalRequest } from '../kit/contract/source.ts';
import type { PrometheusClient } from './client.ts';
import { prometheusReadSchema } from './config.ts';
import { type PrometheusContext, prometheusFeed } from './feed.ts';
import { readMetadata } from './metadata.ts';
import { type InstantSeries, mostParts } from './parse.ts';
import { type PartsPlan, planParts, type TrafficQueries } from './parts-plan.ts';
import { type FollowedPlan, followRules, parseRecordingRules, recordingRulesPath } from './recorded.ts';

type Labels = InstantSeries['labels'];

/** More targets than these are not compared. */
const mostTargets = 5000;

/** The seconds since the last scrape of each target, now or at a time, by the clock of the server. Source: Prometheus docs, query functions. */
const scrapeAgesQuery = (asOf: Millis | undefined): string =>
  `time() - timestamp(up${asOf === undefined ? '' : ` @ ${(asOf / 1000).toFixed(3)}`})`;

/** The start of each process that answers; `up` for one that does not tell it. */
const targetsQuery = 'process_start_time_seconds or up == 1';

const querySeries = async (
  client: PrometheusClient,
  promql: string,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly series: readonly InstantSeries[]; readonly left: number }> => {
  const { value, warnings } = await client.query(promql, signal, { maxSeries: most });
  const [warning] = warnings;
  if (warning !== undefined) throw new WireError('malformed', `warning: ${warning}`);
  return { series: value.series, left: value.left ?? 0 };
};

interface ReadParts {
  readonly series: readonly InstantSeries[];
  readonly isPerTarget: boolean;
}

/** The parts of a query: its series or, of very many, the sums of the processes that tell them. */
const readSeries = async (
  client: PrometheusClient,
  promql: string,
  signal: AbortSignal,
): Promise<ReadParts> => {
  const all = await querySeries(client, promql, mostParts, signal);
  if (all.left === 0) return { series: all.series, isPerTarget: false };
  const sums = await querySeries(client, `sum by (job, instance) (${promql})`, mostParts, signal);
  if (sums.left === 0) return { series: sums.series, isPerTarget: true };
  throw new WireError('malformed', `more than ${mostParts} targets`);
};

/** 'orders-1:8080', or with its job where several jobs have one. */
const targetOf = ({ job = '', instance = '' }: Labels): string | undefined =>
  instance === '' ? undefined : `${job} ${instance}`.trim();

/** The labels of a part as JSON, with its metric where parts of several are read. */
const keyOf = ({ __name__: _, ...labels }: Labels, metric: string | undefined): string =>
  JSON.stringify(metric === undefined ? labels : { metric, ...labels });

/** The scrapes of the targets that tell these parts. */
const scrapesOf = (
  all: readonly { readonly series: readonly InstantSeries[] }[],
  scrapes: ReadonlyMap<string, Millis>,
): NonNullable<SignalParts['scrapedAt']> =>
  Object.fromEntries(
    all.flatMap(({ series }) =>
      series.flatMap(({ labels }) => {
        const target = targetOf(labels);
        const scrapedAt = target === undefined ? undefined : scrapes.get(target);
        return target === undefined || scrapedAt === undefined ? [] : [[target, scrapedAt] as const];
      }),
    ),
  );

const targetStarts = (series: readonly InstantSeries[], jobs: ReadonlySet<string>): SignalParts['targets'] =>
  Object.fromEntries(
    series.flatMap(({ labels, value }) => {
      const target = targetOf(labels);
      if (target === undefined || !jobs.has(labels.job ?? '') || value === undefined) return [];
      return [[target, labels.__name__ === 'up' ? 'unknown' : value]];
    }),
  );

/** When each of these targets was last scraped before `asOf`, or until now, by our clock; undefined: a compatible server that cannot compute it. Throws what is no answer. */
const readScrapes = async (
  client: PrometheusClient,
  asOf: Millis | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Millis> | undefined> => {
  const askedAt = client.now();
  try {
    const { series } = await querySeries(client, scrapeAgesQuery(asOf), mostTargets, signal);
    return new Map(
      series.flatMap(({ labels, value }) => {
        const target = targetOf(labels);
        return target === undefined || value === undefined ? [] : [[target, askedAt - 1000 * value] as const];
      }),
    );
  } catch (error) {
    if (error instanceof WireError && error.kind === 'malformed') return undefined;
    throw error;
  }
};

/** The number of events, and of failed ones; undefined: it is not told, or by a server that cannot compute it. Throws what is no answer. */
const readTraffic = async (
  client: PrometheusClient,
  queries: TrafficQueries | undefined,
  signal: AbortSignal,
): Promise<SignalParts['traffic']> => {
  if (queries === undefined) return undefined;
  const numberOf = async (promql: string): Promise<number> =>
    (await querySeries(client, promql, 1, signal)).series[0]?.value ?? Number.NaN;
  try {
    const [all, failed] = await Promise.all([numberOf(queries.all), numberOf(queries.failed)]);
    return Number.isFinite(all) && Number.isFinite(failed) ? { all, failed } : undefined;
  } catch (error) {
    if (error instanceof WireError && error.kind === 'malformed') return undefined;
    throw error;
  }
};

const relabeled = (
  series: readonly InstantSeries[],
  labelsOf: (labels: Labels) => Labels | undefined,
): readonly InstantSeries[] =>
  series.flatMap((entry) => {
    const labels = labelsOf(entry.labels);
    return labels === undefined ? [] : [{ ...entry, labels }];
  });

const onClock = (
  client: PrometheusClient,
  times: ReadonlyMap<string, Millis>,
): NonNullable<SignalParts['evaluations']> =>
  Object.fromEntries([...times].map(([name, at]) => [name, client.toClock(at)]));

/**
 * Reads the parts of a value as planned. `jobs`: those that told parts so far, because a process that was restarted may tell none yet.
 * Throws WireError.
 */
const readParts = async (
  client: PrometheusClient,
  {
    queries,
    fold,
    evaluations,
    rules,
    asOf,
    traffic: trafficQueries,
    ...plan
  }: PartsPlan & Partial<FollowedPlan>,
  jobs: Set<string>,
  signal: AbortSignal,
): Promise<SignalParts> => {
  const [all, targets, scrapes, traffic, described] = await Promise.all([
    Promise.all(
      queries.map(async ({ promql, metric, labelsOf }) => {
        const read = await readSeries(client, promql, signal);
        return {
          ...{ metric: queries.length > 1 ? metric : undefined, isPerTarget: read.isPerTarget },
          series: labelsOf === undefined ? read.series : relabeled(read.series, labelsOf),
        };
      }),
    ),
    querySeries(client, targetsQuery, mostTargets, signal),
    readScrapes(client, asOf, signal),
    readTraffic(client, trafficQueries, signal),
    readMetadata(
      client,
      queries.map(({ metric }) => metric),
      signal,
    ),
  ]);
  if (targets.left > 0) throw new WireError('malformed', `more than ${mostTargets} targets`);
  for (const { series } of all) for (const { labels } of series) jobs.add(labels.job ?? '');
  const isPerTarget = all.some((part) => part.isPerTarget);
  return {
    ...plan,
    // The least or greatest of sums is none of the series.
    ...(fold === undefined || (isPerTarget && fold !== 'sum') ? {} : { fold }),
    ...(isPerTarget ? { isPerTarget } : {}),
    ...defined({ traffic, metric: described, rules }),
    ...(evaluations === undefined ? {} : { evaluations: onClock(client, evaluations) }),
    values: Object.fromEntries(
      all.flatMap(({ series, metric }) =>
        // One without a number is there all the same.
        series.map(({ labels, value = Number.NaN }) => [keyOf(labels, metric), value] as const),
      ),
    ),
    targets: targetStarts(targets.series, jobs),
    ...(scrapes === undefined ? {} : { scrapedAt: scrapesOf(all, scrapes) }),
  };
};

/** The plan of a query over recorded series, by the rules that the server lists now. Throws WireError. */
const readFollowed = async (
  client: PrometheusClient,
  { query, fold }: ReturnType<typeof prometheusReadSchema.parse>,
  signal: AbortSignal,
): Promise<ReturnType<typeof followRules>> => {
  try {
    const { value } = await client.get(recordingRulesPath, signal);
    return followRules(query, fold, parseRecordingRules(value));
  } catch (error) {
    if (error instanceof WireError && (error.kind === 'missing' || error.kind === 'denied'))
      return { hidden: `the recording rules, which cannot be read: ${error.message}` };
    throw error;
  }
};

/** Names what hides the series behind a query; undefined: they are read, or there are none. */
export const hiddenParts = (read: Readonly<Record<string, unknown>>): string | undefined => {
  const { query, fold } = prometheusReadSchema.parse(read);
  const plan = planParts(query, fold);
  return plan !== undefined && 'hidden' in plan ? plan.hidden : undefined;
};

/** The feed of the series behind a signal, for verifications; undefined: each of its series is one of the server's own. */
export const partsFeed = (parts: PrometheusContext, signal: SignalRequest): Feed | undefined => {
  const read = prometheusReadSchema.parse(signal.read);
  const { query, fold } = read;
  const plan = planParts(query, fold);
  if (plan === undefined || 'hidden' in plan) return undefined;
  const { client } = parts;
  const jobs = new Set<string>();
  const words = { name: 'parts', kind: 'samples', part: signal.id, onDemand: true } as const;
  const feed = prometheusFeed(
    parts,
    {
      ...words,
      requests: 'recorded' in plan ? 5 : 2 * plan.queries.length + (plan.traffic === undefined ? 2 : 4),
    },
    async (aborted) => {
      try {
        const all = 'recorded' in plan ? await readFollowed(client, read, aborted) : plan;
        if ('hidden' in all) return { items: [], partsHiddenBy: all.hidden, faults: [] };
        return { items: [], parts: await readParts(client, all, jobs, aborted), faults: [] };
      } catch (error) {
        return { items: [], faults: [client.queryFault(query, error)] };
      }
    },
  );
  return { ...feed, partsOf: signal.id };
};
