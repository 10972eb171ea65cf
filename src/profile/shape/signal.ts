import { z } from 'zod';
import { zDuration } from '../../domain/schema.ts';
import { madeOfKinds } from '../../kinds/registry.ts';
import { zCalcRead, zFactRead } from './derived.ts';
import { zBound, zCovers, zLevel, zSignalId, zTitle } from './words.ts';

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
export const zSignalInFile = madeOfKinds(() =>
  zSignal.extend({ ...zCalcRead.shape, ...zFactRead().shape }).partial(),
);
