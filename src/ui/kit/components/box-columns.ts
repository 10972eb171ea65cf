import { fitLine, justifyLine, lineWidth, type StyledLine, type StyledRun } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { ruleGlyph } from '../theme/glyphs.ts';
import { joints, type RuleLook, withRules } from './panel.ts';

/** The inside of a box in cells. */
export interface BoxRoom {
  readonly width: number;
  readonly height: number;
}

/** A box with its title in the upper border. */
export interface ColumnBox {
  readonly title: StyledLine;
  /** At the right end of the upper border: a count, a state. */
  readonly note: StyledLine;
  /** Rows inside that it asks for, and those without which it is left out. */
  readonly rows: number;
  readonly least: number;
  /** True: it takes the rows that are left. Absent in all boxes of a column: the last one does. */
  readonly grows?: true;
  /** Its inside; a blank stands at each side of it. */
  lines(room: BoxRoom): readonly StyledLine[];
}

/** Boxes above each other. */
export interface BoxColumn {
  /** Cells with both borders. */
  readonly cells: number;
  readonly boxes: readonly ColumnBox[];
}

/** Rows of the borders of a box. */
const borderRows = 2;

/** The rows inside of each box that has room in `height` rows; the last ones are left out first. */
const insideRows = (boxes: readonly ColumnBox[], height: number): readonly number[] => {
  const all = height - borderRows * boxes.length;
  const least = boxes.reduce((sum, box) => sum + Math.min(box.least, box.rows), 0);
  if (least > all && boxes.length > 1) return insideRows(boxes.slice(0, -1), height);
  const rows = boxes.map((box) => box.rows);
  const sum = (): number => rows.reduce((total, count) => total + count, 0);
  while (sum() > all) {
    const spare = boxes.map((box, index) => (rows[index] ?? 0) - Math.min(box.least, box.rows));
    const roomiest = spare.indexOf(Math.max(...spare));
    if ((spare[roomiest] ?? 0) <= 0) break;
    rows[roomiest] = (rows[roomiest] ?? 0) - 1;
  }
  const grower = boxes.findIndex(({ grows }) => grows === true);
  const last = grower < 0 ? boxes.length - 1 : grower;
  rows[last] = Math.max(0, (rows[last] ?? 0) + all - sum());
  return rows;
};

/** The outline of a box, in cells from the upper left corner of all columns. */
export interface BoxOutline {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The outlines of the boxes in columns side by side, which fill `height` rows. */
export const boxOutlines = (columns: readonly BoxColumn[], height: number): readonly BoxOutline[] => {
  let left = 0;
  return columns.flatMap(({ cells, boxes }): readonly BoxOutline[] => {
    const from = left;
    left += cells;
    let top = 0;
    return insideRows(boxes, height).map((rows): BoxOutline => {
      const own = { left: from, top, right: from + cells - 1, bottom: top + rows + 1 };
      top += rows + borderRows;
      return own;
    });
  });
};

type BoxPen = Pick<TextPen, 'ascii' | 'ellipsis'>;

/** Blanks beside the title and the note of a box. */
const blanksInTitle = 4;

/** The lines of a box with `rows` rows inside. */
const boxLines = (
  pen: BoxPen,
  { title, note, lines }: ColumnBox,
  { cells, rows, look }: { readonly cells: number; readonly rows: number; readonly look: RuleLook },
): readonly StyledLine[] => {
  const glyph = (sides: number): StyledRun => ({
    text: ruleGlyph(sides, pen.ascii, look.weight),
    role: 'rule',
  });
  const line = glyph(joints.horizontal);
  const side = glyph(joints.vertical);
  const blank: StyledRun = { text: ' ', role: 'plain' };
  const inner = cells - 4;
  // A title is cut only where it has no room alone.
  const hasNote = note.length > 0 && lineWidth(title) + lineWidth(note) + blanksInTitle <= inner;
  const end = hasNote ? [blank, ...note, blank] : [];
  const head = justifyLine([blank, ...title, blank], end, inner, 'plain', pen.ellipsis);
  const inside = lines({ width: inner, height: rows });
  return [
    [glyph(joints.topLeft), line, ...withRules(head, 'rule', line.text), line, glyph(joints.topRight)],
    ...Array.from(
      { length: rows },
      (_, index): StyledLine => [
        side,
        blank,
        ...fitLine(inside[index] ?? [], inner, 'plain', pen.ellipsis),
        blank,
        side,
      ],
    ),
    [
      glyph(joints.bottomLeft),
      { text: line.text.repeat(cells - 2), role: 'rule' },
      glyph(joints.bottomRight),
    ],
  ];
};

/** Renders columns of boxes side by side in exactly `height` lines, without blanks between them. */
export const renderBoxColumns = (
  pen: BoxPen,
  columns: readonly BoxColumn[],
  height: number,
  look: RuleLook,
): readonly StyledLine[] => {
  const parts = columns.map(({ cells, boxes }) =>
    insideRows(boxes, height).flatMap((rows, index) => {
      const box = boxes[index];
      return box === undefined ? [] : boxLines(pen, box, { cells, rows, look });
    }),
  );
  return Array.from({ length: height }, (_, y) => parts.flatMap((lines): StyledLine => lines[y] ?? []));
};
