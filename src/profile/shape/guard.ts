import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import { zDuration } from '../../domain/facts/schema.ts';
import { dangers, isChanging } from '../../runs/policy/danger.ts';
import { zDays, zTimeOfDay, zTimestamp, zTitle, zZone } from './words.ts';

/** Common keys of freezes and quiet hours. */
const restriction = onFirstUse(() => ({
  why: zTitle.meta({ description: 'reason that opsdeck shows to operators' }),
  except: z.array(z.string().min(1)).default([]).meta({ description: 'exempt runbooks' }),
  break: z.boolean().default(true).meta({ description: 'false: no override is allowed' }),
}));

const zFreeze = onFirstUse(() =>
  z.strictObject({ from: zTimestamp, to: zTimestamp, ...restriction() }).superRefine((freeze, context) => {
    if (freeze.to > freeze.from) return;
    context.addIssue({
      code: 'custom',
      path: ['to'],
      message: 'the end is before the start. Write a later time',
    });
  }),
);

const zQuiet = onFirstUse(() =>
  z.strictObject({
    days: zDays,
    from: zTimeOfDay,
    to: zTimeOfDay.meta({ description: 'end of the period. At or before `from`: on the next day' }),
    zone: zZone.default('UTC'),
    ...restriction(),
  }),
);

const zCount = onFirstUse(() => z.int().min(1));

/** Schema of the requirements that a profile adds to its tier's defaults. */
export const zGuard = onFirstUse(() =>
  z.strictObject({
    readOnly: z
      .boolean()
      .optional()
      .meta({ description: 'whether the environment is read-only until armed. Always true in production' }),
    arm: zDuration.optional().meta({ description: 'how long arming lasts (default 15m)' }),
    cancelWindow: zDuration
      .optional()
      .meta({ description: 'cancel window before the first call, at least 5s' }),
    typed: z
      .enum(dangers.filter(isChanging))
      .optional()
      .meta({ description: 'lowest danger for which the operator must type the name of the target' }),
    freeze: z
      .array(zFreeze())
      .optional()
      .meta({ description: 'change freezes: periods in which only reads are allowed' }),
    quiet: z
      .array(zQuiet())
      .optional()
      .meta({ description: 'weekly quiet hours, in which only reads are allowed' }),
    rate: z
      .strictObject({
        acts: zCount().meta({ description: 'maximum number of actions in the period' }),
        per: zDuration
          .refine((ms) => ms > 0, { error: 'the period must be longer than 0s. Write 10m' })
          .meta({ description: 'period' }),
      })
      .optional()
      .meta({ description: 'rate limit for actions, shared by everyone who uses the state directory' }),
    blast: z
      .strictObject({
        objects: zCount()
          .optional()
          .meta({ description: 'with more objects than this, the operator must type the name' }),
        share: z
          .number()
          .min(1)
          .max(100)
          .optional()
          .meta({ description: 'above this percentage of the whole, the operator must type the name' }),
        limit: zCount().optional().meta({ description: 'with more objects than this, a run is refused' }),
      })
      .optional()
      .meta({ description: 'blast radius limit of one run' }),
    approval: z
      .strictObject({
        danger: z
          .enum(dangers.filter(isChanging))
          .optional()
          .meta({ description: 'lowest danger that another person must approve' }),
        for: zDuration
          .refine((ms) => ms >= 60_000 && ms <= 3_600_000, { error: 'write a duration from 1m to 1h' })
          .optional()
          .meta({ description: 'how long a request and its approval stay valid (default 10m)' }),
        breakGlass: z
          .boolean()
          .default(false)
          .meta({ description: 'true: a run with --break-glass needs no approval' }),
        users: z.record(z.string().min(1), z.string().min(1)).optional().meta({
          description: 'database user of each account. An approval counts only if that user wrote the record',
        }),
      })
      .optional()
      .meta({ description: 'approval of runs by a second person. Requires state' }),
    actions: z
      .array(
        z
          .string()
          .regex(/^[a-z][A-Za-z-]*$/, { error: 'unknown verb: write restart, scale, shell or console' }),
      )
      .optional()
      .meta({
        description:
          'verbs of the generic actions that are permitted: restart, scale, shell, console (default: none in production, elsewhere all)',
      }),
  }),
);
