import type { Terminal } from '@xterm/headless';
import { renderSvg, type SvgDocument, type TextStrip } from '../../src/ui/kit/picture/svg.ts';
import { background, type CellStyle, foreground, styleOf } from './palette.ts';

const sameStyle = (a: CellStyle, b: CellStyle): boolean =>
  a.color === b.color &&
  a.ground === b.ground &&
  a.bold === b.bold &&
  a.italic === b.italic &&
  a.underline === b.underline;

const stripOf = (
  x: number,
  y: number,
  style: CellStyle,
  texts: readonly string[],
  cells: number,
): TextStrip => ({
  x,
  y,
  cells,
  text: texts.join(''),
  fill: style.color,
  ground: style.ground === background ? undefined : style.ground,
  bold: style.bold,
  italic: style.italic,
  underline: style.underline,
});

/** Splits a row into runs of cells with equal style. Blanks take the preceding style if only the background would differ. */
const stripsOf = ({ buffer, cols }: Terminal, y: number): readonly TextStrip[] => {
  const line = buffer.active.getLine(buffer.active.viewportY + y);
  const strips: TextStrip[] = [];
  let open: { x: number; style: CellStyle; texts: string[] } | undefined;
  const close = (end: number): void => {
    if (open !== undefined) strips.push(stripOf(open.x, y, open.style, open.texts, end - open.x));
  };
  for (let x = 0; x < cols; x++) {
    const cell = line?.getCell(x);
    // The second half of a wide character belongs to the first.
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() || ' ';
    const own = styleOf(cell);
    const looksAlike =
      text === ' ' && !own.underline && open?.style.underline === false && own.ground === open.style.ground;
    const style = looksAlike && open !== undefined ? open.style : own;
    if (open === undefined || !sameStyle(open.style, style)) {
      close(x);
      open = { x, style, texts: [] };
    }
    open.texts.push(text);
  }
  close(cols);
  return strips;
};

/** The cursor, as a thin block over its cell. */
const cursorStrip = ({ x, y }: { readonly x: number; readonly y: number }): TextStrip => ({
  x,
  y,
  cells: 1,
  text: '▎',
  fill: foreground,
});

/** The rows of the screen, each as runs of cells. */
export const screenStrips = (terminal: Terminal): readonly (readonly TextStrip[])[] =>
  Array.from({ length: terminal.rows }, (_, y) => stripsOf(terminal, y));

/** The screen as an SVG image; `cursor`: position in columns and rows from the upper left corner. */
export const svgOf = (
  terminal: Terminal,
  sheet: Pick<SvgDocument, 'title' | 'font'>,
  cursor?: { readonly x: number; readonly y: number },
): string => {
  return renderSvg({ ...sheet, columns: terminal.cols, rows: terminal.rows, ground: background }, [
    ...screenStrips(terminal).flat(),
    ...(cursor === undefined ? [] : [cursorStrip(cursor)]),
  ]);
};
