import type { Millis } from '../domain/fault.ts';
import type { FactsState } from '../store/facts.ts';
import type { FactsStore } from '../store/facts-store.ts';

/** Longer than this no key finds facts that have changed since, whatever keeps the screen from being drawn. */
const longestMs: Millis = 400;

/** The facts that the frame on the screen was made of. */
export interface OnScreen {
  /** What is on the screen of this store, or what it holds now when nothing is. */
  of(store: FactsStore): FactsState;
  /** From the next question on, what the stores hold then. */
  renew(): void;
}

/**
 * A key finds the facts that its finger was aimed at: those of the frame that is on the screen, not what has arrived
 * since and is drawn with the next one. So a key is answered at once however much arrives, and no row moves away from
 * under it between the look and the press.
 */
export const createOnScreen = (clock: { now(): Millis }): OnScreen => {
  const held = new Map<FactsStore, { readonly state: FactsState; readonly since: Millis }>();
  return {
    of: (store) => {
      const had = held.get(store);
      const now = clock.now();
      if (had !== undefined && now - had.since <= longestMs) return had.state;
      const state = store.getState();
      held.set(store, { state, since: now });
      return state;
    },
    renew: () => held.clear(),
  };
};
