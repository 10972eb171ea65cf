import type { Column } from '../../kit/components/table.ts';
import { lineToText } from '../../kit/text/line.ts';
import type { ExportTable, PaneRow } from '../contract/pane-row.ts';

/** Table width for exports, wide enough for every column. */
export const sheetWidth = 200;

const cellText = <R>(column: Column<R>, row: R): string => {
  const cell = column.cell(row);
  // Blanks align the parts of a cell on the screen.
  return ('text' in cell ? cell.text : lineToText(cell)).trim().replaceAll(/ {2,}/g, ' ');
};

/** Rows as a table with all of these columns. */
export const sheetOf = <R extends PaneRow>(chosen: readonly Column<R>[], rows: readonly R[]): ExportTable => {
  const columns = chosen.filter(({ hideFrom }) => sheetWidth < (hideFrom ?? Infinity));
  const heads = columns.map(({ head, name = '' }, index) => {
    if (head !== '' || name !== '') return head === '' ? name : head;
    return index === 0 ? 'STATE' : '';
  });
  return {
    heads,
    cells: rows.map((row) => columns.map((column) => cellText(column, row))),
  };
};
