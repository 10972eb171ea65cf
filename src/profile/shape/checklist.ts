import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import {
  type ChecklistItemMode,
  checklistItemModes,
  modeOf,
} from '../../domain/checklists/modes/item-mode.ts';
import { parseScheduleDay } from '../../domain/profile/schedule.ts';
import { zExpect, zUse, zWith } from './runbook.ts';
import { zCovers, zExpression, zIdentifier, zTimeOfDay, zTitle, zZone } from './words.ts';

const zRunbookId = onFirstUse(() => z.string().min(1).optional());

interface ItemShape {
  readonly mode: ChecklistItemMode;
  readonly that?: unknown;
  readonly use?: unknown;
  readonly expect?: unknown;
  readonly with?: unknown;
  readonly runbook?: unknown;
}

/** Checks that the item has what its kind of decision needs. */
const fits = (item: ItemShape, context: z.RefinementCtx): void => {
  const say = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message });
  const misfit = modeOf(item).misfit(item);
  if (misfit !== undefined) say('mode', misfit);
  if (item.expect !== undefined && item.use === undefined)
    say('expect', 'expect works only with use. Add use, or remove expect');
  if (item.with !== undefined && item.use === undefined)
    say('with', 'with works only with use. Add use, or remove with');
};

const zItem = onFirstUse(() =>
  z
    .strictObject({
      id: zIdentifier,
      title: zTitle,
      mode: z.enum(checklistItemModes).meta({
        description: `who decides: ${checklistItemModes.map((mode) => `${modeOf({ mode }).decider} (${mode})`).join(', ')}`,
      }),
      that: zExpression.optional(),
      use: zUse().optional(),
      with: zWith().optional(),
      expect: zExpect()
        .optional()
        .meta({ description: 'the result of `use` with which the check of the item holds' }),
      danger: z.literal('read').optional(),
      show: z
        .string()
        .min(1)
        .optional()
        .meta({ description: 'text that tells the operator what to check by eye' }),
      runbook: zRunbookId().meta({
        description: 'id of the runbook that carries out this item of the checklist',
      }),
      covers: zCovers,
    })
    .superRefine(fits),
);

const zScheduleDay = onFirstUse(() =>
  z
    .union([z.string(), z.int()])
    .meta({
      description:
        'day on which the checklist is due: a weekday, the first such weekday of the month, or a day of the month',
      examples: ['monday', 'first monday', 15],
    })
    .transform((text, context) => {
      const day = parseScheduleDay(String(text));
      if (day !== undefined) return day;
      context.addIssue({
        code: 'custom',
        message: `"${text}" is not a day. Write monday, first monday, or 15`,
      });
      return z.NEVER;
    }),
);

/** The kind of day that each interval takes. */
const daysOf = { daily: [], weekly: ['weekday'], monthly: ['first', 'date'] } as const;

const zChecklistSchedule = onFirstUse(() =>
  z
    .strictObject({
      every: z.enum(['daily', 'weekly', 'monthly']).meta({
        description:
          'how often the checklist starts again: each calendar day, each week from Monday, or each month',
      }),
      on: zScheduleDay().optional().meta({
        description: 'day on which the checklist is due (default: the last day of the week or month)',
      }),
      at: zTimeOfDay
        .optional()
        .meta({ description: 'time of day at which the checklist is due (default: the end of the day)' }),
      tz: zZone
        .optional()
        .meta({ description: 'at and on are times of this zone. The default is schedule.tz of the profile' }),
    })
    .superRefine(({ every, on }, context) => {
      const allowed: readonly string[] = daysOf[every];
      if (on === undefined || allowed.includes(on.is)) return;
      const message =
        every === 'daily'
          ? 'a daily checklist is due every day. Remove on'
          : every === 'weekly'
            ? 'a weekly checklist is due on a weekday. Write on: monday'
            : 'a monthly checklist is due on a day of the month. Write on: 15, or first monday';
      context.addIssue({ code: 'custom', path: ['on'], message });
    }),
);

/** Schema of a checklist. */
export const zChecklist = onFirstUse(() =>
  z.strictObject({
    id: zIdentifier,
    title: zTitle.optional(),
    when: z
      .string()
      .default('')
      .meta({ description: 'text that tells people when to do the checklist, such as Mondays before 10:00' }),
    schedule: zChecklistSchedule().optional().meta({
      description:
        'the checklist is due at these times. Without this key, people start the checklist by hand',
    }),
    runbook: zRunbookId().meta({
      description: 'id of the runbook that belongs to this checklist, from which a key opens the checklist',
    }),
    items: z.array(zItem()).min(1),
    covers: zCovers,
  }),
);
