import { type Column, headLine, place, rowLine } from '../parts/table.ts';
import { fitLine, type Line, textOf } from '../text/run.ts';
import type { View } from '../view.ts';
import type { PaneRow, Sheet } from './pane.ts';

/** Outside of a screen there is room for every column. */
const sheetWidth = 200;

const cellText = <R>(column: Column<R>, row: R): string => {
  const cell = column.cell(row);
  return ('text' in cell ? cell.text : textOf(cell)).trim();
};

/** Rows as a table with every column; `title` stands where the first column has no head. */
export const sheetOf = <R extends PaneRow>(
  { pen }: View,
  title: string,
  columnsFor: (width: number) => readonly Column<R>[],
  rows: readonly R[],
): Sheet => {
  const placed = place(columnsFor(sheetWidth), sheetWidth);
  const columns = placed.map(({ column }) => column);
  const heads = columns.map(({ head }, index) => (head === '' && index === 0 ? 'STATE' : head));
  const head: Line = headLine(placed, pen.mark);
  const named = [pen.run(title.padEnd(placed[0]?.width ?? 0), 'title'), ...head.slice(1)];
  return {
    heads,
    cells: rows.map((row) => columns.map((column) => cellText(column, row))),
    lines: [named, ...rows.map((row) => rowLine(placed, row, pen.mark))].map((line) =>
      fitLine(line, sheetWidth, 'plain', pen.mark),
    ),
  };
};
