import type { Millis } from '../domain/fault.ts';

/** Facts and runs may change many times within it; they are drawn once. */
const coalesceMs = 50;

export interface Redraw {
  /** Draws at the end of this turn: for keys. */
  now(): void;
  /** Draws soon, and at most every 50 ms: for what comes from outside. */
  soon(): void;
  stop(): void;
}

/** When to draw: several reasons within one turn, or within 50 ms from outside, are one drawing. */
export const createRedraw = (
  clock: { now(): Millis; sleep(ms: Millis, signal?: AbortSignal): Promise<void> },
  draw: () => void,
): Redraw => {
  const stopped = new AbortController();
  let queued = false;
  let waiting = false;
  let lastSoon = Number.NEGATIVE_INFINITY;

  const now = (): void => {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      if (!stopped.signal.aborted) draw();
    });
  };
  const drawLate = async (ms: Millis): Promise<void> => {
    await clock.sleep(ms, stopped.signal);
    waiting = false;
    lastSoon = clock.now();
    now();
  };
  return {
    now,
    soon: () => {
      if (waiting) return;
      const wait = lastSoon + coalesceMs - clock.now();
      if (wait > 0) {
        waiting = true;
        void drawLate(wait);
        return;
      }
      lastSoon = clock.now();
      now();
    },
    stop: () => stopped.abort(),
  };
};
