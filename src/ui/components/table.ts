import { fitLine, fitLineMiddle, fitLineRight, type StyledLine, type StyledRun } from '../text/line.ts';
import { widthOf } from '../text/width.ts';
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
  /** A column of names. True: a name that is too long is cut in the middle at a word and keeps its end, where similar names differ. */
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

const isRun = (cell: StyledLine | StyledRun): cell is StyledRun => 'text' in cell;

/** No column is wider; the rest of a longer text is not measured. */
const maxMeasuredLength = 300;

const runWidth = ({ text }: StyledRun): number =>
  widthOf(text.length > maxMeasuredLength ? text.slice(0, maxMeasuredLength) : text);

const cellWidth = (cell: StyledLine | StyledRun): number =>
  isRun(cell) ? runWidth(cell) : cell.reduce((sum, run) => sum + runWidth(run), 0);

/** The columns that a table of `width` cells shows. */
const shownColumns = <R>(columns: readonly Column<R>[], width: number): readonly Column<R>[] =>
  columns.filter((c) => width >= (c.hideBelow ?? 0) && width < (c.hideFrom ?? Infinity));

/** Cells between a column and its neighbors: one blank after it, and one before text that follows a number. */
const gapsOf = <R>(columns: readonly Column<R>[], index: number): number =>
  columns[index]?.align !== 'right' && columns[index - 1]?.align === 'right' ? 2 : 1;

/** The cells of a row, by column. */
type RowCells = readonly (StyledLine | StyledRun)[];

/** Width of the widest content of each column, head included, with its gaps. */
const contentWidths = <R>(columns: readonly Column<R>[], cells: Iterable<RowCells>): readonly number[] => {
  const widths = columns.map(({ head }) => widthOf(head));
  for (const row of cells)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cellWidth(cell));
  return widths.map((width, index) => width + gapsOf(columns, index));
};

/** Takes up to `wanted` cells from columns that are wider than their content, the widest slack first. */
const reclaim = (widths: number[], contents: readonly number[], wanted: number): number => {
  const bySlack = [...widths.keys()].toSorted(
    (a, b) => (widths[b] ?? 0) - (contents[b] ?? 0) - ((widths[a] ?? 0) - (contents[a] ?? 0)),
  );
  let taken = 0;
  for (const index of bySlack) {
    const slack = Math.max(0, (widths[index] ?? 0) - (contents[index] ?? 0));
    const part = Math.min(slack, wanted - taken);
    widths[index] = (widths[index] ?? 0) - part;
    taken += part;
  }
  return taken;
};

/** Widens columns whose content does not fit: names first, then the smallest needs. Returns the cells left. */
const satisfy = <R>(
  columns: readonly Column<R>[],
  widths: number[],
  contents: readonly number[],
  spare: number,
): number => {
  const need = (index: number): number => Math.max(0, (contents[index] ?? 0) - (widths[index] ?? 0));
  const isName = (index: number): number => (columns[index]?.keepsEnd === undefined ? 1 : 0);
  const order = [...widths.keys()]
    .filter((index) => need(index) > 0)
    .toSorted((a, b) => isName(a) - isName(b) || need(a) - need(b));
  const total = order.reduce((sum, index) => sum + need(index), 0);
  let left = spare + (total > spare ? reclaim(widths, contents, total - spare) : 0);
  for (const index of order) {
    const part = Math.min(need(index), left);
    widths[index] = (widths[index] ?? 0) + part;
    left -= part;
  }
  return left;
};

/** Minimum width of a growing column in a table that is too narrow for all columns. */
const minGrowingWidth = 12;

/**
 * The columns at their widths, given the widths of their contents if known. The remaining width is distributed among the
 * growing columns; missing width is taken from them.
 */
const withWidths = <R>(
  shown: readonly Column<R>[],
  width: number,
  contents?: readonly number[],
): readonly PlacedColumn<R>[] => {
  const widths = shown.map((column) => column.width);
  const declared = widths.reduce((sum, cells) => sum + cells, 0);
  let left = width - declared;
  if (contents !== undefined)
    left = left < 0 ? left + reclaim(widths, contents, -left) : satisfy(shown, widths, contents, left);
  let sharesLeft = shown.reduce((sum, column) => sum + (column.grow ?? 0), 0);
  return shown.map((column, index) => {
    const grow = column.grow ?? 0;
    const share = grow === 0 ? 0 : Math.floor((left * grow) / sharesLeft);
    const extra = Math.max(share, Math.min(0, minGrowingWidth - (widths[index] ?? 0)));
    left -= extra;
    sharesLeft -= grow;
    return { column, width: (widths[index] ?? 0) + extra };
  });
};

/** The columns that fit `width` cells, at their declared widths; the remaining width goes to the growing columns. */
export const placeColumns = <R>(columns: readonly Column<R>[], width: number): readonly PlacedColumn<R>[] =>
  withWidths(shownColumns(columns, width), width);

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
      ? { ...one, width: Math.max(Math.min(minGrowingWidth, one.width), one.width + left) }
      : one,
  );
};

/** A table whose columns have their final widths. */
interface PlacedTable<R> {
  readonly placed: readonly PlacedColumn<R>[];
  /** The line of one of the measured rows. */
  line(row: R, mark: string): StyledLine;
}

/**
 * Places the columns that fit `width` cells by what `rows` hold. Columns whose content is wider than declared grow first, if
 * necessary at the expense of those that are wider than their content. The remaining width goes to the growing columns. The
 * cells of a folded row count as well, but for growing columns, where it lists names.
 */
export const placeTable = <R>(
  columns: readonly Column<R>[],
  width: number,
  rows: readonly R[],
  folded: readonly R[] = [],
): PlacedTable<R> => {
  const shown = shownColumns(columns, width);
  const cells = new Map(rows.map((row) => [row, shown.map((column) => column.cell(row))]));
  const foldedCells = shown.map(({ grow = 0, renderFolded }) =>
    grow > 0 || folded.length === 0 ? [] : (renderFolded?.(folded) ?? []),
  );
  const contents = rows.length === 0 ? undefined : contentWidths(shown, [...cells.values(), foldedCells]);
  const placed = extendLastColumn(withWidths(shown, width, contents), width + 1);
  return {
    placed,
    line: (row, mark) => {
      const own = cells.get(row) ?? shown.map((column) => column.cell(row));
      return rowOf(
        placed,
        (_, index) => own[index] ?? [],
        mark,
        (column) => column.keepsEnd?.(row) === true,
      );
    },
  };
};

const gap: StyledRun = { text: ' ', role: 'plain' };

/** One row, with `mark` where text was cut. Numbers are right-aligned; text after a number keeps a blank. */
const rowOf = <R>(
  placed: readonly PlacedColumn<R>[],
  show: (column: Column<R>, index: number) => StyledLine | StyledRun,
  mark: string,
  keepsEnd: (column: Column<R>) => boolean = () => false,
): StyledLine =>
  placed.flatMap(({ column, width }, index): StyledLine => {
    const shown = show(column, index);
    const cell = isRun(shown) ? [shown] : shown;
    if (column.align === 'right') return [gap, ...fitLineRight(cell, width - 1, 'plain', mark)];
    const lead = placed[index - 1]?.column.align === 'right' ? [gap] : [];
    const fitted = keepsEnd(column) ? fitLineMiddle : fitLine;
    return [...lead, ...fitted(cell, width - 1 - lead.length, 'plain', mark), gap];
  });

/** The line of a folded row. */
export const foldedRowLine = <R>(
  placed: readonly PlacedColumn<R>[],
  rows: readonly R[],
  mark: string,
): StyledLine => rowOf(placed, (column) => column.renderFolded?.(rows) ?? [], mark);

/** The header line of the table. */
export const tableHeaderLine = <R>(placed: readonly PlacedColumn<R>[], mark: string): StyledLine =>
  rowOf(placed, (column) => ({ text: column.head, role: column.headRole ?? 'faint' }), mark);
