import { cardInnerWidth } from '../../kit/components/card.ts';
import { justifyLine, lineWidth, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

interface MarkedRowsOptions {
  readonly role?: TextRole;
  /** Elapsed time, or the time limit of a wait, at the right end of the first row. */
  readonly end?: string;
  /** Cells before the mark. */
  readonly inset?: number;
}

/** '● permission actuator accepts this user': a mark and its text, wrapped beside it. */
export const markedRows = (
  view: RenderContext,
  mark: StyledRun,
  text: string,
  { role = 'plain', end = '', inset = 0 }: MarkedRowsOptions = {},
): readonly StyledLine[] => {
  const { pen } = view;
  const width = cardInnerWidth(view);
  const right: StyledLine = end === '' ? [] : [pen.run(` ${end}`, 'faint')];
  const blanks = pen.run(' '.repeat(inset));
  const room = width - inset - lineWidth([mark]) - 1 - lineWidth(right);
  return pen.wrap(text, room).map((piece, index): StyledLine => {
    const head = index === 0 ? mark : pen.run(' '.repeat(lineWidth([mark])));
    const line: StyledLine = [blanks, head, pen.run(' '), pen.run(piece, role)];
    return justifyLine(line, index === 0 ? right : [], width, 'plain', pen.ellipsis);
  });
};

/** A word in a column of its own, and a text that wraps beside it: 'impact    2 objects'. */
export const wordedRows = (
  view: RenderContext,
  word: StyledLine,
  text: string,
  role: TextRole = 'plain',
): readonly StyledLine[] => {
  const { pen } = view;
  const head: StyledLine = [...word, pen.run(' '.repeat(Math.max(1, wordCells - lineWidth(word))))];
  const cells = lineWidth(head);
  return pen
    .wrap(text, cardInnerWidth(view) - cells)
    .map(
      (piece, index): StyledLine => [
        ...(index === 0 ? head : [pen.run(' '.repeat(cells))]),
        pen.run(piece, role),
      ],
    );
};

/** Cells of the column of words at the left of a zone. */
const wordCells = 10;
