import { fitLine, fitLineMiddle, fitLineRight, type StyledLine, type StyledRun } from '../text/line.ts';
import type { TextRole } from '../theme/roles.ts';

/** A column is data: its head, its room, and what a row shows in it. */
export interface Column<R> {
  readonly head: string;
  readonly headRole?: TextRole;
  /** Cells, with at least one blank to its neighbour. */
  readonly width: number;
  /** Share of what is left over. */
  readonly grow?: number;
  readonly align?: 'right';
  /** True: a text that is too long keeps its end, for names that differ there. */
  keepsEnd?(row: R): boolean;
  /** Left out when the table is narrower than this. */
  readonly hideBelow?: number;
  /** Left out when the table is at least this wide. */
  readonly hideFrom?: number;
  cell(row: R): StyledLine | StyledRun;
  /** What it shows of several rows that were folded into one. */
  renderFolded?(rows: readonly R[]): StyledLine | StyledRun;
}

/** A column with the cells it was given. */
interface PlacedColumn<R> {
  readonly column: Column<R>;
  readonly width: number;
}

/** The columns that fit `width` cells, with what is left over shared out among those that grow. */
export const placeColumns = <R>(columns: readonly Column<R>[], width: number): readonly PlacedColumn<R>[] => {
  const shown = columns.filter((c) => width >= (c.hideBelow ?? 0) && width < (c.hideFrom ?? Infinity));
  const shares = shown.reduce((sum, column) => sum + (column.grow ?? 0), 0);
  let left = Math.max(0, width - shown.reduce((sum, column) => sum + column.width, 0));
  let sharesLeft = shares;
  return shown.map((column) => {
    const grow = column.grow ?? 0;
    const extra = grow === 0 ? 0 : Math.floor((left * grow) / sharesLeft);
    left -= extra;
    sharesLeft -= grow;
    return { column, width: column.width + extra };
  });
};

const isRun = (cell: StyledLine | StyledRun): cell is StyledRun => 'text' in cell;
const gap: StyledRun = { text: ' ', role: 'plain' };

/** One row, `mark` standing for what was cut. Numbers end where their column ends; text after a number keeps a blank. */
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

/** What a row shows, cell by cell. */
export const tableRowLine = <R>(placed: readonly PlacedColumn<R>[], row: R, mark: string): StyledLine =>
  rowOf(
    placed,
    (column) => column.cell(row),
    mark,
    (column) => column.keepsEnd?.(row) === true,
  );

/** What several rows show as one. */
export const foldedRowLine = <R>(
  placed: readonly PlacedColumn<R>[],
  rows: readonly R[],
  mark: string,
): StyledLine => rowOf(placed, (column) => column.renderFolded?.(rows) ?? [], mark);

/** The heads of the columns. */
export const tableHeaderLine = <R>(placed: readonly PlacedColumn<R>[], mark: string): StyledLine =>
  rowOf(placed, (column) => ({ text: column.head, role: column.headRole ?? 'faint' }), mark);
