import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';

/** As it is written: what was checked can be checked again, and kept as JSON. */
const zOffset = z.union([z.int().min(0), z.string().regex(/^\d+$/, { error: 'an offset: digits alone' })]);

const isMoment = (text: string): boolean =>
  parseDuration(text) !== undefined || !Number.isNaN(Date.parse(text));

const zTo = z.union(
  [
    z.enum(['earliest', 'latest']),
    zOffset,
    z.strictObject({
      at: z
        .string()
        .refine(isMoment, { error: 'a time: 2026-03-04T10:00:00Z, or how long ago: 1h' })
        .meta({ description: 'the first message of that time or younger: an ISO time, or how long ago' }),
    }),
    z.strictObject({ by: z.int().meta({ description: 'messages forth, or back when it is negative' }) }),
    z.strictObject({
      offsets: z.record(z.string().regex(/^\d+$/), zOffset).meta({ description: 'an offset per partition' }),
    }),
  ],
  {
    error:
      'earliest, latest, an offset, { at: TIME }, { by: MESSAGES } or { offsets: { PARTITION: OFFSET } }',
  },
);

export const resetParams = z.strictObject({
  group: z.string().min(1),
  topic: z.string().min(1),
  to: zTo,
  partitions: z
    .array(z.int().min(0))
    .min(1)
    .meta({ description: 'only these; default: all' })
    .exactOptional(),
});

export type ResetParams = z.infer<typeof resetParams>;
export type ResetTo = ResetParams['to'];

/** The moment that `{ at }` means, by the wall clock. */
export const momentOf = (text: string, wallNow: Millis): Millis => {
  const ago = parseDuration(text);
  return ago === undefined ? Date.parse(text) : wallNow - ago;
};
