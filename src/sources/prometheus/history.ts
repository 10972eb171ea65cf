import type { HistoryRange, HistoryReading } from '../../domain/facts/reading.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { PrometheusClient } from './client.ts';
import type { PrometheusFold } from './config.ts';

/**
 * The query of a signal's history. An aggregation is left to the server: one series instead of all. As in an instant
 * reading, a sum or mean with an unknown part is unknown, and minimum, maximum and count cover the finite values.
 */
export const historyQuery = (query: string, fold: PrometheusFold | undefined): string => {
  if (fold === undefined) return query;
  // The line breaks end a comment at the end of the query.
  if (fold === 'sum' || fold === 'avg') return `${fold}(\n${query}\n)`;
  return `${fold}((\n${query}\n) < Inf > -Inf)`;
};

/**
 * Reads the earlier values of a signal with one range query. A step whose value is NaN or infinite is a gap. Nothing is
 * returned when the server warns that data is missing: an incomplete sum would look like a dip.
 */
export const readSignalHistory = async (
  client: PrometheusClient,
  id: string,
  { query, fold }: { readonly query: string; readonly fold?: PrometheusFold },
  range: HistoryRange,
  signal: AbortSignal,
): Promise<HistoryReading> => {
  const promql = historyQuery(query, fold);
  try {
    const { value, warnings } = await client.queryRange(promql, range, signal);
    const [warning] = warnings;
    if (warning !== undefined) throw new WireError('malformed', `warning: ${warning}`);
    return {
      series: value.map(({ labels, points }) => ({
        signal: id,
        labels,
        points: points.flatMap(({ at, value: known }) => (known === undefined ? [] : [{ at, value: known }])),
      })),
      faults: [],
    };
  } catch (error) {
    return { series: [], faults: [client.fault('/api/v1/query_range', error)] };
  }
};
