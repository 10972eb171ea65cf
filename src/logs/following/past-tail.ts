import type { Millis } from '../../domain/fault.ts';
import type { Resume, Tail } from '../reading/tail.ts';

/** So much of a stream is read that cannot tell its last lines before a moment. */
const backMs: Millis = 15 * 60_000;

/** A tail as it was at a moment (engine's clock): its last lines before that, where nobody says from when on. */
export const pastTail = (tail: Tail, at: Millis, lines: number): Tail => ({
  ...tail,
  open: async function* (from, signal) {
    if (from.since !== undefined) return yield* tail.open(from, signal);
    if (tail.older !== undefined) return yield* (await tail.older({ at, lines }, signal)).events;
    const { lines: _, ...rest } = from;
    const since: Resume = { ...rest, since: at - backMs };
    yield* tail.open(since, signal);
  },
});
