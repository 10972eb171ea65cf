import type { StoreApi } from 'zustand/vanilla';
import type { Millis } from '../../../domain/base/fault.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { FactsStore } from '../../../store/facts-store.ts';

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
/** From this drawing time on, the next frame is prepared in slices of about `sliceMs`, between which keys are handled. */
const longDrawingMs: Millis = 8;
const sliceMs: Millis = 4;

/** The schedule for drawing data. */
interface DataDrawing {
  /** Computes what the next frame needs, step by step, while the visible frame stays. */
  prepare(): Iterable<void>;
  /** Called right before data is drawn. */
  renew(): void;
}

/** Creates the scheduler. Requests within one turn, or within 30 ms for data, are drawn once. */
export const createRedrawScheduler = (
  clock: { now(): Millis; sleep(ms: Millis, signal?: AbortSignal): Promise<void> },
  draw: () => void,
  { prepare, renew }: DataDrawing,
): RedrawScheduler => {
  const stopped = new AbortController();
  let queued = false;
  let waiting = false;
  let preparing = false;
  let drawingMs = 0;

  const now = (): void => {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      if (!stopped.signal.aborted) draw();
    });
  };
  /** Prepares the frame in slices, and returns the time spent, in ms. */
  const prepareInSlices = async (): Promise<Millis> => {
    let spent = 0;
    let began = clock.now();
    for (const _ of prepare()) {
      const slice = clock.now() - began;
      if (slice < sliceMs) continue;
      spent += slice;
      // Lets the keys through that have arrived meanwhile.
      await clock.sleep(0, stopped.signal);
      if (stopped.signal.aborted) break;
      began = clock.now();
    }
    return spent + clock.now() - began;
  };
  const drawLate = async (): Promise<void> => {
    const delay = Math.min(maxDelayMs, Math.max(coalesceMs, delayPerDrawing * drawingMs));
    await clock.sleep(delay, stopped.signal);
    waiting = false;
    if (stopped.signal.aborted) return;
    preparing = drawingMs >= longDrawingMs;
    const preparedMs = preparing ? await prepareInSlices() : 0;
    preparing = false;
    if (stopped.signal.aborted) return;
    renew();
    const began = clock.now();
    draw();
    drawingMs = preparedMs + clock.now() - began;
    // Changes during the preparation are not in this frame.
    if (waiting) void drawLate();
  };
  return {
    now,
    soon: () => {
      if (waiting) return;
      waiting = true;
      if (!preparing) void drawLate();
    },
    stop: () => stopped.abort(),
  };
};
