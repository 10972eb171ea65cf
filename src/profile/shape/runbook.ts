import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import { zDuration } from '../../domain/facts/schema.ts';
import { parseBound } from '../../domain/facts/threshold.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { dangers } from '../../runs/policy/danger.ts';
import { zEffects } from './effects.ts';
import { outsideText, zCovers, zExpression, zIdentifier, zRegex, zTitle } from './words.ts';

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
    .meta({ description: 'a reading operation or a feed: its rows are the choices, in that order' }),
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
        .meta({ description: 'how many values the operator may choose at most (default 10)' }),
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
      description: 'a feed or a reading operation. The field offers its first row, and `enter` takes it',
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
          message: `${min} is more than max ${max}. Swap them`,
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

/** Schema of a typed parameter. */
const zParam = onFirstUse(() =>
  z.discriminatedUnion('type', [zChoice(), zChoices(), zText(), zInt(), zDurationParam(), zBoolean()]),
);

export const zWith = onFirstUse(() =>
  z.record(z.string(), z.unknown()).meta({ description: 'values for the parameters of the operation' }),
);
export const zUse = onFirstUse(() =>
  z
    .string()
    .regex(/^[\w-]+\.[\w.-]+$/, {
      error: (issue) => `${JSON.stringify(issue.input)} is not an operation or feed. Write SOURCE.OPERATION`,
    })
    .meta({ description: 'SOURCE.OPERATION, or SOURCE.FEED in diagnose' }),
);

/** Requires exactly one of the keys. */
const oneOf =
  (...keys: readonly string[]) =>
  (step: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void => {
    const present = keys.filter((key) => step[key] !== undefined && step[key] !== false);
    if (present.length !== 1)
      context.addIssue({
        code: 'custom',
        message:
          present.length === 0
            ? `the step is empty. Write one of ${keys.join(', ')}`
            : `${present.join(' and ')} cannot be combined. Write two steps`,
      });
    if (step.with !== undefined && step.use === undefined)
      context.addIssue({
        code: 'custom',
        path: ['with'],
        message: 'with needs use. Add use, or remove the key',
      });
    if (step.manual === true && step.title === undefined)
      context.addIssue({ code: 'custom', message: 'a manual step needs a title. Write title: what to do' });
  };

/** Drafted entries carry it until a person has reviewed them. */
const zReviewed = onFirstUse(() =>
  z
    .literal(false, {
      error: 'reviewed can only be false. Remove the line once a person has reviewed the draft',
    })
    .optional()
    .meta({
      description:
        '`false` marks a draft, which cannot run until a person has reviewed it and removed this line',
    }),
);

const zDiagnose = onFirstUse(() =>
  z
    .strictObject({
      id: zIdentifier.optional(),
      title: zTitle.optional(),
      use: zUse().optional(),
      with: zWith().optional(),
      danger: z
        .literal('read')
        .meta({
          description:
            'write `read` if the program that runs in a pod, in a container or on a host changes nothing',
        })
        .optional(),
      that: zExpression.optional(),
      manual: z.boolean().optional(),
      timeout: zDuration.optional(),
      reviewed: zReviewed(),
      covers: zCovers,
    })
    .superRefine(oneOf('use', 'that', 'manual')),
);

const zAct = onFirstUse(() =>
  z
    .strictObject({
      id: zIdentifier.optional(),
      title: zTitle.optional(),
      use: zUse().optional(),
      with: zWith().optional(),
      manual: z.boolean().optional(),
      danger: z.enum(dangers).optional(),
      gate: z.enum(['confirm', 'typed']).optional(),
      each: zIdentifier.optional().meta({
        description: 'a parameter of type choices: runs the step once per value, available as ${each}',
      }),
      pause: zDuration
        .optional()
        .meta({ description: 'how long the run waits between two targets of the loop' }),
      timeout: zDuration
        .refine((ms) => ms <= 7_200_000, { error: 'a step can take at most two hours. Write 2h or less' })
        .optional()
        .meta({ description: 'after which time the step counts as failed (default 5m, at most 2h)' }),
      ask: z
        .boolean()
        .optional()
        .meta({ description: 'whether the run asks the operator before it continues with this step' }),
      needs: zExpression.optional(),
      changesSystem: z.array(z.string().min(1)).min(1).optional().meta({
        description:
          'what the step changes about the identity of the system, such as role and timeline in a failover. The page of each source lists the names under Who answers',
      }),
      effects: zEffects().optional(),
      notes: z
        .string()
        .optional()
        .meta({ description: 'text that opsdeck shows when an operator confirms or ticks the step' }),
      reviewed: zReviewed(),
      covers: zCovers,
    })
    .superRefine(oneOf('use', 'manual')),
);

/** Work that follows a run: a manual step that nothing waits for. */
const zFollowUp = onFirstUse(() =>
  z.strictObject({
    id: zIdentifier.optional(),
    title: zTitle,
    manual: z.literal(true).optional().meta({
      description: 'whether a person does this step by hand. A step without `use` is always manual',
    }),
    notes: z.string().optional(),
    covers: zCovers,
  }),
);

/** Schema of the expected result of a reading operation. */
export const zExpect = onFirstUse(() =>
  z
    .strictObject({
      rows: z
        .string()
        .superRefine((text, context) => {
          const bound = parseBound(text);
          if ('error' in bound) context.addIssue({ code: 'custom', message: bound.error });
        })
        .optional()
        .meta({ description: "how many rows the result must have: '= 0'" }),
      column: z.string().min(1).optional(),
      value: z.union([z.string(), z.number()]).transform(String).optional(),
      status: z.int().optional(),
      json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
      matches: zRegex.optional(),
      path: z
        .string()
        .min(1)
        .optional()
        .meta({ description: 'path in a JSON document that change refers to' }),
      change: z
        .string()
        .superRefine((text, context) => {
          const bound = text === 'any' ? undefined : parseBound(text);
          if (bound !== undefined && 'error' in bound)
            context.addIssue({ code: 'custom', message: `${bound.error}, or any` });
        })
        .optional()
        .meta({ description: "required difference from the value before the action: '> 0', or any" }),
    })
    .refine((expect) => Object.keys(expect).some((key) => key !== 'column' && key !== 'path'), {
      error: 'expect is empty. Write rows, value, status, json, matches or change',
    }),
);

const zVerify = onFirstUse(() =>
  z
    .strictObject({
      id: zIdentifier.optional(),
      title: zTitle.optional(),
      that: zExpression.optional(),
      use: zUse().optional(),
      with: zWith().optional(),
      danger: z.literal('read').optional(),
      expect: zExpect().optional(),
      within: zDuration.default(60_000),
      for: zDuration.default(0),
      guard: z.literal(true).optional().meta({
        description:
          'whether the check only has to stay true. Such a check does not prove the recovery, because it was true before the action',
      }),
      symptom: z.literal(true).optional().meta({
        description: 'whether the check shows the symptom, although it reads other names than `when`',
      }),
      reviewed: zReviewed(),
      covers: zCovers,
    })
    .superRefine((step, context) => {
      oneOf('that', 'use')(step, context);
      if ((step.use === undefined) !== (step.expect === undefined))
        context.addIssue({
          code: 'custom',
          message: 'use and expect work only together. Write both keys',
        });
    }),
);

/** Schema of a runbook. */
export const zRunbook = onFirstUse(() =>
  z.strictObject({
    id: zIdentifier,
    title: zTitle.optional(),
    reviewed: zReviewed(),
    covers: zCovers,
    symptoms: z
      .array(z.union([z.string().min(1), z.number()]).transform(String))
      .min(1)
      .optional()
      .meta({
        description: 'words and messages by which a search finds the runbook, such as [503, out of memory]',
      }),
    when: zExpression.optional(),
    reverts: z.array(z.string().min(1)).min(1).optional().meta({
      description:
        'workloads whose last deployment this runbook takes back (default: those of its rollback steps)',
    }),
    checklist: zIdentifier
      .optional()
      .meta({ description: 'id of the checklist that must be complete before the runbook starts' }),
    approval: z
      .literal(true)
      .optional()
      .meta({ description: 'another person must approve each run. Requires state' }),
    params: z.record(zIdentifier, zParam()).default({}),
    diagnose: z.array(zDiagnose()).default([]),
    act: z.array(zAct()).default([]),
    verify: z
      .union([z.literal('none'), z.array(zVerify())])
      .default([])
      .meta({
        description:
          'checks that prove that the problem is over. `none` means that nothing is checked after the run',
      }),
    after: z.array(zFollowUp()).min(1).optional().meta({
      description:
        'work that follows the run, such as tickets. opsdeck lists it when the run has ended, and never waits for it',
    }),
    prevent: z.array(zFollowUp()).min(1).optional().meta({
      description:
        'work that keeps the problem from coming back. opsdeck proposes it after the run, separately from `after`',
    }),
    watch: zDuration
      .optional()
      .meta({ description: 'how long verification continues after recovery (default 10m)' }),
    impact: z
      .strictObject({ requests: z.string().min(1).optional(), connections: z.string().min(1).optional() })
      .optional()
      .meta({
        description: 'ids of signals that show the load on the target, which opsdeck shows before the run',
      }),
    notes: z.string().optional(),
  }),
);

export type RunbookShape = z.infer<ReturnType<typeof zRunbook>>;
