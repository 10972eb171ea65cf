import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';

/** Time limit: a source that is down must not delay the run. */
const readMs: Millis = 3000;

/** Reads feeds that no poll reads. */
interface EvidenceReader {
  /**
   * Reads these feeds, for 3 s at most, except those that were read or asked less than `everyMs` ago, and since `actedAt`. Returns whether
   * one of them was due. Never rejects.
   */
  read(
    feeds: readonly string[],
    signal: AbortSignal,
    everyMs: Millis,
    actedAt: Millis | undefined,
  ): Promise<boolean>;
  /** Begin of the last reading of a feed that was answered; -Infinity: none was. */
  beganOf(feed: string): Millis;
  /** The time when a feed was last asked; -Infinity: never. */
  askedAt(feed: string): Millis;
}

/** Creates the reader of the evidence for one incident. */
export const createEvidenceReader = (engine: EnvironmentReader, clock: Clock): EvidenceReader => {
  const askTimes = new Map<string, Millis>();
  const beganOf = (id: string): Millis =>
    engine.facts.getState().feeds[id]?.known?.began ?? Number.NEGATIVE_INFINITY;
  const askedAt = (id: string): Millis => askTimes.get(id) ?? Number.NEGATIVE_INFINITY;
  return {
    beganOf,
    askedAt,
    read: async (feeds, signal, everyMs, actedAt) => {
      const now = clock.now();
      const due = feeds.filter((id) => {
        const last = Math.max(beganOf(id), askedAt(id));
        return now - last >= everyMs || (actedAt !== undefined && last <= actedAt && now > actedAt);
      });
      if (due.length === 0 || signal.aborted) return false;
      for (const id of due) askTimes.set(id, now);
      const deadline = clock.deadline(readMs);
      await engine.readNow(due, AbortSignal.any([signal, deadline.signal]));
      deadline.clear();
      return true;
    },
  };
};
