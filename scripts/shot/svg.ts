import type { Terminal } from '@xterm/headless';
import { background, type CellStyle, foreground, styleOf } from './palette.ts';

const fontSize = 14;
/** DejaVu Sans Mono advances 0.602 em; other monospace fonts are near enough to be set on the same grid. */
const cellWidth = 8.43;
const cellHeight = 17;
const baseline = 13;
const margin = 10;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const px = (value: number): string => String(Math.round(value * 100) / 100);

interface Piece {
  readonly x: number;
  readonly y: number;
  readonly cells: number;
  readonly style: CellStyle;
  readonly chars: readonly { readonly text: string; readonly at: number }[];
}

const sameStyle = (a: CellStyle, b: CellStyle): boolean =>
  a.color === b.color &&
  a.ground === b.ground &&
  a.bold === b.bold &&
  a.italic === b.italic &&
  a.underline === b.underline;

/** The screen as runs of cells of one style. */
const piecesOf = ({ buffer, cols, rows }: Terminal): readonly Piece[] => {
  const pieces: Piece[] = [];
  for (let y = 0; y < rows; y++) {
    const line = buffer.active.getLine(buffer.active.viewportY + y);
    let open: { x: number; style: CellStyle; chars: { text: string; at: number }[] } | undefined;
    const close = (end: number): void => {
      if (open !== undefined) pieces.push({ ...open, y, cells: end - open.x });
      open = undefined;
    };
    for (let x = 0; x < cols; x++) {
      const cell = line?.getCell(x);
      // The second half of a wide character belongs to the first.
      if (cell === undefined || cell.getWidth() === 0) continue;
      const style = styleOf(cell);
      if (open === undefined || !sameStyle(open.style, style)) {
        close(x);
        open = { x, style, chars: [] };
      }
      const text = cell.getChars();
      if (text.trim() !== '') open.chars.push({ text, at: x });
    }
    close(cols);
  }
  return pieces;
};

const box = (x: number, y: number, width: number, height: number, fill: string): string =>
  `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" fill="${fill}"/>`;

const left = (x: number): number => margin + x * cellWidth;
const top = (y: number): number => margin + y * cellHeight;

const groundOf = ({ x, y, cells, style }: Piece): string =>
  style.ground === background ? '' : box(left(x), top(y), cells * cellWidth, cellHeight, style.ground);

/** Blocks are drawn as the parts of a cell that they are, so that they join whatever the font: U+2580 to U+258F, U+2591 to U+2593. */
const blockOf = (text: string, x: number, y: number, fill: string): string | undefined => {
  const code = text.codePointAt(0) ?? 0;
  const [cellLeft, cellTop] = [left(x), top(y)];
  if (code === 0x2580) return box(cellLeft, cellTop, cellWidth, cellHeight / 2, fill);
  if (code >= 0x2581 && code <= 0x2588) {
    const height = (cellHeight * (code - 0x2580)) / 8;
    return box(cellLeft, cellTop + cellHeight - height, cellWidth, height, fill);
  }
  if (code >= 0x2589 && code <= 0x258f)
    return box(cellLeft, cellTop, (cellWidth * (0x2590 - code)) / 8, cellHeight, fill);
  if (code < 0x2591 || code > 0x2593) return undefined;
  const shade = box(cellLeft, cellTop, cellWidth, cellHeight, fill);
  return shade.replace('/>', ` opacity="${(code - 0x2590) / 4}"/>`);
};

const textOf = ({ x, y, cells, style, chars }: Piece): string => {
  const drawn = chars.map(({ text, at }) => ({ text, at, block: blockOf(text, at, y, style.color) }));
  const look = [
    `fill="${style.color}"`,
    style.bold ? 'font-weight="bold"' : '',
    style.italic ? 'font-style="italic"' : '',
  ].filter((part) => part !== '');
  const whole = drawn.filter(({ block, text }) => block === undefined && text.length === 1);
  const composed = drawn.filter(({ block, text }) => block === undefined && text.length > 1);
  // Each character is put at its cell, so that the grid holds whatever the font's own widths.
  const put = (at: string, text: string): string =>
    `<text x="${at}" y="${px(top(y) + baseline)}" ${look.join(' ')}>${escaped(text)}</text>`;
  return [
    ...drawn.map(({ block }) => block ?? ''),
    whole.length === 0
      ? ''
      : put(whole.map(({ at }) => px(left(at))).join(' '), whole.map(({ text }) => text).join('')),
    ...composed.map(({ at, text }) => put(px(left(at)), text)),
    style.underline ? box(left(x), top(y) + baseline + 2, cells * cellWidth, 1, style.color) : '',
  ].join('');
};

/** The screen as an SVG picture; `cursor`: where to draw one, as columns and rows from the top left. */
export const svgOf = (
  terminal: Terminal,
  fontFamily: string,
  cursor?: { readonly x: number; readonly y: number },
): string => {
  const pieces = piecesOf(terminal);
  const width = 2 * margin + terminal.cols * cellWidth;
  const height = 2 * margin + terminal.rows * cellHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${px(width)}" height="${px(height)}" viewBox="0 0 ${px(width)} ${px(height)}">`,
    box(0, 0, width, height, background),
    ...pieces.map(groundOf).filter((part) => part !== ''),
    `<g font-family="${escaped(fontFamily)}, monospace" font-size="${fontSize}" xml:space="preserve">`,
    ...pieces.map(textOf).filter((part) => part !== ''),
    '</g>',
    cursor === undefined ? '' : box(left(cursor.x), top(cursor.y), 2, cellHeight, foreground),
    '</svg>',
  ].join('\n');
};
