import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import { zDuration } from '../../domain/facts/schema.ts';
import { dangers, isChanging } from '../../runs/policy/danger.ts';
import { zDays, zTimeOfDay, zTimestamp, zTitle, zZone } from './words.ts';

/** Common keys of freezes and quiet hours. */
const restriction = onFirstUse(() => ({
  why: zTitle.meta({ description: 'reason for this period, which opsdeck shows to operators' }),
  except: z.array(z.string().min(1)).default([]).meta({ description: 'exempt runbooks' }),
  break: z
    .boolean()
    .default(true)
    .meta({ description: 'write false to forbid that operators override this period' }),
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
    to: zTimeOfDay.meta({ description: 'end of the period. A time at or before `from` means the next day' }),
    zone: zZone.default('UTC'),
    ...restriction(),
  }),
);

const zCount = onFirstUse(() => z.int().min(1));

/** Schema of the requirements that a profile adds to its tier's defaults. */
export const zGuard = onFirstUse(() =>
  z.strictObject({
    readOnly: z.boolean().optional().meta({
      description: 'whether operators must arm the environment before a change. Always true in production',
    }),
    arm: zDuration.optional().meta({ description: 'how long arming lasts (default 15m)' }),
    cancelWindow: zDuration.optional().meta({
      description: 'time in which any key cancels a confirmed run before anything is sent, at least 5s',
    }),
    typed: z
      .enum(dangers.filter(isChanging))
      .optional()
      .meta({ description: 'from which danger on the operator must type the name of the target' }),
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
        acts: zCount().meta({ description: 'how many actions are permitted within the time of `per`' }),
        per: zDuration
          .refine((ms) => ms > 0, { error: 'the period must be longer than 0s. Write 10m' })
          .meta({ description: 'period' }),
      })
      .optional()
      .meta({
        description: 'how many actions are permitted in a time, for all who use the same state directory',
      }),
    blast: z
      .strictObject({
        objects: zCount().optional().meta({
          description: 'a run that affects more objects than this requires the typed name of the target',
        }),
        share: z.number().min(1).max(100).optional().meta({
          description:
            'a run that affects more than this percentage of all objects requires the typed name of the target',
        }),
        limit: zCount()
          .optional()
          .meta({ description: 'opsdeck refuses a run that affects more objects than this' }),
      })
      .optional()
      .meta({ description: 'how many objects one run may affect' }),
    approval: z
      .strictObject({
        danger: z
          .enum(dangers.filter(isChanging))
          .optional()
          .meta({ description: 'from which danger on another person must approve a run' }),
        for: zDuration
          .refine((ms) => ms >= 60_000 && ms <= 3_600_000, { error: 'write a duration from 1m to 1h' })
          .optional()
          .meta({
            description: 'how long a request for approval, and the approval itself, stay valid (default 10m)',
          }),
        breakGlass: z
          .boolean()
          .default(false)
          .meta({ description: 'whether a run with --break-glass may start without an approval' }),
        users: z.record(z.string().min(1), z.string().min(1)).optional().meta({
          description:
            'which database user belongs to each account. An approval counts only if that user wrote the record',
        }),
      })
      .optional()
      .meta({ description: 'which runs a second person must approve. Requires a state database (`state`)' }),
    actions: z
      .array(
        z
          .string()
          .regex(/^[a-z][A-Za-z-]*$/, { error: 'unknown verb: write restart, scale, shell or console' }),
      )
      .optional()
      .meta({
        description:
          'which actions on rows are permitted without a runbook: restart, scale, shell, console (default: none in production, all elsewhere)',
      }),
  }),
);
