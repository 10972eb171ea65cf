import type { Column } from '../components/table.ts';
import { lineToText } from '../text/line.ts';
import type { ExportTable, PaneRow } from './pane-row.ts';

/** Table width for exports, wide enough for every column. */
export const sheetWidth = 200;

const cellText = <R>(column: Column<R>, row: R): string => {
  const cell = column.cell(row);
  return ('text' in cell ? cell.text : lineToText(cell)).trim();
};

/** Rows as a table with all of these columns. */
export const sheetOf = <R extends PaneRow>(chosen: readonly Column<R>[], rows: readonly R[]): ExportTable => {
  const columns = chosen.filter(({ hideFrom }) => sheetWidth < (hideFrom ?? Infinity));
  const heads = columns.map(({ head }, index) => (head === '' && index === 0 ? 'STATE' : head));
  return {
    heads,
    cells: rows.map((row) => columns.map((column) => cellText(column, row))),
  };
};
