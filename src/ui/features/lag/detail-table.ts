import { lineToText, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

/** Cells of a table, with their heads; numbers of a column end below each other. */
export interface DetailColumn {
  readonly head: string;
  readonly align?: 'right';
  readonly cells: readonly StyledLine[];
  /** Without room, the column of the highest rank is left out first; absent: it never is. */
  readonly rank?: number;
}

export const textCells = (
  { pen }: RenderContext,
  texts: readonly string[],
  role: TextRole = 'plain',
): readonly StyledLine[] => texts.map((text) => [pen.run(text, text === '–' ? 'faint' : role)]);

const widthsOf = (columns: readonly DetailColumn[]): readonly number[] =>
  columns.map(({ head, cells }) => Math.max(widthOf(head), ...cells.map(lineWidth)));

/** The place of a table in cells: what stands before its lines, their room, and the gap between two columns. */
export interface TableRoom {
  readonly inset: string;
  readonly room: number;
  readonly gap: number;
}

/** The columns that `room` cells hold, with a gap between them. */
const columnsWithin = (
  columns: readonly DetailColumn[],
  room: number,
  gap: number,
): readonly DetailColumn[] => {
  const cells = widthsOf(columns).reduce((sum, width) => sum + width + gap, -gap);
  const last = Math.max(0, ...columns.map(({ rank = 0 }) => rank));
  if (cells <= room || last === 0) return columns;
  return columnsWithin(
    columns.filter(({ rank }) => rank !== last),
    room,
    gap,
  );
};

/** Renders a table with its heads; columns without a text are left out, and those that `room` cells do not hold. */
export const detailTableLines = (
  { pen }: RenderContext,
  columns: readonly DetailColumn[],
  { inset, room, gap }: TableRoom,
): readonly StyledLine[] => {
  const filled = columns.filter(({ cells }) => cells.some((cell) => lineToText(cell) !== ''));
  const shown = columnsWithin(filled, room, gap);
  const widths = widthsOf(shown);
  const row = (of: (column: DetailColumn) => StyledLine): StyledLine =>
    shown.flatMap((column, index): StyledLine => {
      const cell = of(column);
      const blanks = pen.run(' '.repeat((widths[index] ?? 0) - lineWidth(cell)));
      return [
        pen.run(index === 0 ? inset : ' '.repeat(gap)),
        ...(column.align === 'right' ? [blanks, ...cell] : [...cell, blanks]),
      ];
    });
  const count = shown[0]?.cells.length ?? 0;
  return [
    row(({ head }) => [pen.run(head, 'faint')]),
    ...Array.from({ length: count }, (_, index) => row(({ cells }) => cells[index] ?? [])),
  ];
};
