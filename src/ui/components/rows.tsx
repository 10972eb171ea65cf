import { Box, Text } from 'ink';
import type { ReactNode } from 'react';

/**
 * Rows that are already styled and exactly as wide as the screen, one `<Text>` each, for terminals whose reader wants
 * Ink's own output. Elsewhere there are none here: `terminal/surface.ts` draws them.
 */
export function Rows({ lines }: { readonly lines: readonly string[] }): ReactNode {
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
