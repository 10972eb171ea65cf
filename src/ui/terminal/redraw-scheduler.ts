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

/** Redraws on every change, and once a second for ages. Subscribes to the new facts when another environment opens, and calls `other`. */
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

/** Responses to polls of the same tick usually arrive within this time, in ms; they are drawn together. */
const coalesceMs = 30;

export interface RedrawScheduler {
  /** Draws at the end of the current turn; for keys. */
  now(): void;
  /** Draws 30 ms from now (later if drawing is slow) with all changes until then; for data and the clock. */
  soon(): void;
  stop(): void;
}

/** The delay of data redraws as a multiple of the last drawing time, so that most of the time is free for keys. */
const delayPerDrawing = 3;
/** Maximum delay of data redraws, so that changes appear promptly. */
const maxDelayMs: Millis = 300;

/**
 * Creates the scheduler. Requests within one turn, or within 30 ms for data, are drawn once. `renew` is called before data
 * is drawn.
 */
export const createRedrawScheduler = (
  clock: { now(): Millis; sleep(ms: Millis, signal?: AbortSignal): Promise<void> },
  draw: () => void,
  renew: () => void,
): RedrawScheduler => {
  const stopped = new AbortController();
  let queued = false;
  let waiting = false;
  let delayMs = coalesceMs;

  const now = (): void => {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      if (!stopped.signal.aborted) draw();
    });
  };
  const drawLate = async (): Promise<void> => {
    await clock.sleep(delayMs, stopped.signal);
    waiting = false;
    if (stopped.signal.aborted) return;
    renew();
    const began = clock.now();
    draw();
    delayMs = Math.min(maxDelayMs, Math.max(coalesceMs, delayPerDrawing * (clock.now() - began)));
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
