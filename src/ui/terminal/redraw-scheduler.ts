import type { StoreApi } from 'zustand/vanilla';
import type { Millis } from '../../domain/fault.ts';
import type { CockpitState } from '../../store/cockpit.ts';
import type { FactsStore } from '../../store/facts-store.ts';

interface WatchStoresOptions {
  readonly cockpit: StoreApi<CockpitState>;
  facts(): FactsStore | undefined;
  across(): ReadonlyMap<string, FactsStore>;
  onOpen(listener: () => void): () => void;
  readonly clock: { every(ms: number, tick: () => void): () => void };
}

/** Draws when what is shown changes, and once a second for the ages. Follows the facts when another environment is opened, and calls `other` then. */
export const redrawOnChange = (
  parts: WatchStoresOptions,
  redraw: RedrawScheduler,
  other: () => void,
): (() => void) => {
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

/** Sources that are asked in one tick answer within about so many ms of each other: they are drawn once. */
const coalesceMs = 30;

export interface RedrawScheduler {
  /** Draws at the end of this turn: for keys. */
  now(): void;
  /** Draws 30 ms from now (later where drawing is slow), with everything that has happened by then: for what comes from outside, and for the clock. */
  soon(): void;
  stop(): void;
}

/** What comes from outside waits this many times as long as it took to draw it last, so that keys find us idle. */
const restPerDrawing = 3;
/** But never longer than this: facts are seen to move. */
const longestRestMs: Millis = 300;

/**
 * When to draw: several reasons within one turn, or within 30 ms from outside, are one drawing. `renew` is called
 * before what has come from outside is drawn.
 */
export const createRedrawScheduler = (
  clock: { now(): Millis; sleep(ms: Millis, signal?: AbortSignal): Promise<void> },
  draw: () => void,
  renew: () => void,
): RedrawScheduler => {
  const stopped = new AbortController();
  let queued = false;
  let waiting = false;
  let restMs = coalesceMs;

  const now = (): void => {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      if (!stopped.signal.aborted) draw();
    });
  };
  const drawLate = async (): Promise<void> => {
    await clock.sleep(restMs, stopped.signal);
    waiting = false;
    if (stopped.signal.aborted) return;
    renew();
    const began = clock.now();
    draw();
    restMs = Math.min(longestRestMs, Math.max(coalesceMs, restPerDrawing * (clock.now() - began)));
  };
  return {
    now,
    soon: () => {
      if (waiting) return;
      waiting = true;
      void drawLate();
    },
    stop: () => stopped.abort(),
  };
};
