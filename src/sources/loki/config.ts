import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { zDuration, zHttpUrl, zOneOrMore } from '../../domain/schema.ts';
import { httpConnectionShape } from '../connection.ts';
import { parseStreamSelector } from './selector.ts';

/** Labels that people give their streams, the coarsest first. */
const defaultStreamLabels = ['namespace', 'app', 'pod', 'container', 'host', 'unit', 'filename'] as const;

const zStreamSelector = z
  .string()
  .trim()
  .refine((text) => parseStreamSelector(text) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is no stream selector: {namespace="shop", app=~"api-.*"}`,
  });

export const lokiConfig = z.strictObject({
  url: zHttpUrl.meta({
    description: 'where Loki answers, without /loki/api',
    examples: ['http://localhost:3100'],
  }),
  query: zStreamSelector.meta({
    description: 'which streams are meant: a stream selector of LogQL, without filters',
    examples: ['{namespace="shop"}'],
  }),
  orgId: z.string().min(1).meta({ description: 'the tenant: the header X-Scope-OrgID' }).exactOptional(),
  stream: zOneOrMore.prefault([...defaultStreamLabels]).meta({
    description:
      'labels that name a stream, the coarsest first: the last of them are left off where there would be too many',
    examples: [['namespace', 'app', 'pod']],
  }),
  most: z.int().min(1).max(1000).default(100).meta({ description: 'no more streams than this' }),
  back: zDuration
    .prefault('1h')
    .meta({ description: 'how far back streams and their last lines are looked for' }),
  page: z.int().min(1).max(5000).default(1000).meta({ description: 'entries asked for at once' }),
  ...httpConnectionShape,
  timeout: zDuration.prefault('10s').meta({ description: 'how long an answer may take' }),
});

export type LokiConfig = z.infer<typeof lokiConfig>;

const zQueryRead = z.strictObject({
  query: z
    .string()
    .trim()
    .min(1)
    .meta({ description: 'LogQL that gives numbers; several series are several rows' }),
  fold: z
    .enum(['sum', 'min', 'max', 'avg', 'count'])
    .meta({ description: 'makes one value of several series' })
    .exactOptional(),
});

const zLineCountRead = z.strictObject({
  lines: z.string().min(1).meta({ description: 'the log view whose lines are counted' }),
  per: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, {
      error: (issue) => `"${String(issue.input)}" is no time: 30s, 1m, 26h`,
    })
    .meta({ description: 'over how long they are counted; default: 1m' })
    .exactOptional(),
});

/** What a signal reads. */
export const lokiReadSchema = z.union([zQueryRead, zLineCountRead]);
export type LineCountRead = z.infer<typeof zLineCountRead>;
export type LokiFold = NonNullable<z.infer<typeof zQueryRead>['fold']>;
