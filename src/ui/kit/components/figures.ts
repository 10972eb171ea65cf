import { lineToText, type StyledLine, type StyledRun } from '../text/line.ts';
import { widthOf } from '../text/width.ts';

/** The widths of the parts of the numbers in a column. */
export interface FigureWidths {
  /** Cells before the decimal point. */
  readonly whole: number;
  /** Cells from the decimal point on. */
  readonly fraction: number;
  readonly unit: number;
  /** True: only some numbers have a unit, which then follows its number directly. */
  readonly someUnits?: boolean;
}

/** A number, its decimals and its unit: '≤180' 'ms', '82' '.0' ' %'. Other texts (13m20s, 100/82, –) stay as they are. */
const figure = /^([^\d]*\d[\d,]*)(\.\d+)?( ?[^\d\s/][^\d/]*)?$/;

const cellText = (cell: StyledLine | StyledRun): string => ('text' in cell ? cell.text : lineToText(cell));

/**
 * Measures the numbers of a column; undefined: it has none. Numbers in different units (4.8s, 31ms) line up at their ends
 * instead: their decimal points say nothing about each other.
 */
export const measureFigures = (cells: Iterable<StyledLine | StyledRun>): FigureWidths | undefined => {
  let whole = 0;
  let fraction = 0;
  let unit = 0;
  let all = 0;
  const units = new Set<string>();
  for (const cell of cells) {
    const text = cellText(cell);
    const parts = figure.exec(text);
    if (parts === null) continue;
    units.add(parts[3] ?? '');
    all = Math.max(all, widthOf(text));
    whole = Math.max(whole, widthOf(parts[1] ?? ''));
    fraction = Math.max(fraction, widthOf(parts[2] ?? ''));
    unit = Math.max(unit, widthOf(parts[3] ?? ''));
  }
  if (whole === 0) return undefined;
  if (units.size === 1) return { whole, fraction, unit };
  return units.has('') ? { whole, fraction, unit, someUnits: true } : { whole: all, fraction: 0, unit: 0 };
};

/** A number as wide as every other of its column, so that text after it lines up, too; any other text stays as it is. */
export const padFigure = (run: StyledRun, figures: FigureWidths): StyledLine => {
  if (!figure.test(run.text)) return [run];
  const cell = alignFigure(run, figures);
  const line = 'text' in cell ? [cell] : cell;
  const own = line.reduce((sum, { text }) => sum + widthOf(text), 0);
  const missing = figures.whole + figures.fraction + figures.unit - own;
  return missing > 0 ? [{ text: ' '.repeat(missing), role: 'plain' }, ...line] : line;
};

/** Aligns a number with the others of its column. The unit of a plain number is dim; a level colors both. */
export const alignFigure = (
  cell: StyledLine | StyledRun,
  { fraction, unit, someUnits = false }: FigureWidths,
): StyledLine | StyledRun => {
  const parts = figure.exec(cellText(cell));
  if (parts === null) return cell;
  const [first] = 'text' in cell ? [cell] : cell;
  const role = first?.role ?? 'plain';
  const [, whole = '', decimals = '', own = ''] = parts;
  const beforeUnit = Math.max(0, fraction - widthOf(decimals));
  const afterUnit = Math.max(0, unit - widthOf(own));
  const moved = someUnits && own !== '' ? beforeUnit : 0;
  const tail = `${own}${' '.repeat(afterUnit + moved)}`;
  const number: StyledRun = { text: `${whole}${decimals}${' '.repeat(beforeUnit - moved)}`, role };
  return tail === '' ? number : [number, { text: tail, role: role === 'plain' ? 'faint' : role }];
};

/** The dash of no value, as it is written with and without UTF-8, is dim in every column: it is no news. */
export const dimAbsence = (cell: StyledLine): StyledLine => {
  const isAbsent = /^ *[–-] *$/.test(lineToText(cell));
  return isAbsent
    ? cell.map((run) => (run.role === 'plain' ? { ...run, role: 'faint' as const } : run))
    : cell;
};
