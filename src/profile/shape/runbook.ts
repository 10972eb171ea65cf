import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { zDuration } from '../../domain/schema.ts';
import { zCovers, zName, zRegex, zTitle } from './words.ts';

const zExpression = z.string().min(1).meta({ description: 'an expression: docs/runbooks.md' });
const zWith = z.record(z.string(), z.unknown()).meta({ description: 'parameters of the operation' });
const zUse = z
  .string()
  .regex(/^[\w-]+\.[\w.-]+$/, {
    error: (issue) => `${JSON.stringify(issue.input)} names nothing; write SOURCE.OPERATION`,
  })
  .meta({ description: 'SOURCE.OPERATION, in diagnose also SOURCE.FEED' });

const common = { title: zTitle.optional() };

const zChoice = z
  .strictObject({
    type: z.literal('choice'),
    ...common,
    from: z
      .string()
      .regex(/^\w+\.\w+$/, {
        error: (issue) =>
          `${JSON.stringify(issue.input)} names no facts; write KIND.FIELD, as in breakers.name`,
      })
      .optional(),
    where: zExpression.optional(),
    of: z.array(z.string()).min(1).optional(),
    default: z.string().optional(),
  })
  .superRefine((choice, context) => {
    if ((choice.from === undefined) === (choice.of === undefined))
      context.addIssue({
        code: 'custom',
        message: 'a choice has its choices from one place; write from: KIND.FIELD, or of: [ … ]',
      });
    if (choice.default !== undefined && choice.of?.includes(choice.default) === false)
      context.addIssue({
        code: 'custom',
        path: ['default'],
        message: `"${choice.default}" is not among the choices; write one of ${choice.of.join(', ')}`,
      });
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
const zParam = z.discriminatedUnion('type', [zChoice, zText, zInt, zDurationParam, zBoolean]);

/** Says that exactly one of some keys must be there. */
const oneOf =
  (...keys: readonly string[]) =>
  (step: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
    const there = keys.filter((key) => step[key] !== undefined && step[key] !== false);
    if (there.length !== 1)
      context.addIssue({
        code: 'custom',
        message:
          there.length === 0
            ? `the step does nothing; write one of ${keys.join(', ')}`
            : `${there.join(' and ')} in one step; write two steps`,
      });
    if (step.with !== undefined && step.use === undefined)
      context.addIssue({
        code: 'custom',
        path: ['with'],
        message: 'with belongs to use; write use, or remove it',
      });
    if (step.manual === true && step.title === undefined)
      context.addIssue({ code: 'custom', message: 'a manual step says nothing; write title: what to do' });
  };

const zDiagnose = z
  .strictObject({
    id: zName.optional(),
    title: zTitle.optional(),
    use: zUse.optional(),
    with: zWith.optional(),
    danger: z
      .literal('read')
      .meta({ description: 'your word that a program run in a pod, a container or on a host only reads' })
      .optional(),
    that: zExpression.optional(),
    manual: z.boolean().optional(),
    covers: zCovers,
  })
  .superRefine(oneOf('use', 'that', 'manual'));

const zAct = z
  .strictObject({
    id: zName.optional(),
    title: zTitle.optional(),
    use: zUse.optional(),
    with: zWith.optional(),
    manual: z.boolean().optional(),
    danger: z.enum(['read', 'safe', 'disruptive', 'destructive']).optional(),
    gate: z.enum(['confirm', 'typed']).optional(),
    covers: zCovers,
  })
  .superRefine(oneOf('use', 'manual'));

const zVerify = z.strictObject({
  id: zName.optional(),
  title: zTitle.optional(),
  that: zExpression,
  within: zDuration.default(60_000),
  for: zDuration.default(0),
  covers: zCovers,
});

/** One runbook of a profile. */
export const zRunbook = z.strictObject({
  id: zName,
  title: zTitle.optional(),
  covers: zCovers,
  when: zExpression.optional(),
  params: z.record(zName, zParam).default({}),
  diagnose: z.array(zDiagnose).default([]),
  act: z.array(zAct).default([]),
  verify: z
    .union([z.literal('none'), z.array(zVerify)])
    .default([])
    .meta({ description: 'proofs; none: it needs no proof' }),
  notes: z.string().optional(),
});

export type RunbookShape = z.infer<typeof zRunbook>;
