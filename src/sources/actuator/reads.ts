import { z } from 'zod';
import { zOneOrMore } from '../../domain/schema.ts';

/** What a signal reads: one statistic of a Micrometer meter, narrowed by tags. */
export const actuatorReads = z.strictObject({
  metric: zOneOrMore.meta({ description: 'a meter, or several of which the first that exists is read' }),
  tag: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .meta({ description: 'tags that narrow it: { area: heap }' })
    .exactOptional(),
  statistic: z
    .enum(['VALUE', 'COUNT', 'TOTAL', 'TOTAL_TIME', 'MAX', 'ACTIVE_TASKS', 'DURATION'])
    .meta({ description: 'default: VALUE, else COUNT' })
    .exactOptional(),
});

export interface MetricRead {
  /** The first that exists is read. */
  readonly meters: readonly string[];
  readonly tags: readonly (readonly [string, string])[];
  readonly statistic: string | undefined;
}

/** A checked `read` in one shape. */
export const metricRead = (read: Readonly<Record<string, unknown>>): MetricRead => {
  const { metric, tag, statistic } = actuatorReads.parse(read);
  return {
    meters: metric,
    tags: Object.entries(tag ?? {}).map(([name, value]) => [name, String(value)] as const),
    statistic,
  };
};
