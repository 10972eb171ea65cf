import { z } from 'zod';
import { parseBound } from '../../domain/bound.ts';
import { zDuration } from '../../domain/schema.ts';
import { dangers } from '../../runs/policy/danger.ts';
import { zExpression } from './expression.ts';
import { zParam } from './param.ts';
import { zCovers, zName, zRegex, zTitle } from './words.ts';

export const zWith = z.record(z.string(), z.unknown()).meta({ description: 'parameters of the operation' });
export const zUse = z
  .string()
  .regex(/^[\w-]+\.[\w.-]+$/, {
    error: (issue) => `${JSON.stringify(issue.input)} names nothing; write SOURCE.OPERATION`,
  })
  .meta({ description: 'SOURCE.OPERATION, in diagnose also SOURCE.FEED' });

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
    timeout: zDuration.optional(),
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
    danger: z.enum(dangers).optional(),
    gate: z.enum(['confirm', 'typed']).optional(),
    each: zName
      .optional()
      .meta({ description: 'a parameter of type choices: once for each of its values, ${each}' }),
    pause: zDuration.optional().meta({ description: 'between two of a loop' }),
    timeout: zDuration
      .refine((ms) => ms <= 7_200_000, { error: 'a step goes on for two hours at most; write 2h or less' })
      .optional()
      .meta({ description: 'it is ended after that long; default 5m, at most 2h' }),
    ask: z.boolean().optional().meta({ description: 'asks whether to go on before it' }),
    needs: zExpression.optional(),
    covers: zCovers,
  })
  .superRefine(oneOf('use', 'manual'));

const zExpect = z
  .strictObject({
    rows: z
      .string()
      .superRefine((text, context) => {
        const bound = parseBound(text);
        if ('error' in bound) context.addIssue({ code: 'custom', message: bound.error });
      })
      .optional()
      .meta({ description: "a bound on how many rows: '= 0'" }),
    column: z.string().min(1).optional(),
    value: z.union([z.string(), z.number()]).transform(String).optional(),
    status: z.int().optional(),
    json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
    matches: zRegex.optional(),
    path: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'the place in a JSON document that change is about' }),
    change: z
      .string()
      .superRefine((text, context) => {
        const bound = text === 'any' ? undefined : parseBound(text);
        if (bound !== undefined && 'error' in bound)
          context.addIssue({ code: 'custom', message: `${bound.error}, or any` });
      })
      .optional()
      .meta({ description: "by how much it must differ from before the act: '> 0', or any" }),
  })
  .refine((expect) => Object.keys(expect).some((key) => key !== 'column' && key !== 'path'), {
    error: 'it expects nothing; write rows, value, status, json, matches or change',
  });

const zVerify = z
  .strictObject({
    id: zName.optional(),
    title: zTitle.optional(),
    that: zExpression.optional(),
    use: zUse.optional(),
    with: zWith.optional(),
    danger: z.literal('read').optional(),
    expect: zExpect.optional(),
    within: zDuration.default(60_000),
    for: zDuration.default(0),
    guard: z
      .literal(true)
      .optional()
      .meta({ description: 'it must hold, and proves nothing: it is so before the act, too' }),
    covers: zCovers,
  })
  .superRefine((step, context) => {
    oneOf('that', 'use')(step, context);
    if ((step.use === undefined) !== (step.expect === undefined))
      context.addIssue({
        code: 'custom',
        message: 'use and expect belong together; write what is asked, and what must come back',
      });
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
  watch: zDuration
    .optional()
    .meta({ description: 'how long its proofs stay watched after it has recovered; default 10m' }),
  impact: z
    .strictObject({ requests: z.string().min(1).optional(), connections: z.string().min(1).optional() })
    .optional()
    .meta({ description: 'signals that tell how much its target carries' }),
  notes: z.string().optional(),
});

export type RunbookShape = z.infer<typeof zRunbook>;
