import { Box, Text, useApp } from 'ink';
import { type ReactNode, useEffect } from 'react';
import { type KeyListener, useKeys } from './keys/use-keys.ts';

/**
 * Rows that are already styled and exactly as wide as the screen, one `<Text>` each, for terminals whose reader wants
 * Ink's own output. Elsewhere there are none here: `terminal/surface.ts` draws them.
 */
function Rows({ lines }: { readonly lines: readonly string[] }): ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // A row has no identity but its place on the screen.
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
        <Text key={index} wrap="truncate">
          {line}
        </Text>
      ))}
    </Box>
  );
}

/** Hands the terminal over for a while; `resume` takes it back and draws the whole screen again. */
export type SuspendTerminal = () => Promise<{ resume(): Promise<void> }>;

interface AppProps {
  /** The screen, row by row. */
  readonly lines: readonly string[];
  readonly listener: KeyListener;
  readonly onMounted: (suspend: SuspendTerminal) => void;
}

/** The shell around the frame: it hears the keys and shows the rows. What they say is decided outside React. */
export function App({ lines, listener, onMounted }: AppProps): ReactNode {
  const { suspendTerminal } = useApp();
  useKeys(listener);
  useEffect(() => onMounted(suspendTerminal), [onMounted, suspendTerminal]);
  return <Rows lines={lines} />;
}
