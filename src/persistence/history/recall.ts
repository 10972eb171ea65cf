import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Point } from '../../store/facts.ts';
import { keptMs } from '../../store/points.ts';
import type { HistoryDb } from './database/db.ts';
import { type Followed, signalOf } from './newest.ts';

/** Read in one go: a few thousand values, a few ms. */
const sliceMs: Millis = 900_000;

/**
 * Puts the values of the last day that earlier cockpits kept in front of what this one has read, a slice at a time so
 * that keys and frames come in between. Values of signals that the profile does not have any more are left where they
 * are. Throws what the database throws; ends early when the signal aborts.
 */
export const recallDay = async (
  db: HistoryDb,
  { system, env, facts }: Followed,
  clock: Pick<Clock, 'now' | 'wallOffset' | 'sleep'>,
  signal: AbortSignal,
): Promise<void> => {
  const signals = new Set(facts.getState().frame.signals.map(({ id }) => id));
  const offset = clock.wallOffset();
  const until = clock.now() + offset;
  const points = new Map<string, Point[]>();
  for (let from = until - keptMs; from < until; from += sliceMs) {
    const slice = db.read(system, env, from, Math.min(until, from + sliceMs));
    for (const [key, values] of slice) {
      if (!signals.has(signalOf(key))) continue;
      const had = points.get(key) ?? [];
      for (const { at, value } of values) had.push({ at: at - offset, value });
      points.set(key, had);
    }
    await clock.sleep(0, signal);
    if (signal.aborted) return;
  }
  if (points.size > 0) facts.apply([{ is: 'recalled', points }], clock.now());
};
