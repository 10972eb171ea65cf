import { z } from 'zod';
import { zDuration } from '../../domain/schema.ts';
import { foldFunctions } from '../../expressions/calc/derivation.ts';
import { derivedFromKinds, factKinds } from '../../kinds/registry.ts';
import { zBound, zCovers, zLevel, zSignalId, zTitle } from './words.ts';

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
export const zFactRead = derivedFromKinds(() =>
  z.strictObject({
    fact: z.enum(factKinds()).meta({ description: 'the kind of the facts' }),
    where: z.string().min(1).optional().meta({ description: 'a test of one row: name matches /^api/' }),
    field: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'the number of each row; none: the rows are counted' }),
    fold: z.enum(foldFunctions).optional().meta({ description: 'what is made of the numbers' }),
  }),
);

const zClear = z
  .union([zBound, z.strictObject({ warn: zBound.optional(), crit: zBound.optional() })])
  .meta({ description: 'a raised level is left only past this; a single one belongs to the lowest level' });

/** One signal of a profile. What `read` may say is its source's business, except where it is worked out from others. */
export const zSignal = z.strictObject({
  id: zSignalId,
  title: zTitle.optional(),
  source: z.string().min(1).optional().meta({
    description: 'the id of the source that reads it; none for of/calc, and for fact if any may give it',
  }),
  read: z
    .record(z.string(), z.unknown())
    .meta({ description: "what to read, in the source type's own form; or of and calc; or fact" }),
  unit: z.string().default(''),
  warn: zBound.optional(),
  crit: zBound.optional(),
  for: zDuration.optional().meta({ description: 'must hold this long before it is raised' }),
  clear: zClear.optional(),
  noData: zLevel.optional().meta({ description: 'what silence means; default unknown' }),
  stale: zDuration.optional().meta({ description: 'a reading older than this is unknown' }),
  covers: zCovers,
});

export type SignalShape = z.infer<typeof zSignal>;

/** As a file may write it: a signal that is worked out from others may say how without `read:`. */
export const zSignalInFile = derivedFromKinds(() =>
  zSignal.extend({ ...zCalcRead.shape, ...zFactRead().shape }).partial(),
);
