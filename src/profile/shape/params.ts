import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { outsideText, zExpression, zIdentifier, zRegex, zTitle } from './words.ts';

const common = { title: zTitle.optional() };

const zFrom = onFirstUse(() =>
  z.string().regex(/^\w+\.\w+$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} names no facts. Write KIND.FIELD, for example breakers.name`,
  }),
);
const oneFactPlace = 'choices need exactly one of from and of. Write from: KIND.FIELD, or of: [ … ]';
const onePlace =
  'a choice needs exactly one of from, of and read. Write from: KIND.FIELD, of: [ … ], or read: { use: … }';

/** The keys of choices that are facts. */
const live = onFirstUse(() => ({
  from: zFrom().optional(),
  where: zExpression.optional().meta({
    description: 'only rows that match this test. ${param.NAME} is the value of an earlier parameter',
  }),
  each: zIdentifier.optional().meta({
    description:
      'an earlier parameter of type choices: a choice must match `where` for each of its values, as ${each}',
  }),
  made: z.string().optional().meta({
    description:
      'field that tells when a choice was made, such as startedAt. The newest choice comes first, and one that was made after the problem began requires a reason',
  }),
  avoid: z
    .array(z.strictObject({ that: zExpression, why: zTitle }))
    .optional()
    .meta({ description: 'which choices are not recommended, as a condition on the row, with the reason' }),
}));

/** The operation whose rows are the choices of a parameter. */
const zChoiceReading = onFirstUse(() =>
  z
    .strictObject({
      use: z.string().regex(/^[\w-]+\.[\w.-]+$/, {
        error: (issue) =>
          `${JSON.stringify(issue.input)} is not an operation or feed. Write SOURCE.OPERATION`,
      }),
      with: z.record(z.string(), z.unknown()).optional(),
      value: z.string().min(1).meta({ description: 'column of the result whose values can be chosen' }),
      only: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        .optional()
        .meta({
          description: 'which rows can be chosen, by the values of their columns. Other rows are only listed',
        }),
      made: z
        .string()
        .optional()
        .meta({ description: 'column of the result that tells when each choice was made' }),
      note: z
        .array(z.string())
        .optional()
        .meta({ description: 'columns of the result that are shown beside a choice' }),
    })
    .meta({
      description:
        'a reading operation or a feed. Each row of the result is one choice, in the order of the rows',
    }),
);

const zChoice = onFirstUse(() =>
  z
    .strictObject({
      type: z.literal('choice'),
      ...common,
      ...live(),
      of: z.array(z.string()).min(1).optional(),
      read: zChoiceReading().optional(),
      default: z.string().optional(),
    })
    .superRefine((choice, context) => {
      const places = [choice.from, choice.of, choice.read].filter((place) => place !== undefined);
      if (places.length !== 1) context.addIssue({ code: 'custom', message: onePlace });
      if (choice.default !== undefined && choice.of?.includes(choice.default) === false)
        context.addIssue({
          code: 'custom',
          path: ['default'],
          message: `"${choice.default}" is not among the choices. Write one of ${choice.of.join(', ')}`,
        });
    }),
);

/** Schema of a multiple-choice parameter, which a loop iterates over. */
const zChoices = onFirstUse(() =>
  z
    .strictObject({
      type: z.literal('choices'),
      ...common,
      ...live(),
      of: z.array(z.string()).min(1).optional(),
      min: z.int().min(1).optional(),
      max: z
        .int()
        .min(1)
        .max(100)
        .optional()
        .meta({ description: 'the operator may choose at most this many values. The default is 10' }),
      default: z.array(z.string()).optional(),
    })
    .superRefine((choice, context) => {
      if ((choice.from === undefined) === (choice.of === undefined))
        context.addIssue({ code: 'custom', message: oneFactPlace });
    }),
);

const zText = onFirstUse(() =>
  z.strictObject({
    type: z.literal('string'),
    ...common,
    pattern: zRegex.optional(),
    read: zChoiceReading().optional().meta({
      description:
        'the field offers the first row of this feed or reading operation, and `enter` takes the row',
    }),
    default: z.string().optional(),
  }),
);

const zInt = onFirstUse(() =>
  z
    .strictObject({
      type: z.literal('int'),
      ...common,
      min: z.int().optional(),
      max: z.int().optional(),
      default: z.int().optional(),
      recommended: z.int().optional().meta({
        description:
          'number that the runbook recommends. The operator still decides: `enter` on the empty field takes this number',
      }),
    })
    .superRefine(({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, ...values }, context) => {
      if (min > max)
        context.addIssue({
          code: 'custom',
          path: ['min'],
          message: `${min} is more than max ${max}. Swap the two limits`,
        });
      for (const key of ['default', 'recommended'] as const) {
        const value = values[key];
        if (min > max || value === undefined || (value >= min && value <= max)) continue;
        context.addIssue({
          code: 'custom',
          path: [key],
          message: outsideText(value, min, max),
        });
      }
    }),
);

const zDurationParam = onFirstUse(() =>
  z.strictObject({
    type: z.literal('duration'),
    ...common,
    default: z
      .string()
      .refine((text) => parseDuration(text) !== undefined, {
        error: (issue) => `${JSON.stringify(issue.input)} is not a duration. Write 15s, 5m or 1h30m`,
      })
      .optional(),
  }),
);

const zBoolean = onFirstUse(() =>
  z.strictObject({ type: z.literal('boolean'), ...common, default: z.boolean().optional() }),
);

/** Schema of a typed parameter of a runbook. */
export const zParam = onFirstUse(() =>
  z.discriminatedUnion('type', [zChoice(), zChoices(), zText(), zInt(), zDurationParam(), zBoolean()]),
);
