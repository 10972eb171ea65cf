import { PassThrough } from 'node:stream';
import { type Instance, render } from 'ink';
import { createCanvas } from '../../src/ui/kit/components/canvas.ts';
import { CanvasContext } from '../../src/ui/kit/components/rows.tsx';
import type { StyledRow } from '../../src/ui/kit/text/ansi.ts';
import { Cockpit } from '../../src/ui/shell/frame/cockpit.tsx';
import {
  createFrameStore,
  type Frame,
  FrameContext,
  type FrameStore,
} from '../../src/ui/shell/frame/frame-store.tsx';

/** A terminal that only has a size. */
const sizedStdout = (size: { readonly columns: number; readonly rows: number }): NodeJS.WriteStream => {
  const stream = new PassThrough();
  stream.resume();
  // Ink reads only these members of a write stream.
  return Object.defineProperties(stream, {
    columns: { get: () => size.columns },
    rows: { get: () => size.rows },
    isTTY: { value: true },
  }) as unknown as NodeJS.WriteStream;
};

/** Renders frames through the whole component tree, without a terminal: the rows that would be painted. */
export const createFrameRenderer = (): ((frame: Frame) => readonly StyledRow[]) => {
  const canvas = createCanvas(() => {});
  const size = { columns: 80, rows: 24 };
  let mounted:
    | { readonly frames: FrameStore; readonly ink: Instance; readonly root: React.ReactNode }
    | undefined;
  return (frame) => {
    const { columns, rows } = frame.context.view;
    Object.assign(size, { columns, rows });
    if (mounted === undefined) {
      const frames = createFrameStore(frame);
      const root = (
        <CanvasContext value={canvas}>
          <FrameContext value={frames}>
            <Cockpit />
          </FrameContext>
        </CanvasContext>
      );
      const ink = render(root, { stdout: sizedStdout(size), patchConsole: false, interactive: false });
      ink.waitUntilExit().catch(() => {});
      mounted = { frames, ink, root };
    } else {
      mounted.frames.setState(frame, true);
      mounted.ink.rerender(mounted.root);
    }
    return canvas.compose();
  };
};
