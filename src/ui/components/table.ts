import { fitLine, fitLineMiddle, fitLineRight, type StyledLine, type StyledRun } from '../text/line.ts';
import type { TextRole } from '../theme/roles.ts';

/** A table column as data: head, width and cell content. */
export interface Column<R> {
  readonly head: string;
  readonly headRole?: TextRole;
  /** Width in cells, including at least one blank before the next column. */
  readonly width: number;
  /** Share of the remaining width. */
  readonly grow?: number;
  readonly align?: 'right';
  /** True: a text that is too long is cut in the middle and keeps its end, where similar names differ. */
  keepsEnd?(row: R): boolean;
  /** Hidden when the table is narrower than this. */
  readonly hideBelow?: number;
  /** Hidden when the table is at least this wide. */
  readonly hideFrom?: number;
  cell(row: R): StyledLine | StyledRun;
  /** The cell of a folded row, which represents several rows. */
  renderFolded?(rows: readonly R[]): StyledLine | StyledRun;
}

/** A column with its final width. */
interface PlacedColumn<R> {
  readonly column: Column<R>;
  readonly width: number;
}

/** Minimum width of a growing column in a table that is too narrow for all columns. */
const minGrowingWidth = 12;

/**
 * The columns for `width` cells. The remaining width is distributed among the growing columns; missing width is taken from
 * them.
 */
export const placeColumns = <R>(columns: readonly Column<R>[], width: number): readonly PlacedColumn<R>[] => {
  const shown = columns.filter((c) => width >= (c.hideBelow ?? 0) && width < (c.hideFrom ?? Infinity));
  const shares = shown.reduce((sum, column) => sum + (column.grow ?? 0), 0);
  let left = width - shown.reduce((sum, column) => sum + column.width, 0);
  let sharesLeft = shares;
  return shown.map((column) => {
    const grow = column.grow ?? 0;
    const share = grow === 0 ? 0 : Math.floor((left * grow) / sharesLeft);
    const extra = Math.max(share, Math.min(0, minGrowingWidth - column.width));
    left -= extra;
    sharesLeft -= grow;
    return { column, width: column.width + extra };
  });
};

/**
 * Ends the last column at `width` cells, one more than the table has: the blank after its text is also the margin of the
 * table. A right-aligned column needs the margin.
 */
export const extendLastColumn = <R>(
  placed: readonly PlacedColumn<R>[],
  width: number,
): readonly PlacedColumn<R>[] => {
  const left = width - placed.reduce((sum, one) => sum + one.width, 0);
  return placed.map((one, index) =>
    index === placed.length - 1 && one.column.align !== 'right'
      ? { ...one, width: Math.max(minGrowingWidth, one.width + left) }
      : one,
  );
};

const isRun = (cell: StyledLine | StyledRun): cell is StyledRun => 'text' in cell;
const gap: StyledRun = { text: ' ', role: 'plain' };

/** One row, with `mark` where text was cut. Numbers are right-aligned; text after a number keeps a blank. */
const rowOf = <R>(
  placed: readonly PlacedColumn<R>[],
  show: (column: Column<R>) => StyledLine | StyledRun,
  mark: string,
  keepsEnd: (column: Column<R>) => boolean = () => false,
): StyledLine =>
  placed.flatMap(({ column, width }, index): StyledLine => {
    const shown = show(column);
    const cell = isRun(shown) ? [shown] : shown;
    if (column.align === 'right') return [gap, ...fitLineRight(cell, width - 1, 'plain', mark)];
    const lead = placed[index - 1]?.column.align === 'right' ? [gap] : [];
    const fitted = keepsEnd(column) ? fitLineMiddle : fitLine;
    return [...lead, ...fitted(cell, width - 1 - lead.length, 'plain', mark), gap];
  });

/** The line of one row, cell by cell. */
export const tableRowLine = <R>(placed: readonly PlacedColumn<R>[], row: R, mark: string): StyledLine =>
  rowOf(
    placed,
    (column) => column.cell(row),
    mark,
    (column) => column.keepsEnd?.(row) === true,
  );

/** The line of a folded row. */
export const foldedRowLine = <R>(
  placed: readonly PlacedColumn<R>[],
  rows: readonly R[],
  mark: string,
): StyledLine => rowOf(placed, (column) => column.renderFolded?.(rows) ?? [], mark);

/** The header line of the table. */
export const tableHeaderLine = <R>(placed: readonly PlacedColumn<R>[], mark: string): StyledLine =>
  rowOf(placed, (column) => ({ text: column.head, role: column.headRole ?? 'faint' }), mark);
