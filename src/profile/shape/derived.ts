import { z } from 'zod';
import { folds } from '../../expressions/calc/fold-rows.ts';
import { factKinds, madeOfKinds } from '../../kinds/registry.ts';
import { zSignalId } from './words.ts';

/** What a calculation calls a signal: one word, and none of the calculation's own. */
const zOperand = z.string().regex(/^(?!(?:min|max)$)[A-Za-z_]\w*$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} cannot be a name in a calculation; write a word of letters, digits and _`,
});

/** `read` of a signal that is calculated from others. */
export const zCalcRead = z.strictObject({
  of: z
    .record(zOperand, zSignalId)
    .refine((of) => Object.keys(of).length > 0, {
      error: 'of names no signals; write of: { a: SIGNAL, b: SIGNAL }',
    })
    .meta({ description: 'the signals, by the names that calc gives them' }),
  calc: z.string().min(1).meta({ description: 'a calculation: 100 * a / b' }),
});

/** `read` of a signal that is a number over facts. */
export const zFactRead = madeOfKinds(() =>
  z.strictObject({
    fact: z.enum(factKinds()).meta({ description: 'the kind of the facts' }),
    where: z.string().min(1).optional().meta({ description: 'a test of one row: name matches /^api/' }),
    field: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'the number of each row; none: the rows are counted' }),
    fold: z.enum(folds).optional().meta({ description: 'what is made of the numbers' }),
  }),
);
