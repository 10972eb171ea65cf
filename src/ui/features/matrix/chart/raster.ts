import type { TextRole } from '../../../kit/theme/roles.ts';
import { type ChartScale, rowOfValue } from '../../signals/scale.ts';

/** The bits of a braille cell by column and row, row 0 at the top. Source: Unicode, Braille Patterns. */
const brailleBits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const brailleBlank = 0x2800;

/** Dots per cell: braille has 2 × 4, ASCII one character. */
export const dotsPerCell = (ascii: boolean): { readonly across: number; readonly down: number } =>
  ascii ? { across: 1, down: 1 } : { across: 2, down: 4 };

/** The style of a line. A dotted line has one dot per cell, without connections. */
export interface LineStyle {
  readonly role: TextRole;
  readonly dotted: boolean;
  /** The character of the line where there is no braille. */
  readonly ascii: string;
}

/** A drawn cell. */
interface RasterCell {
  readonly text: string;
  readonly role: TextRole;
}

/** The plot area: lines of dots. Where lines cross, the one drawn last gives the cell its role. */
export interface Raster {
  /** Draws one value per dot column; NaN is a gap. */
  draw(values: Float64Array, scale: ChartScale, style: LineStyle): void;
  /** The cell at a column and a row, row 0 at the bottom; undefined: empty. */
  cell(column: number, row: number): RasterCell | undefined;
}

/** The dots of a line in one column: its value, and the connection with the value before, which has its own dot. */
const columnDots = (
  y: number | undefined,
  before: number | undefined,
  isDotted: boolean,
  isFirstOfCell: boolean,
): readonly number[] => {
  if (y === undefined || (isDotted && !isFirstOfCell)) return [];
  if (isDotted || before === undefined || before === y) return [y];
  const step = before < y ? 1 : -1;
  return Array.from({ length: Math.abs(y - before) }, (_, index) => before + step * (index + 1));
};

/** Creates an empty plot area of `width` × `height` cells. */
export const createRaster = (width: number, height: number, ascii: boolean): Raster => {
  const { across, down } = dotsPerCell(ascii);
  const bits = new Uint8Array(width * height);
  const styles: (LineStyle | undefined)[] = Array.from({ length: width * height });

  const dot = (x: number, y: number, style: LineStyle): void => {
    const index = Math.floor(y / down) * width + Math.floor(x / across);
    bits[index] = (bits[index] ?? 0) | (ascii ? 1 : (brailleBits[x % 2]?.[3 - (y % 4)] ?? 0));
    styles[index] = style;
  };

  return {
    draw: (values, scale, style) => {
      const rows = Array.from(values, (value) =>
        Number.isNaN(value) ? undefined : rowOfValue(value, scale, height * down),
      );
      for (const [x, y] of rows.entries())
        for (const position of columnDots(y, rows[x - 1], style.dotted, x % across === 0))
          dot(x, position, style);
    },
    cell: (column, row) => {
      const index = row * width + column;
      const drawn = bits[index] ?? 0;
      const style = styles[index];
      if (drawn === 0 || style === undefined) return undefined;
      return {
        text: ascii ? style.ascii : String.fromCodePoint(brailleBlank + drawn),
        role: style.role,
      };
    },
  };
};
