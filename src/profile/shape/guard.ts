import { z } from 'zod';
import { zDuration } from '../../domain/schema.ts';
import { dangers, isChanging } from '../../runs/policy/danger.ts';
import { zDays, zTimeOfDay, zTimestamp, zTitle, zZone } from './words.ts';

/** What a freeze and quiet hours have in common. */
const halted = {
  why: zTitle.meta({ description: 'what is told to whoever wants to act' }),
  except: z.array(z.string().min(1)).default([]).meta({ description: 'runbooks that may run all the same' }),
  break: z.boolean().default(true).meta({ description: 'false: no reason breaks it' }),
};

const zFreeze = z
  .strictObject({ from: zTimestamp, to: zTimestamp, ...halted })
  .superRefine((freeze, context) => {
    if (freeze.to > freeze.from) return;
    context.addIssue({
      code: 'custom',
      path: ['to'],
      message: 'it ends before it begins; write a later moment',
    });
  });

const zQuiet = z.strictObject({
  days: zDays,
  from: zTimeOfDay,
  to: zTimeOfDay.meta({ description: 'at or before `from`: of the next day' }),
  zone: zZone.default('UTC'),
  ...halted,
});

const zCount = z.int().min(1);

/** What the profile asks for beyond its tier's row. */
export const zGuard = z.strictObject({
  readOnly: z.boolean().optional().meta({ description: 'nothing is changed until armed; production always' }),
  arm: zDuration.optional().meta({ description: 'how long arming lasts; default 15m' }),
  cancelWindow: zDuration.optional().meta({ description: 'the pause before the first call; at least 5s' }),
  typed: z
    .enum(dangers.filter(isChanging))
    .optional()
    .meta({ description: 'from this danger on, the target is confirmed by typing its name' }),
  freeze: z.array(zFreeze).optional().meta({ description: 'times in which nothing but reading is done' }),
  quiet: z.array(zQuiet).optional().meta({ description: 'hours of each week in which the same holds' }),
  rate: z
    .strictObject({
      acts: zCount.meta({ description: 'how many acts' }),
      per: zDuration
        .refine((ms) => ms > 0, { error: 'no time at all; write 10m' })
        .meta({ description: 'in how long a time' }),
    })
    .optional()
    .meta({ description: 'how much is done, by everybody who shares the state dir' }),
  blast: z
    .strictObject({
      objects: zCount.optional().meta({ description: 'more objects than this: the name is typed' }),
      share: z
        .number()
        .min(1)
        .max(100)
        .optional()
        .meta({ description: 'more percent of a whole than this: the name is typed' }),
      most: zCount.optional().meta({ description: 'more objects than this: refused' }),
    })
    .optional()
    .meta({ description: 'how much one run may hit' }),
});
