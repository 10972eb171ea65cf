import { z } from 'zod';
import { type ChecklistItemMode, checklistItemModes } from '../../domain/profile.ts';
import { zUse, zWith } from './runbook.ts';
import { zCovers, zExpression, zIdentifier, zTitle } from './words.ts';

const zRunbookId = z.string().min(1).optional();

interface ItemShape {
  readonly mode: ChecklistItemMode;
  readonly that?: unknown;
  readonly use?: unknown;
  readonly with?: unknown;
  readonly runbook?: unknown;
}

/** Checks that the item has what its kind of decision needs. */
const fits = (item: ItemShape, context: z.RefinementCtx): void => {
  const say = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message });
  const shows = item.that !== undefined || item.use !== undefined;
  if (item.mode === 'auto' && !shows && item.runbook === undefined)
    say('mode', 'mode auto needs that, use or runbook; add one, or write mode: human');
  if (item.mode === 'human' && shows) say('mode', 'mode human cannot show data; write mode: assist, or auto');
  if (item.with !== undefined && item.use === undefined) say('with', 'with needs use; add use, or remove it');
};

const zItem = z
  .strictObject({
    id: zIdentifier,
    title: zTitle,
    mode: z.enum(checklistItemModes).meta({
      description: 'who decides: opsdeck (auto), a person with the data shown (assist), a person (human)',
    }),
    that: zExpression.optional(),
    use: zUse.optional(),
    with: zWith.optional(),
    danger: z.literal('read').optional(),
    show: z.string().min(1).optional().meta({ description: 'what to check, in words' }),
    runbook: zRunbookId.meta({ description: 'runbook that performs this item' }),
    covers: zCovers,
  })
  .superRefine(fits);

/** Schema of a checklist. */
export const zChecklist = z.strictObject({
  id: zIdentifier,
  title: zTitle.optional(),
  when: z.string().default('').meta({ description: 'when it is due, in words' }),
  runbook: zRunbookId.meta({ description: 'runbook that it belongs to' }),
  items: z.array(zItem).min(1),
  covers: zCovers,
});
