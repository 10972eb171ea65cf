import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../store/cockpit.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import type { Redraw } from './redraw.ts';

interface Watched {
  readonly cockpit: StoreApi<CockpitState>;
  facts(): FactsStore | undefined;
  across(): ReadonlyMap<string, FactsStore>;
  onOpen(listener: () => void): () => void;
  readonly clock: { every(ms: number, tick: () => void): () => void };
}

/** Draws when what is shown changes, and once a second for the ages. Follows the facts when another environment is opened, and calls `other` then. */
export const watchStores = (parts: Watched, redraw: Redraw, other: () => void): (() => void) => {
  let shown = parts.facts();
  let unsubscribes: readonly (() => void)[] = [];
  const leave = (): void => {
    for (const unsubscribe of unsubscribes) unsubscribe();
    unsubscribes = [];
  };
  const follow = (): void => {
    leave();
    const own = parts.facts();
    if (own !== shown) other();
    shown = own;
    const stores = [...(own === undefined ? [] : [own]), ...parts.across().values()];
    unsubscribes = stores.map((store) => store.subscribe(redraw.soon));
    redraw.soon();
  };
  follow();
  const others = [
    parts.cockpit.subscribe(redraw.soon),
    parts.onOpen(follow),
    parts.clock.every(1000, redraw.soon),
  ];
  return () => {
    leave();
    for (const stop of others) stop();
  };
};
