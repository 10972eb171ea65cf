import { defined } from '../../domain/base/defined.ts';
import type { MetricDescription } from '../../domain/facts/facts.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { field, list, text } from '../kit/values/wire-value.ts';
import type { PrometheusClient } from './client.ts';

/** Each is a request, with every reading of a verification. */
const mostMetrics = 3;

/** The name under which the server keeps the description of a series. Source: Prometheus, text format, histograms and summaries. */
const familyOf = (metric: string): string => metric.replace(/_(?:bucket|count|sum)$/, '');

const textsOf = (answer: unknown, family: string, name: 'unit' | 'help'): readonly string[] =>
  list(field(answer, family)).flatMap((entry) => text(field(entry, name)) ?? []);

/**
 * Reads what the targets say about metrics: their units, and their descriptions. Undefined: they say nothing, the server does not tell, or
 * there are too many. Source: Prometheus, HTTP API, Querying metric metadata. Never rejects for a fault.
 */
export const readMetadata = async (
  client: PrometheusClient,
  metrics: readonly string[],
  signal: AbortSignal,
): Promise<MetricDescription | undefined> => {
  const families = [...new Set(metrics.filter((metric) => metric !== '').map(familyOf))];
  if (families.length === 0 || families.length > mostMetrics) return undefined;
  try {
    const answers = await Promise.all(
      families.map(async (family) => {
        const { value } = await client.get(`/api/v1/metadata?metric=${encodeURIComponent(family)}`, signal);
        return { value, family };
      }),
    );
    const joined = (name: 'unit' | 'help'): string | undefined => {
      const texts = answers.flatMap(({ value, family }) => textsOf(value, family, name));
      const told = [...new Set(texts)].filter((told) => told !== '').sort();
      return told.length === 0 ? undefined : told.join('; ');
    };
    const metric = defined({ unit: joined('unit'), help: joined('help') });
    return Object.keys(metric).length === 0 ? undefined : metric;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
};
