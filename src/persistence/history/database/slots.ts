import type { Millis } from '../../../domain/fault.ts';

const slotMs: Millis = 15_000;

/** A day. */
export const keptSlots = (24 * 3_600_000) / slotMs;
/** What one call deletes at most, ten minutes' worth: more would stop the screen. */
export const deletedSlots = 40;
/** Names are kept this much longer than what they name, and a clock may be wrong by so much. */
export const graceSlots = 240;

/** The 15 s that a moment of the machine's clock lies in. */
export const slotOf = (at: Millis): number => Math.floor(at / slotMs);
