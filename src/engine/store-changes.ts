import type { Millis } from '../domain/fault.ts';
import type { FactsChange } from '../store/facts.ts';

/** What happened to feeds since the last store write. */
export interface StoreChanges {
  add(change: FactsChange): void;
  /** Writes what has been collected as soon as the running code has ended, instead of at the next tick. */
  hurry(): void;
  /** Writes what has been collected, in one go. */
  flush(): void;
  /** Drops what has been collected, and everything that comes after. */
  stop(): void;
}

/**
 * Collects changes and hands them to the store once per tick. A read that is answered before its beginning was
 * written is written as its answer alone: a fast feed costs one write per reading, not two.
 */
export const createStoreChanges = (
  write: (changes: readonly FactsChange[], now: Millis) => void,
  now: () => Millis,
): StoreChanges => {
  let collected: FactsChange[] = [];
  let hurrying = false;
  let stopped = false;
  const flush = (): void => {
    hurrying = false;
    if (collected.length === 0 || stopped) return;
    const changes = collected;
    collected = [];
    write(changes, now());
  };
  return {
    add: (change) => {
      if (change.is === 'learned' || change.is === 'forgotten')
        collected = collected.filter((other) => other.is !== 'reading' || other.feed !== change.feed);
      collected.push(change);
    },
    hurry: () => {
      if (hurrying) return;
      hurrying = true;
      queueMicrotask(flush);
    },
    flush,
    stop: () => {
      stopped = true;
      collected = [];
    },
  };
};
