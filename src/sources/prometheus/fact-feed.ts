import { distinctFaults, type Fault } from '../../domain/base/fault.ts';
import type { AnyFact, FactKind } from '../../domain/facts/facts.ts';
import { joinFirst } from '../../domain/text/count-text.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import type { WireError } from '../../platform/runtime/wire-error.ts';
import type { Feed } from '../kit/contract/source.ts';
import type { PrometheusClient } from './client.ts';
import { type PrometheusContext, prometheusFeed, warningFaults } from './feed.ts';
import type { InstantSeries } from './parse.ts';

/** Series of several metrics, joined by their subject. */
interface JoinedSeries<I> {
  readonly rows: readonly { readonly of: I; readonly values: ReadonlyMap<string, number | undefined> }[];
  /** Descriptions of series with conflicting values for the same row and field. */
  readonly conflicts: readonly string[];
}

/**
 * Joins series: `of` returns the subject of a series, `value` its field. A second series for the same field is not
 * guessed about: the first wins, and the second is reported as a conflict.
 */
export const joinSeriesRows = <I extends object>(
  seriesByMetric: Readonly<Record<string, readonly InstantSeries[] | undefined>>,
  of: (labels: Readonly<Record<string, string>>) => I,
  value: (metric: string, labels: Readonly<Record<string, string>>) => string = (metric) => metric,
): JoinedSeries<I> => {
  const rows = new Map<string, { of: I; values: Map<string, number | undefined> }>();
  const conflicts = new Set<string>();
  for (const [metric, all] of Object.entries(seriesByMetric))
    for (const series of all ?? []) {
      const about = of(series.labels);
      const key = JSON.stringify(about);
      const row = rows.get(key) ?? { of: about, values: new Map() };
      const name = value(metric, series.labels);
      if (row.values.has(name)) conflicts.add(`${metric} of ${rowKeyText(about)}`);
      else row.values.set(name, series.value);
      rows.set(key, row);
    }
  return { rows: [...rows.values()], conflicts: [...conflicts] };
};

const rowKeyText = (about: object): string =>
  oneLine(
    Object.values(about)
      .filter((word) => word !== '')
      .join(' · '),
    80,
  );

/** Removes unknown values: absence stays absence. */
export const definedValues = <T extends Record<string, number | undefined>>(
  values: T,
): { [K in keyof T]?: number } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: number; // Object.fromEntries forgets the keys
  };

/** Queries by name, and their results: a failed query has no entry. */
interface MetricAnswers<K extends string> {
  readonly series: { readonly [P in K]?: readonly InstantSeries[] };
  readonly faults: readonly Fault[];
}

/**
 * Runs several queries concurrently. A failed one does not affect the others; when all fail alike, one fault is
 * reported.
 */
export const queryMetrics = async <K extends string>(
  client: PrometheusClient,
  queries: Readonly<Record<K, string>>,
  signal: AbortSignal,
): Promise<MetricAnswers<K>> => {
  const entries: readonly (readonly [string, string])[] = Object.entries(queries);
  const answers = await Promise.all(entries.map(([, promql]) => queryMetric(client, promql, signal)));
  const series = Object.fromEntries(
    answers.flatMap((answer, index) =>
      'fault' in answer ? [] : [[entries[index]?.[0] ?? '', answer.series]],
    ),
  );
  const faults = answers.flatMap((answer) => ('fault' in answer ? [answer.fault] : []));
  const warnings = answers.flatMap((answer) => ('fault' in answer ? [] : answer.warnings));
  return {
    series: series as MetricAnswers<K>['series'], // Object.entries and fromEntries forget the keys
    faults: [
      ...(faults.length === entries.length ? collapseFaults(faults) : distinctFaults(faults)),
      ...warningFaults(client, warnings),
    ],
  };
};

type MetricAnswer =
  | { readonly series: readonly InstantSeries[]; readonly warnings: readonly string[] }
  | { readonly fault: Fault };

const queryMetric = async (
  client: PrometheusClient,
  promql: string,
  signal: AbortSignal,
): Promise<MetricAnswer> => {
  try {
    const { value, warnings } = await client.query(promql, signal);
    return { series: value.series, warnings };
  } catch (error) {
    return { fault: client.queryFault(promql, error) };
  }
};

/** A lost connection fails every query with its own message: the first of each kind is enough. */
const collapseFaults = (faults: readonly Fault[]): readonly Fault[] => {
  const kinds = new Set(faults.map(({ kind }) => kind));
  return kinds.size === 1 && !kinds.has('malformed') ? faults.slice(0, 1) : distinctFaults(faults);
};

/** Rows of a fact kind. */
interface FactRows<F> {
  readonly rows: readonly F[];
  /** Descriptions of conflicting series. */
  readonly conflicts: readonly string[];
}

/** A fact kind: its queries, and the conversion of their results to rows. Pure. */
export interface FactSpec<K extends string> {
  readonly kind: FactKind & ('breakers' | 'pools' | 'lag' | 'workloads');
  readonly queries: Readonly<Record<K, string>>;
  /** Without any series of these the facts are unknown, which is a fault. */
  readonly required: readonly K[];
  toRows(
    series: MetricAnswers<K>['series'],
    stamp: { readonly source: string; readonly at: number },
  ): FactRows<AnyFact>;
}

const maxShownConflicts = 3;

/** Rows from well-known series. Faults: those of its queries; `missing` when no such series is scraped. */
export const factFeed = <K extends string>(parts: PrometheusContext, spec: FactSpec<K>): Feed => {
  const { source, client } = parts;
  const requests = Object.keys(spec.queries).length;
  return prometheusFeed(parts, { name: spec.kind, kind: spec.kind, requests }, async (signal) => {
    const answers = await queryMetrics(client, spec.queries, signal);
    const { rows, conflicts } = spec.toRows(answers.series, { source, at: client.now() });
    const fault = missingFault(parts, spec, answers) ?? conflictFault(parts, conflicts);
    return { items: rows, faults: fault === undefined ? answers.faults : [...answers.faults, fault] };
  });
};

const missingFault = <K extends string>(
  { client }: PrometheusContext,
  { kind, queries, required: needs }: FactSpec<K>,
  { series }: MetricAnswers<K>,
): Fault | undefined => {
  if (needs.some((key) => series[key] === undefined || (series[key]?.length ?? 0) > 0)) return undefined;
  const queryTexts = needs.map((key) => queries[key]).join(', ');
  return client.fault('/api/v1/query', missingSeriesError(kind, queryTexts));
};

/** Error for a fact kind whose series are not scraped. */
export const missingSeriesError = (kind: string, queryTexts: string): WireError =>
  new RemediedError(
    'missing',
    `no series match ${queryTexts}`,
    `scrape their exporter, map the metric names in facts: { ${kind}: { metrics: … } }, or remove ${kind} from facts`,
  );

const conflictFault = ({ client }: PrometheusContext, listed: readonly string[]): Fault | undefined => {
  if (listed.length === 0) return undefined;
  return client.fault(
    '/api/v1/query',
    new RemediedError(
      'malformed',
      `several series describe one row, so only the first is shown: ${joinFirst(listed, maxShownConflicts, '; ')}`,
      'add the label that distinguishes them (facts: … labels), or filter them (where)',
    ),
  );
};
