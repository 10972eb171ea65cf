import { useApp } from 'ink';
import { type ReactNode, useEffect } from 'react';
import type { Canvas } from '../kit/components/canvas.ts';
import { CanvasContext } from '../kit/components/rows.tsx';
import { Cockpit } from '../shell/frame/cockpit.tsx';
import { FrameContext, type FrameStore } from '../shell/frame/frame-store.tsx';
import { type KeyListener, useKeys } from '../shell/input/use-keys.ts';
import type { SuspendTerminal } from '../shell/terminal/session.ts';

interface AppProps {
  readonly frames: FrameStore;
  /** Absent: rows are Ink's own text, for screen readers and tests. */
  readonly canvas?: Canvas | undefined;
  readonly listener: KeyListener;
  readonly onMounted: (suspend: SuspendTerminal) => void;
}

/** The root of the tree: provides the current frame and the canvas, and connects the keyboard. */
export function App({ frames, canvas, listener, onMounted }: AppProps): ReactNode {
  const { suspendTerminal } = useApp();
  useKeys(listener);
  useEffect(() => onMounted(suspendTerminal), [onMounted, suspendTerminal]);
  return (
    <CanvasContext value={canvas}>
      <FrameContext value={frames}>
        <Cockpit />
      </FrameContext>
    </CanvasContext>
  );
}
