import { z } from 'zod';
import { zDuration } from '../../domain/facts/schema.ts';
import { foldFunctions } from '../../expressions/rows/derivation.ts';
import { derivedFromKinds, factKinds } from '../../kinds/registry/registry.ts';
import { zBound, zCovers, zLevel, zSignalId, zTitle } from './words.ts';

/** Name of a signal in a calculation: one word, and not a function name. */
const zOperand = z.string().regex(/^(?!(?:min|max|raised)$)[A-Za-z_]\w*$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a valid name in a calculation. Use letters, digits and _`,
});

/** `read` of a signal calculated from others. */
export const zCalcRead = z.strictObject({
  of: z
    .record(zOperand, zSignalId)
    .refine((of) => Object.keys(of).length > 0, {
      error: 'of is empty. Write of: { a: SIGNAL, b: SIGNAL }',
    })
    .meta({ description: 'the signals that the calculation uses, each under the name that calc gives it' }),
  calc: z.string().min(1).meta({ description: 'calculation with the names of `of`, such as 100 * a / b' }),
});

/** `read` of a signal that aggregates facts. */
export const zFactRead = derivedFromKinds(() =>
  z.strictObject({
    fact: z.enum(factKinds()).meta({ description: 'kind of the rows to read, such as workloads' }),
    where: z.string().min(1).optional().meta({ description: 'row filter: name matches /^api/' }),
    field: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'field of each row whose number is read (default: opsdeck counts the rows)' }),
    fold: z
      .enum(foldFunctions)
      .optional()
      .meta({ description: 'how opsdeck combines the numbers of all rows' }),
  }),
);

const zClear = z.union([zBound, z.strictObject({ warn: zBound.optional(), crit: zBound.optional() })]).meta({
  description: 'value at which a raised level clears again. A single value applies to the lowest level',
});

/** Schema of a signal. Its source validates `read`, unless the signal is derived from others. */
export const zSignal = z.strictObject({
  id: zSignalId,
  title: zTitle.optional(),
  source: z.string().min(1).optional().meta({
    description:
      'id of the source that provides the value. Leave it out for a calculation, and for fact if any source may provide the rows',
  }),
  read: z.record(z.string(), z.unknown()).meta({
    description: 'what to read: the keys of the source type, a calculation (of and calc), or rows (fact)',
  }),
  unit: z.string().default(''),
  warn: zBound.optional(),
  crit: zBound.optional(),
  for: zDuration
    .optional()
    .meta({ description: 'how long the value must stay beyond the limit before the level is raised' }),
  clear: zClear.optional(),
  noData: zLevel
    .optional()
    .meta({ description: 'the signal has this level while there is no data. The default is unknown' }),
  stale: zDuration
    .optional()
    .meta({ description: 'how old a reading may be. An older one counts as unknown' }),
  covers: zCovers,
});

export type SignalShape = z.infer<typeof zSignal>;

/** The signal as a file may write it: a derived signal may omit `read:`. */
export const zSignalInFile = derivedFromKinds(() =>
  zSignal.extend({ ...zCalcRead.shape, ...zFactRead().shape }).partial(),
);
