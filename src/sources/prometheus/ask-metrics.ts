import type { Fault } from '../../domain/fault.ts';
import type { PrometheusClient } from './client.ts';
import { warningFaults } from './feed.ts';
import type { Series } from './parse.ts';

/** Queries by what they tell, and what came back: a question that failed has no entry. */
export interface Told<K extends string> {
  readonly series: { readonly [P in K]?: readonly Series[] };
  readonly faults: readonly Fault[];
}

/** Asks several queries at once. One that fails hides no other; when all of them fail alike, that is said once. */
export const askMetrics = async <K extends string>(
  client: PrometheusClient,
  queries: Readonly<Record<K, string>>,
  signal: AbortSignal,
): Promise<Told<K>> => {
  const asked: readonly (readonly [string, string])[] = Object.entries(queries);
  const answers = await Promise.all(asked.map(([, promql]) => askOne(client, promql, signal)));
  const series = Object.fromEntries(
    answers.flatMap((answer, index) => ('fault' in answer ? [] : [[asked[index]?.[0] ?? '', answer.series]])),
  );
  const faults = answers.flatMap((answer) => ('fault' in answer ? [answer.fault] : []));
  const warnings = answers.flatMap((answer) => ('fault' in answer ? [] : answer.warnings));
  return {
    series: series as Told<K>['series'], // Object.entries and fromEntries forget the keys
    faults: [
      ...(faults.length === asked.length ? alike(faults) : distinct(faults)),
      ...warningFaults(client, warnings),
    ],
  };
};

type Answer =
  | { readonly series: readonly Series[]; readonly warnings: readonly string[] }
  | { readonly fault: Fault };

const askOne = async (client: PrometheusClient, promql: string, signal: AbortSignal): Promise<Answer> => {
  try {
    const { value, warnings } = await client.query(promql, signal);
    return { series: value.series, warnings };
  } catch (error) {
    return { fault: client.queryFault(promql, error) };
  }
};

/** A wire that is gone fails every query in its own words: the first of each kind is enough. */
const alike = (faults: readonly Fault[]): readonly Fault[] => {
  const kinds = new Set(faults.map(({ kind }) => kind));
  return kinds.size === 1 && !kinds.has('malformed') ? faults.slice(0, 1) : distinct(faults);
};

const distinct = (faults: readonly Fault[]): readonly Fault[] => [
  ...new Map(faults.map((fault) => [`${fault.kind} ${fault.message}`, fault])).values(),
];
