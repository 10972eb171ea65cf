import { z } from 'zod';
import { zDuration, zHttpUrl, zOneOrMore } from '../../domain/facts/schema.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { httpConnectionShape } from '../kit/contract/connection.ts';
import { parseStreamSelector } from './selector.ts';

/** Common stream labels, from coarse to fine. */
const defaultStreamLabels = ['namespace', 'app', 'pod', 'container', 'host', 'unit', 'filename'] as const;

const zStreamSelector = z
  .string()
  .trim()
  .refine((text) => parseStreamSelector(text) !== undefined, {
    error: (issue) =>
      `"${String(issue.input)}" is not a stream selector: use {namespace="shop", app=~"api-.*"}`,
  });

export const lokiConfig = z.strictObject({
  url: zHttpUrl.meta({
    description: 'URL of Loki, without /loki/api at the end',
    examples: ['http://localhost:3100'],
  }),
  query: zStreamSelector.meta({
    description: 'LogQL stream selector, without filters',
    examples: ['{namespace="shop"}'],
  }),
  orgId: z
    .string()
    .min(1)
    .meta({ description: 'tenant to read, which is sent in the header X-Scope-OrgID' })
    .exactOptional(),
  stream: zOneOrMore.prefault([...defaultStreamLabels]).meta({
    description:
      'labels whose values form the name of a stream, the coarsest first. If there are too many streams, opsdeck leaves out the last labels',
    examples: [['namespace', 'app', 'pod']],
  }),
  limit: z.int().min(1).max(1000).default(100).meta({ description: 'maximum number of log streams to show' }),
  lookback: zDuration
    .prefault('1h')
    .meta({ description: 'how far back opsdeck searches for streams and their last lines' }),
  page: z
    .int()
    .min(1)
    .max(5000)
    .default(1000)
    .meta({ description: 'number of log entries to fetch per request' }),
  ...httpConnectionShape,
  timeout: zDuration.prefault('10s').meta({ description: 'request timeout' }),
});

export type LokiConfig = z.infer<typeof lokiConfig>;

const zQueryRead = z.strictObject({
  query: z.string().trim().min(1).meta({ description: 'LogQL metric query. Each series is a row' }),
  fold: z
    .enum(['sum', 'min', 'max', 'avg', 'count'])
    .meta({ description: 'how the values of all series become one value' })
    .exactOptional(),
});

const zLineCountRead = z.strictObject({
  lines: z.string().min(1).meta({ description: 'name of the log view whose lines are counted' }),
  per: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, {
      error: (issue) => `"${String(issue.input)}" is not a duration: use 30s, 1m or 26h`,
    })
    .meta({ description: 'opsdeck counts the lines of this time window. The default is 1m' })
    .exactOptional(),
});

/** Read targets of a signal. */
export const lokiReadSchema = z.union([zQueryRead, zLineCountRead]);
export type LineCountRead = z.infer<typeof zLineCountRead>;
export type LokiSeriesAggregation = NonNullable<z.infer<typeof zQueryRead>['fold']>;
