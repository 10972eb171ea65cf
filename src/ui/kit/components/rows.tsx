import { Box, type DOMElement, Text } from 'ink';
import { createContext, memo, type ReactNode, useContext, useLayoutEffect, useRef } from 'react';
import { rowToAnsi, type StyledRow } from '../text/ansi.ts';
import type { Canvas } from './canvas.ts';

/** The canvas of the screen. Absent: rows are rendered as Ink's own `<Text>`, for screen readers and tests. */
export const CanvasContext = createContext<Canvas | undefined>(undefined);

interface RowsProps {
  readonly rows: readonly StyledRow[];
  /** Width of every row in cells. */
  readonly width: number;
  /** Height in rows; default: the number of rows. */
  readonly height?: number;
}

/** Rows as a box of the layout, whose content goes to the canvas. */
function CanvasRows({
  rows,
  width,
  height = rows.length,
  canvas,
}: RowsProps & { readonly canvas: Canvas }): ReactNode {
  const box = useRef<DOMElement>(null);
  useLayoutEffect(() => {
    if (box.current !== null) canvas.place(box.current, { rows: rows.slice(0, height), width });
  }, [canvas, rows, width, height]);
  useLayoutEffect(() => {
    const { current: node } = box;
    return () => {
      if (node !== null) canvas.remove(node);
    };
  }, [canvas]);
  return <Box ref={box} width={width} height={height} flexShrink={0} />;
}

/** Rows as Ink's own text. */
function TextRows({ rows, width, height = rows.length }: RowsProps): ReactNode {
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      {rows.slice(0, height).map((row, index) => (
        // A row is identified only by its position on the screen.
        // biome-ignore lint/suspicious/noArrayIndexKey: the position is the identity
        <Text key={index} wrap="truncate">
          {rowToAnsi(row)}
        </Text>
      ))}
    </Box>
  );
}

/** The leaf of every component: rows of styled cells, laid out as one box of exactly this size. */
export const Rows = memo((props: RowsProps): ReactNode => {
  const canvas = useContext(CanvasContext);
  return canvas === undefined ? <TextRows {...props} /> : <CanvasRows {...props} canvas={canvas} />;
});
Rows.displayName = 'Rows';

/** Keeps the identity of unchanged rows, so that only changed ones are composed and written. */
export const reconcileRows = (
  before: readonly StyledRow[] | undefined,
  now: readonly StyledRow[],
): readonly StyledRow[] => {
  if (before === undefined || before === now) return now;
  let changed = before.length !== now.length;
  const rows = now.map((row, index) => {
    const had = before[index];
    if (had !== undefined && sameRow(had, row)) return had;
    changed = true;
    return row;
  });
  return changed ? rows : before;
};

const sameRow = (a: StyledRow, b: StyledRow): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((piece, index) => piece.text === b[index]?.text && piece.style === b[index]?.style));
