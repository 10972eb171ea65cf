import { fitLine, justifyLine, lineWidth, type StyledLine } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { widthOf } from '../text/width.ts';
import type { TextRole } from '../theme/roles.ts';
import { cardInnerWidth } from './card.ts';

interface Sheet {
  readonly columns: number;
  readonly pen: TextPen;
}

/** A row of two columns: a mark, what it is about, its value, and a time or a limit at the right. */
export interface ColumnsEntry {
  readonly mark?: StyledLine;
  readonly left: string;
  readonly role?: TextRole;
  readonly right?: string | StyledLine;
  readonly rightRole?: TextRole;
  readonly end?: string;
  /** True: a long value wraps; otherwise it is cut inside. */
  readonly wraps?: boolean;
}

/** The share of the width that the first column takes. */
const leftShare = 0.44;

/** Cells of the second column beside `end`. */
export const columnsValueCells = (view: Pick<Sheet, 'columns'>, end: string): number => {
  const width = cardInnerWidth(view);
  return width - Math.floor(width * leftShare) - (end === '' ? 0 : widthOf(end) + 1);
};

/** Renders a row of two columns. The first one wraps, because it is a title; it takes the whole width without a second one. */
export const columnsEntry = (
  view: Sheet,
  { mark = [], left, role = 'plain', right = '', rightRole = 'plain', end = '', wraps = false }: ColumnsEntry,
): readonly StyledLine[] => {
  const { pen } = view;
  const width = cardInnerWidth(view);
  const endRuns: StyledLine = end === '' ? [] : [pen.run(` ${end}`, 'faint')];
  const inset = lineWidth(mark);
  const isWide = right.length === 0;
  const column = isWide ? width - lineWidth(endRuns) : Math.floor(width * leftShare);
  const titles = pen.wrap(left, column - inset - (isWide ? 0 : 1));
  const room = width - column - lineWidth(endRuns);
  const valuesOf = (text: string): readonly StyledLine[] =>
    (wraps ? pen.wrap(text, room) : [pen.cutInside(text, room)]).map((piece) => [pen.run(piece, rightRole)]);
  const values = isWide ? [] : typeof right === 'string' ? valuesOf(right) : [right];
  return Array.from({ length: Math.max(titles.length, values.length) }, (_, index): StyledLine => {
    const head: StyledLine = [
      ...(index === 0 ? mark : [pen.run(' '.repeat(inset))]),
      pen.run(titles[index] ?? '', role),
    ];
    const line = [...fitLine(head, column, 'plain', pen.ellipsis), ...(values[index] ?? [])];
    return justifyLine(line, index === 0 ? endRuns : [], width, 'plain', pen.ellipsis);
  });
};
