import type { Graphs } from '../../../domain/profile/settings.ts';
import { sparkSteps } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';
import { type ChartScale, rowOfValue } from './scale.ts';

/** The bits of a braille cell by column and row, row 0 at the top. Source: Unicode, Braille Patterns. */
const brailleBits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const brailleBlank = 0x2800;

const grids: Readonly<Record<Graphs, { readonly across: number; readonly down: number }>> = {
  braille: { across: 2, down: 4 },
  blocks: { across: 1, down: sparkSteps[0].length },
  ascii: { across: 1, down: 1 },
};

/** Dots per cell. */
export const dotsPerCell = (graphs: Graphs): { readonly across: number; readonly down: number } =>
  grids[graphs];

/** The style of a line. A dotted line has one dot per cell, without connections. */
export interface LineStyle {
  readonly role: TextRole;
  /** The role of a value beyond a limit; undefined: that of the line. */
  readonly breach?: (value: number) => TextRole | undefined;
  readonly dotted: boolean;
  /** The character of the line in ASCII. */
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
  /** The lowest cell of a column that a line passes, and its row; undefined: none. */
  lowest(column: number): { readonly row: number; readonly role: TextRole } | undefined;
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

const bitOf = (graphs: Graphs, x: number, y: number): number => {
  if (graphs === 'braille') return brailleBits[x % 2]?.[3 - (y % 4)] ?? 0;
  return graphs === 'blocks' ? 1 << (y % grids.blocks.down) : 1;
};

const textOf = (graphs: Graphs, bits: number, { ascii }: LineStyle): string => {
  if (graphs === 'ascii') return ascii;
  if (graphs === 'braille') return String.fromCodePoint(brailleBlank + bits);
  // The highest dot of the cell: a connection is as high as the cell.
  return sparkSteps[0].charAt(31 - Math.clz32(bits));
};

/** Creates an empty plot area of `width` × `height` cells. */
export const createRaster = (width: number, height: number, graphs: Graphs): Raster => {
  const { across, down } = dotsPerCell(graphs);
  const bits = new Uint8Array(width * height);
  const drawn: ({ readonly style: LineStyle; readonly role: TextRole } | undefined)[] = Array.from({
    length: width * height,
  });
  return {
    draw: (values, scale, style) => {
      const rows = Array.from(values, (value) =>
        Number.isNaN(value) ? undefined : rowOfValue(value, scale, height * down),
      );
      const plain = { style, role: style.role };
      for (const [x, y] of rows.entries()) {
        const role = y === undefined ? undefined : style.breach?.(values[x] ?? Number.NaN);
        const cell = role === undefined ? plain : { style, role };
        for (const position of columnDots(y, rows[x - 1], style.dotted, x % across === 0)) {
          const index = Math.floor(position / down) * width + Math.floor(x / across);
          bits[index] = (bits[index] ?? 0) | bitOf(graphs, x, position);
          drawn[index] = cell;
        }
      }
    },
    cell: (column, row) => {
      const index = row * width + column;
      const cell = drawn[index];
      return cell === undefined
        ? undefined
        : { text: textOf(graphs, bits[index] ?? 0, cell.style), role: cell.role };
    },
    lowest: (column) => {
      for (let row = 0; row < height; row++) {
        const cell = drawn[row * width + column];
        if (cell !== undefined) return { row, role: cell.role };
      }
      return undefined;
    },
  };
};
