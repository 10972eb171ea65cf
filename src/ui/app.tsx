import { Box, Text, useApp } from 'ink';
import { type ReactNode, useEffect } from 'react';
import { type KeyListener, useKeys } from './keys/use-keys.ts';

/**
 * Renders styled rows of exactly the screen's width, one `<Text>` each, for screen readers and tests that need
 * Ink's own output. Otherwise the list is empty and `terminal/surface.ts` draws the rows.
 */
function Rows({ lines }: { readonly lines: readonly string[] }): ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // A row is identified only by its position on the screen.
        // biome-ignore lint/suspicious/noArrayIndexKey: the position is the identity
        <Text key={index} wrap="truncate">
          {line}
        </Text>
      ))}
    </Box>
  );
}

/** Releases the terminal temporarily; `resume` takes it back and redraws the whole screen. */
export type SuspendTerminal = () => Promise<{ resume(): Promise<void> }>;

interface AppProps {
  /** The screen, row by row. */
  readonly lines: readonly string[];
  readonly listener: KeyListener;
  readonly onMounted: (suspend: SuspendTerminal) => void;
}

/** Connects the key listener and renders the rows. Their content is computed outside React. */
export function App({ lines, listener, onMounted }: AppProps): ReactNode {
  const { suspendTerminal } = useApp();
  useKeys(listener);
  useEffect(() => onMounted(suspendTerminal), [onMounted, suspendTerminal]);
  return <Rows lines={lines} />;
}
