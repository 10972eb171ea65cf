import { type Column, place } from '../parts/table.ts';
import { textOf } from '../text/run.ts';
import type { PaneRow, Sheet } from './pane.ts';

/** Outside of a screen there is room for every column. */
const sheetWidth = 200;

const cellText = <R>(column: Column<R>, row: R): string => {
  const cell = column.cell(row);
  return ('text' in cell ? cell.text : textOf(cell)).trim();
};

/** Rows as a table with every column. */
export const sheetOf = <R extends PaneRow>(
  columnsFor: (width: number) => readonly Column<R>[],
  rows: readonly R[],
): Sheet => {
  const placed = place(columnsFor(sheetWidth), sheetWidth);
  const columns = placed.map(({ column }) => column);
  const heads = columns.map(({ head }, index) => (head === '' && index === 0 ? 'STATE' : head));
  return {
    heads,
    cells: rows.map((row) => columns.map((column) => cellText(column, row))),
  };
};
