import { cardWidth } from '../../../src/ui/kit/components/card.ts';
import { sliceCells, widthOf } from '../../../src/ui/kit/text/width.ts';

/** One string per row. */
type Screen = readonly string[];

/** A row without the rules of panels, and the cell and the row of the screen at which it starts. */
interface ContentRow {
  readonly text: string;
  readonly at: number;
  readonly y: number;
}

/** The second row of a situation with a cause, below its rail: the body then starts two rows lower. */
const secondRow = /^[▌|] {3}\S/;

/** The frame of a card or of the tour's box over a row of the situation. */
const covering = /[─═│║]|[-=]{3}|\S *\|/;

/**
 * Rules become blanks, so that tests see a pane as its title, column heads and rows. In ASCII only a row that starts with a
 * corner has a rule: elsewhere dashes are content. Without a junction no panes are side by side: a vertical line is content.
 */
const withoutRules = (text: string, isAsciiRule: boolean, isJoined: boolean): string => {
  if (isAsciiRule) return text.replaceAll(/-{3,}|={3,}/g, (rule) => ' '.repeat(rule.length));
  return text.replaceAll(isJoined ? /[─│┬┴┼├┤╭╮╰╯═║╦╩╬╠╣╔╗╚╝]/g : /[─═]/g, ' ');
};

/** The cells of a row that belong to the open card, whose frame is content. */
interface CardSpan {
  readonly from: number;
  readonly to: number;
}

/** The span of the open card in each of its rows; rows beside it have none. */
const cardSpans = (screen: Screen): readonly (CardSpan | undefined)[] => {
  const columns = Math.max(...screen.map(widthOf));
  const width = cardWidth({ columns });
  const from = Math.floor((columns - width) / 2);
  let isInside = false;
  return screen.map((row) => {
    const [left = '', right = ''] = [
      sliceCells(row, from, from + 1),
      sliceCells(row, from + width - 1, from + width),
    ];
    if (/[╔╭]/.test(left) && /[╗╮]/.test(right)) isInside = true;
    const span = isInside ? { from, to: from + width } : undefined;
    if (/[╚╰]/.test(left) && /[╝╯]/.test(right)) isInside = false;
    return span;
  });
};

/** Puts the cells of a card back into a row whose rules were removed. `at`: the cell at which the row starts. */
const withCard = (text: string, at: number, row: string, span: CardSpan | undefined): string => {
  if (span === undefined) return text;
  const [from, to] = [span.from - at, span.to - at];
  return (
    sliceCells(text, 0, from) + sliceCells(row, span.from, span.to) + sliceCells(text, to, widthOf(text))
  );
};

/** A panel with borders: its corners. */
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The boxes of a screen, in reading order. A box that something covers is none. */
const boxesOf = (cells: readonly (readonly string[])[]): readonly Box[] =>
  cells.flatMap((row, top) =>
    row.flatMap((cell, left): readonly Box[] => {
      if (!/[╭╔]/.test(cell)) return [];
      const right = row.findIndex((other, x) => x > left && /[╮╗]/.test(other));
      const bottom = cells.findIndex((other, y) => y > top && /[╰╚]/.test(other[left] ?? ''));
      const isClosed = right > left && bottom > top && /[╯╝]/.test(cells[bottom]?.[right] ?? '');
      return isClosed ? [{ left, right, top, bottom }] : [];
    }),
  );

/** The characters of a row by cell; the second cell of a wide one is empty. */
const cellsOf = (row: string): readonly string[] =>
  [...row].flatMap((character) => {
    const width = widthOf(character);
    return width === 2 ? [character, ''] : width === 0 ? [] : [character];
  });

const isInside = (box: Box, other: Box): boolean =>
  box !== other &&
  box.left > other.left &&
  box.right < other.right &&
  box.top > other.top &&
  box.bottom < other.bottom;

/**
 * Boxes side by side are read one after the other, as if they were below each other. Undefined: there is a single row of boxes, or
 * something covers them.
 */
const unstacked = (screen: Screen): readonly ContentRow[] | undefined => {
  const cells = screen.map(cellsOf);
  const all = boxesOf(cells);
  const boxes = all.filter((box) => !all.some((other) => isInside(box, other)));
  const first = Math.min(...boxes.map(({ top }) => top));
  const last = Math.max(...boxes.map(({ bottom }) => bottom));
  const area = boxes.reduce(
    (sum, { left, right, top, bottom }) => sum + (right - left + 1) * (bottom - top + 1),
    0,
  );
  const columns = cells[first]?.length ?? 0;
  if (boxes.every(({ top }) => top === first) || area !== columns * (last - first + 1)) return undefined;
  const row = (y: number): ContentRow => ({ text: screen[y] ?? '', at: 0, y });
  const inside = boxes.flatMap(({ left, right, top, bottom }) =>
    Array.from({ length: bottom - top }, (_, index): ContentRow => {
      const text = (cells[top + index] ?? []).slice(left + 1, right).join('');
      return { text: index === 0 ? text.replaceAll(/[─═]/g, ' ') : text, at: left + 1, y: top + index };
    }),
  );
  const below = Array.from({ length: screen.length - last - 1 }, (_, index) => row(last + 1 + index));
  return [...Array.from({ length: first }, (_, y) => row(y)), ...inside, ...below];
};

/** The rows of a screen without the rules around its panes; header, summary and footer as they are. */
export const contentRows = (screen: Screen): readonly ContentRow[] => {
  const spans = cardSpans(screen);
  const boxes = spans.every((span) => span === undefined) ? unstacked(screen) : undefined;
  if (boxes !== undefined) return boxes;
  // The first row of the body is the top rule of a panel, unless no pane is shown. A long title covers its rule.
  const from = secondRow.test(screen[2] ?? '') ? 4 : 2;
  const hasPanels = /[─═]{2}|[-=]{3}|^[-=─═╭╔+][ ▌>][0-9A-Z] \S/.test(screen[from] ?? '');
  const isJoined = screen.some((row) => /[┬┴┼╦╩╬]|[╮╗][╭╔]/.test(row));
  return screen.map((row, y): ContentRow => {
    const span = spans[y];
    if (!hasPanels || y < 2 || y >= screen.length - 2 || (y < from && !covering.test(row)))
      return { text: row, at: 0, y };
    const text = withoutRules(row.slice(1, -1), /^[+=-]/.test(row), isJoined);
    return { text: withCard(text, 1, row, span), at: 1, y };
  });
};

/** The texts of `contentRows`. */
export const contentOf = (screen: Screen): Screen => contentRows(screen).map(({ text }) => text);
