import { parseDuration, z, zOneOrMore } from '../../sdk.ts';

const folds = ['sum', 'min', 'max', 'avg', 'count'] as const;
export type Fold = (typeof folds)[number];

const selection = {
  metric: zOneOrMore.meta({
    description: 'the name of a metric, or several of which the first that is on the page is read',
  }),
  labels: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .meta({
      description:
        'labels by name: a value, "~regex", "!value", "!~regex", or "=value" for one that begins with = ! or ~',
      examples: [{ area: 'heap', status: '~5..' }],
    })
    .exactOptional(),
};

/** It stays a text, so that what was checked can be checked again. */
const zPer = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: (issue) => `"${String(issue.input)}" is no time to count in: 1s, 1m, 1h`,
});

/** What a signal reads of a page. */
export const promtextReads = z.strictObject({
  ...selection,
  fold: z
    .enum(folds)
    .meta({ description: 'one number of several series; without it each series is a row' })
    .exactOptional(),
  per: zPer
    .meta({ description: 'a rate of a counter, from two scrapes: 1m is "per minute"', examples: ['1m'] })
    .exactOptional(),
  quantile: z
    .number()
    .min(0)
    .max(1)
    .meta({ description: 'of a histogram or a summary: 0.95; without per over all that was ever counted' })
    .exactOptional(),
  ratioTo: z
    .strictObject(selection)
    .meta({ description: 'what it is divided by (a rate too, with per)' })
    .exactOptional(),
});
