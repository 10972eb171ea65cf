import type { StyledPiece, StyledRow } from '../../../src/ui/kit/text/ansi.ts';

/** The rules of the look that every screen keeps, whatever it shows. */

/** Rules, and the points and bars of charts: graphics, not text. */
export const graphic = /^[─│╭╮╰╯├┤┬┴┼═║╔╗╚╝╠╣╦╩╬▌━╌⠀-⣿▁-█]$/u;

export const textOf = (row: StyledRow): string => row.map(({ text }) => text).join('');

/** The counts in a title, as they begin. */
const counts = /[✗▲?●○~] \d/u;

/** The titles of panels: each begins with a corner, or is the row above a divider. */
const titlesIn = (rows: readonly string[]): readonly string[] =>
  rows
    .flatMap((row) => row.split(/(?<=[╮╗])(?=[╭╔])/u))
    .filter((part) => /^[╭├╔╠].{0,60}[\p{L}\d].*[─═][╮┤╗╣]$/u.test(part));

/** Titles whose counts touch the text before them. */
export const collisionsIn = (rows: readonly string[]): readonly string[] =>
  titlesIn(rows).filter((title) => {
    const at = counts.exec(title)?.index;
    return at !== undefined && !/^(?: {2}|[─═] )$/u.test(title.slice(at - 2, at));
  });

/** Rows of panels with a text that goes on to the rule at the right: it is cut without a mark. */
export const cutRowsIn = (rows: readonly string[]): readonly string[] =>
  rows.filter((row) => /^[│║].*[│║]$/u.test(row) && !/[ …⠀-⣿╌]/u.test(row.at(-2) ?? ''));

const isText = (text: string): boolean => [...text].some((sign) => sign.trim() !== '' && !graphic.test(sign));

/** The texts of the pieces for which `isCounted` is true; neighbors are one. */
const runsOf = (rows: readonly StyledRow[], isCounted: (piece: StyledPiece) => boolean): readonly string[] =>
  rows.flatMap((row) => {
    const runs: string[] = [];
    let isOpen = false;
    for (const piece of row) {
      const counts = isCounted(piece) && isText(piece.text);
      if (counts) runs.push((isOpen ? (runs.pop() ?? '') : '') + piece.text);
      // A blank between two of them belongs to both.
      isOpen = counts || (isOpen && piece.text.trim() === '' && isCounted(piece));
    }
    return runs.map((run) => run.trim());
  });

/** The bold texts of a screen, without those of rows that are one ground, as when armed. */
export const boldRunsOf = (rows: readonly StyledRow[]): readonly string[] =>
  runsOf(rows, ({ style }) => style.bold === true);
