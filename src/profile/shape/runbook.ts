import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import { zDuration } from '../../domain/facts/schema.ts';
import { parseBound } from '../../domain/facts/threshold.ts';
import { dangers } from '../../runs/policy/danger.ts';
import { zEffects } from './effects.ts';
import { zParam } from './params.ts';
import { zCovers, zExpression, zIdentifier, zRegex, zTitle } from './words.ts';

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
        '`false` marks a draft, which cannot run until a person has reviewed the draft and removed this line',
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
        .meta({ description: 'with true, the run asks the operator before this step' }),
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
          'with true, the check only has to stay true. Such a check was true before the action, so that the recovery stays unproved',
      }),
      symptom: z.literal(true).optional().meta({
        description: 'with true, the check shows the symptom, also with other names than in `when`',
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
        'the runbook takes back the last deployment of these workloads. The default is the workloads of the rollback steps',
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
        'some work follows the run, such as tickets. opsdeck lists this work when the run has ended, and never waits',
    }),
    prevent: z.array(zFollowUp()).min(1).optional().meta({
      description:
        'this work keeps the problem from coming back. opsdeck proposes the work after the run, separately from `after`',
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
