import { createContext, useContext, useMemo } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Theme } from '../../kit/theme/theme.ts';
import type { KeyContext } from '../contract/pane.ts';

/** Everything that one drawing of the screen depends on. */
export interface Frame {
  readonly context: KeyContext;
  readonly theme: Theme;
  /** True: no color is available. */
  readonly mono: boolean;
}

/** Holds the current frame. Components select from it and render again only when their selection has changed. */
export type FrameStore = StoreApi<Frame>;

export const createFrameStore = (first: Frame): FrameStore => createStore<Frame>()(() => first);

export const FrameContext = createContext<FrameStore | undefined>(undefined);

/** Merges a selection with the last one: returns `before` if they are equal. */
type Reconcile<T> = (before: T | undefined, now: T) => T;

/** Computes a selection once per frame and keeps its identity while it is equal. */
const createSelector = <T,>(select: (frame: Frame) => T, reconcile: Reconcile<T>): ((frame: Frame) => T) => {
  let last: { readonly frame: Frame; readonly selected: T } | undefined;
  return (frame) => {
    if (last?.frame !== frame) last = { frame, selected: reconcile(last?.selected, select(frame)) };
    return last.selected;
  };
};

const replace = <T,>(_: T | undefined, now: T): T => now;

/**
 * Selects from the current frame. `select` and `reconcile` must be stable: declare them outside the component or memoize
 * them.
 */
export const useFrame = <T,>(select: (frame: Frame) => T, reconcile: Reconcile<T> = replace): T => {
  const store = useContext(FrameContext);
  if (store === undefined) throw new Error('no frame store: render inside FrameContext');
  const selector = useMemo(() => createSelector(select, reconcile), [select, reconcile]);
  return useStore(store, selector);
};
