import { z } from 'zod';
import { type ChecklistItemMode, checklistItemModes } from '../../domain/profile.ts';
import { zUse, zWith } from './runbook.ts';
import { zCovers, zExpression, zIdentifier, zTitle } from './words.ts';

const zRunbookId = z.string().min(1).optional();

interface Said {
  readonly mode: ChecklistItemMode;
  readonly that?: unknown;
  readonly use?: unknown;
  readonly with?: unknown;
  readonly runbook?: unknown;
}

/** Who decides has to fit with what there is to decide by. */
const fits = (item: Said, context: z.RefinementCtx): void => {
  const say = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message });
  const shows = item.that !== undefined || item.use !== undefined;
  if (item.mode === 'auto' && !shows && item.runbook === undefined)
    say('mode', 'auto, and nothing decides it; write that, use or runbook, or mode: human');
  if (item.mode === 'human' && shows)
    say('mode', 'human, and opsdeck has something to show; write mode: assist, or auto');
  if (item.with !== undefined && item.use === undefined)
    say('with', 'with belongs to use; write use, or remove it');
};

const zItem = z
  .strictObject({
    id: zIdentifier,
    title: zTitle,
    mode: z.enum(checklistItemModes).meta({
      description: 'who decides: opsdeck, somebody with what opsdeck shows, somebody alone',
    }),
    that: zExpression.optional(),
    use: zUse.optional(),
    with: zWith.optional(),
    danger: z.literal('read').optional(),
    show: z.string().min(1).optional().meta({ description: 'what to look at, in words' }),
    runbook: zRunbookId.meta({ description: 'the runbook that does it' }),
    covers: zCovers,
  })
  .superRefine(fits);

/** A list to go through. */
export const zChecklist = z.strictObject({
  id: zIdentifier,
  title: zTitle.optional(),
  when: z.string().default('').meta({ description: 'when it is due, in words' }),
  runbook: zRunbookId.meta({ description: 'the runbook that it belongs to' }),
  items: z.array(zItem).min(1),
  covers: zCovers,
});
