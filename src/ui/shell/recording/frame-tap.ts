import type { PaintedFrame } from './format.ts';

/** Passes painted frames on to those who record or follow the screen. */
export interface FrameTap {
  paint(frame: PaintedFrame): void;
  /** The newest frame; undefined before the first. */
  newest(): PaintedFrame | undefined;
  /** Calls the listener with every frame from now on, the newest one at once. Returns an unsubscribe function. */
  listen(listener: (frame: PaintedFrame) => void): () => void;
}

/** Creates a tap without listeners: a frame then costs one assignment. */
export const createFrameTap = (): FrameTap => {
  const listeners = new Set<(frame: PaintedFrame) => void>();
  let newest: PaintedFrame | undefined;
  return {
    paint: (frame) => {
      newest = frame;
      for (const listener of listeners) listener(frame);
    },
    newest: () => newest,
    listen: (listener) => {
      listeners.add(listener);
      if (newest !== undefined) listener(newest);
      return () => listeners.delete(listener);
    },
  };
};
