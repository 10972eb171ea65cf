import { fitEnds, fitLine, fitRight, type Line, type Run } from '../text/run.ts';
import type { Role } from '../theme/roles.ts';

/** A column is data: its head, its room, and what a row shows in it. */
export interface Column<R> {
  readonly head: string;
  readonly headRole?: Role;
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
  cell(row: R): Line | Run;
  /** What it shows of several rows that were folded into one. */
  folded?(rows: readonly R[]): Line | Run;
}

/** A column with the cells it was given. */
export interface Placed<R> {
  readonly column: Column<R>;
  readonly width: number;
}

/** The columns that fit `width` cells, with what is left over shared out among those that grow. */
export const place = <R>(columns: readonly Column<R>[], width: number): readonly Placed<R>[] => {
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

const isRun = (cell: Line | Run): cell is Run => 'text' in cell;
const gap: Run = { text: ' ', role: 'plain' };

/** One row, `mark` standing for what was cut. Numbers end where their column ends; text after a number keeps a blank. */
const rowOf = <R>(
  placed: readonly Placed<R>[],
  show: (column: Column<R>) => Line | Run,
  mark: string,
  keepsEnd: (column: Column<R>) => boolean = () => false,
): Line =>
  placed.flatMap(({ column, width }, index): Line => {
    const shown = show(column);
    const cell = isRun(shown) ? [shown] : shown;
    if (column.align === 'right') return [gap, ...fitRight(cell, width - 1, 'plain', mark)];
    const lead = placed[index - 1]?.column.align === 'right' ? [gap] : [];
    const fitted = keepsEnd(column) ? fitEnds : fitLine;
    return [...lead, ...fitted(cell, width - 1 - lead.length, 'plain', mark), gap];
  });

/** What a row shows, cell by cell. */
export const rowLine = <R>(placed: readonly Placed<R>[], row: R, mark: string): Line =>
  rowOf(
    placed,
    (column) => column.cell(row),
    mark,
    (column) => column.keepsEnd?.(row) === true,
  );

/** What several rows show as one. */
export const foldedLine = <R>(placed: readonly Placed<R>[], rows: readonly R[], mark: string): Line =>
  rowOf(placed, (column) => column.folded?.(rows) ?? [], mark);

/** The heads of the columns. */
export const headLine = <R>(placed: readonly Placed<R>[], mark: string): Line =>
  rowOf(placed, (column) => ({ text: column.head, role: column.headRole ?? 'faint' }), mark);
