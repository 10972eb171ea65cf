import type { Millis } from '../domain/base/fault.ts';
import type { FactsChange } from '../store/facts.ts';

/** Feed changes since the last store write. */
export interface StoreChanges {
  add(change: FactsChange): void;
  /** Writes collected changes in a microtask, instead of at the next tick. */
  hurry(): void;
  /** Writes collected changes at once. */
  flush(): void;
  /** Drops collected and all later changes. */
  stop(): void;
}

/**
 * Collects changes and writes them to the store once per tick. A read that completes before its start was written is
 * written once: a fast feed costs one write per reading, not two.
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
