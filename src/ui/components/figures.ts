import { lineToText, type StyledLine, type StyledRun } from '../text/line.ts';
import { widthOf } from '../text/width.ts';

/** The widths of the parts of the numbers in a column. */
export interface FigureWidths {
  /** Cells before the decimal point. */
  readonly whole: number;
  /** Cells from the decimal point on. */
  readonly fraction: number;
  readonly unit: number;
}

/** A number, its decimals and its unit: '≤180' 'ms', '82' '.0' ' %'. Other texts (13m20s, 100/82, –) stay as they are. */
const figure = /^([^\d]*\d[\d,]*)(\.\d+)?( ?[^\d\s/][^\d/]*)?$/;

const cellText = (cell: StyledLine | StyledRun): string => ('text' in cell ? cell.text : lineToText(cell));

/**
 * Measures the numbers of a column; undefined: it has none. Numbers in different units (4.8s, 31ms) line up at their ends
 * instead: their decimal points say nothing about each other.
 */
export const measureFigures = (cells: Iterable<StyledLine | StyledRun>): FigureWidths | undefined => {
  let [whole, fraction, unit, all] = [0, 0, 0, 0];
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
  return units.size > 1 && !units.has('') ? { whole: all, fraction: 0, unit: 0 } : { whole, fraction, unit };
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
  { fraction, unit }: FigureWidths,
): StyledLine | StyledRun => {
  const parts = figure.exec(cellText(cell));
  if (parts === null) return cell;
  const [first] = 'text' in cell ? [cell] : cell;
  const role = first?.role ?? 'plain';
  const [, whole = '', decimals = '', own = ''] = parts;
  const blanks = ' '.repeat(Math.max(0, fraction - widthOf(decimals)));
  const tail = `${own}${' '.repeat(Math.max(0, unit - widthOf(own)))}`;
  const number: StyledRun = { text: `${whole}${decimals}${blanks}`, role };
  return tail === '' ? number : [number, { text: tail, role: role === 'plain' ? 'faint' : role }];
};
