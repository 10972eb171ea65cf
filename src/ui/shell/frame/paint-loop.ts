import type { Millis } from '../../../domain/base/fault.ts';
import { type Canvas, createCanvas } from '../../kit/components/canvas.ts';
import { createRowWatch } from '../changes/row-watch.ts';
import type { KeyContextProvider, RenderedFacts } from '../context/key-context.ts';
import type { UiStore } from '../contract/model.ts';
import { currentActiveKeys } from '../keys/dispatch.ts';
import { noteFrame } from '../keys/seen-frame.ts';
import type { PaintedFrame } from '../recording/format.ts';
import { createRedrawScheduler, type RedrawScheduler } from '../terminal/redraw-scheduler.ts';
import type { TerminalSurface } from '../terminal/surface.ts';
import { createFrameStore, type Frame, type FrameStore } from './frame-store.tsx';
import { prepareFrame } from './prepare-frame.ts';

interface PaintLoopParts {
  readonly model: UiStore;
  readonly clock: { now(): Millis; sleep(ms: Millis, signal?: AbortSignal): Promise<void> };
  /** Absent: Ink writes the rows to the terminal. */
  readonly surface: TerminalSurface | undefined;
  /** The present size of the terminal. */
  readonly size: { readonly columns: number };
  /** The facts of the visible frame. */
  readonly onScreen: RenderedFacts;
  readonly currentContext: KeyContextProvider;
  theme(): Pick<Frame, 'theme' | 'mono'>;
  /** Receives every painted frame. */
  readonly painted?: ((frame: PaintedFrame) => void) | undefined;
  /** Receives the error of a frame that cannot be drawn. */
  failed(error: unknown): void;
}

export interface PaintLoop {
  readonly frames: FrameStore;
  readonly canvas: Canvas | undefined;
  readonly redraw: RedrawScheduler;
  /** Called when React has mounted the tree. `flush` renders the components whose selection has changed. */
  mounted(flush: () => void): void;
  /** Draws the current frame at once. */
  draw(): void;
  stop(): void;
}

/** Creates the loop that draws frames: into their store, through React into the canvas, and from there to the terminal. */
export const createPaintLoop = (parts: PaintLoopParts): PaintLoop => {
  const { model, clock, surface, size, onScreen, currentContext } = parts;
  let isStopped = false;
  let hasNewData = false;
  let paintQueued = false;
  let flush = (): void => {};

  const currentFrame = (): Frame => ({ context: currentContext(), ...parts.theme() });
  const frames = createFrameStore(currentFrame());

  const paint = (): void => {
    if (canvas === undefined) return;
    const rows = canvas.compose();
    surface?.show(rows);
    // The tree is empty while the UI ends.
    if (isStopped) return;
    const { context, theme } = frames.getState();
    const { maskText: mask, shared: isShared } = context.view.pen;
    parts.painted?.({ rows, columns: size.columns, isLight: theme.isLight, isShared, mask });
  };
  // A component that changes on its own is painted at the end of the turn.
  const paintSoon = (): void => {
    if (paintQueued) return;
    paintQueued = true;
    queueMicrotask(() => {
      paintQueued = false;
      paint();
    });
  };
  const canvas = surface === undefined ? undefined : createCanvas(paintSoon);

  /** The frame to draw. New data may change what is marked, and end a hold of the row order. */
  const nextFrame = (): Frame => {
    const frame = currentFrame();
    if (!hasNewData) return frame;
    hasNewData = false;
    return rowWatch.observe(frame.context.view) ? currentFrame() : frame;
  };
  /** The frame to draw, which the next key is meant for. */
  const frameToShow = (): Frame => {
    const frame = nextFrame();
    noteFrame(frame.context, currentActiveKeys(frame.context));
    return frame;
  };
  const draw = (): void => {
    try {
      frames.setState(frameToShow(), true);
      // So that a key is answered in its own turn.
      flush();
      paint();
    } catch (error) {
      parts.failed(error);
    }
  };
  const redraw = createRedrawScheduler(clock, draw, {
    prepare: () => prepareFrame(() => currentContext.viewOf(onScreen.prepare())),
    renew: () => {
      onScreen.renew();
      hasNewData = true;
    },
  });
  const rowWatch = createRowWatch({ model, clock, redraw: redraw.soon });

  return {
    frames,
    canvas,
    redraw,
    mounted: (render) => {
      flush = render;
    },
    draw,
    stop: () => {
      isStopped = true;
      rowWatch.stop();
      redraw.stop();
    },
  };
};
