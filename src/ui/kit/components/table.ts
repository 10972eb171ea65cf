import { type ComparedName, comparedName, fitName, type OtherNames } from '../text/distinct-name.ts';
import { fitLine, fitLineRight, fitWords, lineWidth, type StyledLine, type StyledRun } from '../text/line.ts';
import { widthOf } from '../text/width.ts';
import type { TextRole } from '../theme/roles.ts';
import { alignFigure, dimAbsence, type FigureWidths, measureFigures } from './figures.ts';

/** A table column as data: head, width and cell content. */
export interface Column<R> {
  readonly head: string;
  readonly headRole?: TextRole;
  /** Its name in the column chooser and in saved views, if the head is blank or changes. A column without a name is always shown. */
  readonly name?: string;
  /** True: always shown, because it has the level or the object of the row. */
  readonly required?: boolean;
  /** True: shown in wide mode only, or when it is turned on. */
  readonly wide?: boolean;
  /** Width in cells, including at least one blank before the next column. */
  readonly width: number;
  /** No wider than its content. */
  readonly isTight?: boolean;
  /** Share of the remaining width. */
  readonly grow?: number;
  /** `decimal`: numbers line up at the decimal point, and their units are a dim column of their own. */
  readonly align?: 'right' | 'decimal';
  /** A column of names. True: a name that is too long keeps the words in which it differs from the other names of the column. */
  keepsEnd?(row: R): boolean;
  /** A column of free text. It is widened before a column of names, which is shortened inside: a cut sentence loses what it says. */
  readonly isText?: boolean;
  /** Hidden when the table is narrower than this. */
  readonly hideBelow?: number;
  /** Hidden when the table is at least this wide. */
  readonly hideFrom?: number;
  cell(row: R): StyledLine | StyledRun;
  /** The cell of a folded row, which represents several rows. */
  renderFolded?(rows: readonly R[]): StyledLine | StyledRun;
  /** The cell of rows that say the same; absent: that of the first of them. */
  renderAlike?(rows: readonly R[]): StyledLine | StyledRun;
}

/** A column with its final width. */
export interface PlacedColumn<R> {
  readonly column: Column<R>;
  readonly width: number;
  /** The parts of its numbers, of a column that is aligned at the decimal point. */
  readonly figures?: FigureWidths;
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
  columns[index]?.align === undefined && columns[index - 1]?.align !== undefined ? 2 : 1;

const inFigures = (
  cell: StyledLine | StyledRun,
  figures: FigureWidths | undefined,
): StyledLine | StyledRun => (figures === undefined ? cell : alignFigure(cell, figures));

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
const reclaim = (widths: number[], contents: readonly number[], wantedAmount: number): number => {
  const bySlack = [...widths.keys()].toSorted(
    (a, b) => (widths[b] ?? 0) - (contents[b] ?? 0) - ((widths[a] ?? 0) - (contents[a] ?? 0)),
  );
  let taken = 0;
  for (const index of bySlack) {
    const slack = Math.max(0, (widths[index] ?? 0) - (contents[index] ?? 0));
    const part = Math.min(slack, wantedAmount - taken);
    widths[index] = (widths[index] ?? 0) - part;
    taken += part;
  }
  return taken;
};

/** Widens columns whose content does not fit: free text first, then names, then the smallest needs. Returns the cells left. */
const satisfy = <R>(
  columns: readonly Column<R>[],
  widths: number[],
  contents: readonly number[],
  spare: number,
): number => {
  const need = (index: number): number => Math.max(0, (contents[index] ?? 0) - (widths[index] ?? 0));
  const nameRank = (index: number): number => {
    const column = columns[index];
    if (column?.isText === true) return 0;
    return column?.keepsEnd === undefined ? 2 : 1;
  };
  const order = [...widths.keys()]
    .filter((index) => need(index) > 0)
    .toSorted((a, b) => nameRank(a) - nameRank(b) || need(a) - need(b));
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
  if (contents !== undefined && left < 0) left += reclaim(widths, contents, -left);
  // Columns can still have more room than their content, which a name lacks.
  if (contents !== undefined && left >= 0) left = satisfy(shown, widths, contents, left);
  let sharesLeft = shown.reduce((sum, column) => sum + (column.grow ?? 0), 0);
  const placed = shown.map((column, index) => {
    const grow = column.grow ?? 0;
    const share = grow === 0 ? 0 : Math.floor((left * grow) / sharesLeft);
    const extra = Math.max(share, Math.min(0, minGrowingWidth - (widths[index] ?? 0)));
    left -= extra;
    sharesLeft -= grow;
    return { column, width: (widths[index] ?? 0) + extra };
  });
  return shrunk(
    placed,
    placed.reduce((sum, entry) => sum + entry.width, -width),
  );
};

/** Takes `over` cells from growing columns that are wider than the minimum, from the right. */
const shrunk = <R>(placed: readonly PlacedColumn<R>[], over: number): readonly PlacedColumn<R>[] => {
  let left = over;
  return placed
    .toReversed()
    .map((placedColumn): PlacedColumn<R> => {
      const part =
        placedColumn.column.grow === undefined
          ? 0
          : Math.max(0, Math.min(left, placedColumn.width - minGrowingWidth));
      left -= part;
      return part === 0 ? placedColumn : { ...placedColumn, width: placedColumn.width - part };
    })
    .toReversed();
};

/** The smallest width at which a column is useful: that of its content, or of a cut name. */
const smallestWidth = <R>(
  columns: readonly Column<R>[],
  index: number,
  contents: readonly number[] | undefined,
): number => {
  const { width = 0, grow = 0 } = columns[index] ?? {};
  const needed = contents === undefined ? width : Math.min(width, contents[index] ?? width);
  return grow > 0 ? Math.min(width, minGrowingWidth) : needed;
};

/** Position in the order in which columns are left out of a table that is too narrow: wide ones first, then the optional ones. */
const dropRank = <R>({ wide = false, hideBelow = 0 }: Column<R>): number => (wide ? 1000 : hideBelow);

/** The indices of the columns that a table of `width` cells has room for. The least important are left out, from the right. */
const indicesWithRoom = <R>(
  columns: readonly Column<R>[],
  width: number,
  contents?: readonly number[],
): readonly number[] => {
  const kept = new Set(columns.keys());
  let total = [...kept].reduce((sum, index) => sum + smallestWidth(columns, index, contents), 0);
  const rank = (index: number): number => {
    const column = columns[index];
    return column === undefined ? 0 : dropRank(column);
  };
  const droppable = [...kept]
    .filter((index) => index > 0 && columns[index]?.required !== true)
    .toSorted((a, b) => rank(b) - rank(a) || b - a);
  for (const index of droppable) {
    if (total <= width) break;
    kept.delete(index);
    total -= smallestWidth(columns, index, contents);
  }
  return [...kept];
};

const pick = <T>(values: readonly T[], indices: readonly number[]): readonly T[] =>
  indices.flatMap((index) => {
    const value = values[index];
    return value === undefined ? [] : [value];
  });

/** The columns that fit `width` cells, at their declared widths; the remaining width goes to the growing columns. */
export const placeColumns = <R>(columns: readonly Column<R>[], width: number): readonly PlacedColumn<R>[] => {
  const shown = shownColumns(columns, width);
  return withWidths(pick(shown, indicesWithRoom(shown, width)), width);
};

/**
 * Ends the last column at `width` cells, one more than the table has: the blank after its text is also the margin of the
 * table. A right-aligned column needs the margin.
 */
export const extendLastColumn = <R>(
  placed: readonly PlacedColumn<R>[],
  width: number,
): readonly PlacedColumn<R>[] => {
  const left = width - placed.reduce((sum, placedColumn) => sum + placedColumn.width, 0);
  return placed.map((placedColumn, index) =>
    index === placed.length - 1 && placedColumn.column.align === undefined
      ? {
          ...placedColumn,
          width: Math.max(Math.min(minGrowingWidth, placedColumn.width), placedColumn.width + left),
        }
      : placedColumn,
  );
};

/** A table whose columns have their final widths. */
export interface PlacedTable<R> {
  readonly placed: readonly PlacedColumn<R>[];
  /** The line of one of the measured rows. */
  line(row: R, mark: string): StyledLine;
}

/**
 * Places the columns that fit `width` cells by what `rows` hold. Columns whose content is wider than declared grow first, if
 * necessary at the expense of those that are wider than their content. The remaining width goes to the growing columns. The
 * cells of a folded row count as well, in growing columns, where it lists names, up to their declared width. `others`: the rows from whose names a
 * shortened one must differ, read only if a name is too long; absent: `rows`. `alike`: rows that are drawn as one.
 */
export const placeTable = <R>(
  columns: readonly Column<R>[],
  width: number,
  rows: readonly R[],
  {
    folded = [],
    alike = [],
    others,
  }: {
    readonly folded?: readonly R[];
    readonly alike?: readonly (readonly R[])[];
    readonly others?: () => readonly R[];
  } = {},
): PlacedTable<R> => {
  const all = shownColumns(columns, width);
  const drawn = new Map(rows.map((row) => [row, all.map((column) => column.cell(row))]));
  const figures = all.map(({ align }, index) =>
    align === 'decimal' ? measureFigures([...drawn.values()].map((row) => row[index] ?? [])) : undefined,
  );
  const aligned = (row: RowCells): RowCells => row.map((cell, index) => inFigures(cell, figures[index]));
  const cells = new Map([...drawn].map(([row, own]) => [row, aligned(own)]));
  const foldedCells = all.map(({ grow = 0, width: declared, renderFolded }): StyledLine => {
    const cell = folded.length === 0 ? [] : lineOf(renderFolded?.(folded) ?? []);
    return grow > 0 ? fitLine(cell, Math.min(declared - 1, lineWidth(cell)), 'plain', '') : cell;
  });
  const alikeCells = alike.map((members) => all.map(({ renderAlike }) => renderAlike?.(members) ?? []));
  const drawnWidths = contentWidths(all, [...cells.values(), ...alikeCells, foldedCells]);
  const contents = rows.length === 0 ? undefined : drawnWidths;
  const fitted = all.map((column, index) =>
    column.isTight === true ? { ...column, width: Math.min(column.width, drawnWidths[index] ?? 0) } : column,
  );
  const kept = indicesWithRoom(fitted, width, contents);
  const shown = pick(fitted, kept);
  const widths = withWidths(shown, width, contents && pick(contents, kept));
  const placed = extendLastColumn(widths, width + 1).map((placedColumn, index): PlacedColumn<R> => {
    const own = figures[kept[index] ?? -1];
    return own === undefined ? placedColumn : { ...placedColumn, figures: own };
  });
  const namesOf = memoizePerColumn((column: Column<R>) =>
    (others?.() ?? rows)
      .slice(0, maxComparedNames)
      .filter((row) => column.keepsEnd?.(row) === true)
      .map((row) => comparedName(lineOf(column.cell(row)))),
  );
  return {
    placed,
    line: (row, mark) => {
      const own = cells.get(row) ?? aligned(all.map((column) => column.cell(row)));
      return rowOf(
        placed,
        (_, index) => own[kept[index] ?? -1] ?? [],
        mark,
        (column) => (column.keepsEnd?.(row) === true ? namesOf(column) : undefined),
      );
    },
  };
};

/** Maximum number of names from which a shortened one must differ. */
const maxComparedNames = 300;

const lineOf = (cell: StyledLine | StyledRun): StyledLine => (isRun(cell) ? [cell] : cell);

/** Computes the names of a column once, when one of them is too long. */
const memoizePerColumn = <R>(
  make: (column: Column<R>) => readonly ComparedName[],
): ((column: Column<R>) => OtherNames) => {
  const made = new Map<Column<R>, readonly ComparedName[]>();
  return (column) => () => {
    const names = made.get(column) ?? make(column);
    made.set(column, names);
    return names;
  };
};

const gap: StyledRun = { text: ' ', role: 'plain' };

/** One row, with `mark` where text was cut. Numbers are right-aligned; text after a number keeps a blank. */
const rowOf = <R>(
  placed: readonly PlacedColumn<R>[],
  show: (column: Column<R>, index: number) => StyledLine | StyledRun,
  mark: string,
  otherNames: (column: Column<R>) => OtherNames | undefined = () => undefined,
  fitText: typeof fitLine = fitLine,
): StyledLine =>
  placed.flatMap(({ column, width }, index): StyledLine => {
    const shown = show(column, index);
    const cell = dimAbsence(lineOf(shown));
    if (column.align !== undefined) return [gap, ...fitLineRight(cell, width - 1, 'plain', mark)];
    const before = placed[index - 1];
    const lead = before === undefined || before.column.align === undefined ? [] : [gap];
    const room = width - 1 - lead.length;
    const others = otherNames(column);
    const fitted =
      others === undefined ? fitText(cell, room, 'plain', mark) : fitName(cell, room, others, mark);
    return [...lead, ...fitted, gap];
  });

/** The line of a folded row. */
export const foldedRowLine = <R>(
  placed: readonly PlacedColumn<R>[],
  rows: readonly R[],
  mark: string,
): StyledLine =>
  rowOf(
    placed,
    (column, index) => {
      const cell = column.renderFolded?.(rows) ?? [];
      const { figures, width } = placed[index] ?? { width: 0 };
      const aligned = inFigures(cell, figures);
      // Folded rows are not measured: a number with its unit is better than an aligned one without.
      return cellWidth(aligned) < width ? aligned : cell;
    },
    mark,
    () => undefined,
    fitWords,
  );

/** The line of rows that say the same. */
export const alikeRowLine = <R>(
  placed: readonly PlacedColumn<R>[],
  rows: readonly R[],
  mark: string,
): StyledLine =>
  rowOf(
    placed,
    (column, index) => {
      const [first] = rows;
      const cell = column.renderAlike?.(rows) ?? (first === undefined ? [] : column.cell(first));
      return inFigures(cell, placed[index]?.figures);
    },
    mark,
  );

/** The header line of the table. */
export const tableHeaderLine = <R>(placed: readonly PlacedColumn<R>[], mark: string): StyledLine =>
  rowOf(placed, (column) => ({ text: column.head, role: column.headRole ?? 'faint' }), mark);
