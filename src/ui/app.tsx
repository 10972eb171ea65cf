import { useApp } from 'ink';
import { type ReactNode, useEffect } from 'react';
import { Rows } from './components/rows.tsx';
import { type KeyListener, useKeys } from './keys/use-keys.ts';

/** Hands the terminal over for a while; `resume` takes it back and draws the whole screen again. */
export type Suspend = () => Promise<{ resume(): Promise<void> }>;

interface AppProps {
  /** The screen, row by row. */
  readonly lines: readonly string[];
  readonly listener: KeyListener;
  readonly onMounted: (suspend: Suspend) => void;
}

/** The shell around the frame: it hears the keys and shows the rows. What they say is decided outside React. */
export function App({ lines, listener, onMounted }: AppProps): ReactNode {
  const { suspendTerminal } = useApp();
  useKeys(listener);
  useEffect(() => onMounted(suspendTerminal), [onMounted, suspendTerminal]);
  return <Rows lines={lines} />;
}
