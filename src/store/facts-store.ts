import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Millis } from '../domain/fault.ts';
import type { FactsChange, FactsFrame, FactsState } from './facts.ts';
import { fold } from './fold.ts';

/** The facts of one environment, outside React. */
export type FactsStore = StoreApi<FactsState> & {
  /** Folds everything of one tick into the state, with one notification. */
  apply(changes: readonly FactsChange[], now: Millis): void;
};

/** An environment's facts before anything was read. */
export const createFacts = (frame: FactsFrame): FactsStore => {
  const store = createStore<FactsState>()(() => ({
    frame,
    feeds: {},
    verdicts: {},
    since: {},
    history: {},
    past: {},
  }));
  return {
    ...store,
    apply: (changes, now) => {
      if (changes.length > 0) store.setState((state) => fold(state, changes, now), true);
    },
  };
};
