import type { Millis } from '../domain/fault.ts';

/** Sources that are asked in one tick answer within about so many ms of each other: they are drawn once. */
const coalesceMs = 30;

export interface Redraw {
  /** Draws at the end of this turn: for keys. */
  now(): void;
  /** Draws 30 ms from now, with everything that has happened by then: for what comes from outside, and for the clock. */
  soon(): void;
  stop(): void;
}

/** When to draw: several reasons within one turn, or within 30 ms from outside, are one drawing. */
export const createRedraw = (
  clock: { sleep(ms: Millis, signal?: AbortSignal): Promise<void> },
  draw: () => void,
): Redraw => {
  const stopped = new AbortController();
  let queued = false;
  let waiting = false;

  const now = (): void => {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      if (!stopped.signal.aborted) draw();
    });
  };
  const drawLate = async (): Promise<void> => {
    await clock.sleep(coalesceMs, stopped.signal);
    waiting = false;
    now();
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
