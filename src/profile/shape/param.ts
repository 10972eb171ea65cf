import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { zExpression } from './expression.ts';
import { zRegex, zTitle } from './words.ts';

const common = { title: zTitle.optional() };

const zFrom = z.string().regex(/^\w+\.\w+$/, {
  error: (issue) => `${JSON.stringify(issue.input)} names no facts; write KIND.FIELD, as in breakers.name`,
});
const onePlace = 'a choice has its choices from one place; write from: KIND.FIELD, or of: [ … ]';

const zChoice = z
  .strictObject({
    type: z.literal('choice'),
    ...common,
    from: zFrom.optional(),
    where: zExpression.optional(),
    of: z.array(z.string()).min(1).optional(),
    default: z.string().optional(),
  })
  .superRefine((choice, context) => {
    if ((choice.from === undefined) === (choice.of === undefined))
      context.addIssue({ code: 'custom', message: onePlace });
    if (choice.default !== undefined && choice.of?.includes(choice.default) === false)
      context.addIssue({
        code: 'custom',
        path: ['default'],
        message: `"${choice.default}" is not among the choices; write one of ${choice.of.join(', ')}`,
      });
  });

/** Several of what there is to choose from: what a loop goes over. */
const zChoices = z
  .strictObject({
    type: z.literal('choices'),
    ...common,
    from: zFrom.optional(),
    where: zExpression.optional(),
    of: z.array(z.string()).min(1).optional(),
    min: z.int().min(1).optional(),
    max: z.int().min(1).max(100).optional().meta({ description: 'how many at most; default 10' }),
    default: z.array(z.string()).optional(),
  })
  .superRefine((choice, context) => {
    if ((choice.from === undefined) === (choice.of === undefined))
      context.addIssue({ code: 'custom', message: onePlace });
  });

const zText = z.strictObject({
  type: z.literal('string'),
  ...common,
  pattern: zRegex.optional(),
  default: z.string().optional(),
});

const zInt = z
  .strictObject({
    type: z.literal('int'),
    ...common,
    min: z.int().optional(),
    max: z.int().optional(),
    default: z.int().optional(),
  })
  .superRefine(
    ({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, default: value }, context) => {
      if (min > max)
        context.addIssue({
          code: 'custom',
          path: ['min'],
          message: `${min} is more than max ${max}; swap them`,
        });
      else if (value !== undefined && (value < min || value > max))
        context.addIssue({
          code: 'custom',
          path: ['default'],
          message: `${value} is not between min and max; write a number that is`,
        });
    },
  );

const zDurationParam = z.strictObject({
  type: z.literal('duration'),
  ...common,
  default: z
    .string()
    .refine((text) => parseDuration(text) !== undefined, {
      error: (issue) => `${JSON.stringify(issue.input)} is no duration; write one as 15s, 5m, 1h30m`,
    })
    .optional(),
});

const zBoolean = z.strictObject({ type: z.literal('boolean'), ...common, default: z.boolean().optional() });

/** A parameter, typed. */
export const zParam = z.discriminatedUnion('type', [
  zChoice,
  zChoices,
  zText,
  zInt,
  zDurationParam,
  zBoolean,
]);
