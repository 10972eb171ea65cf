import { cardWidth } from '../../../src/ui/kit/components/card.ts';
import { sliceCells, widthOf } from '../../../src/ui/kit/text/width.ts';

/** One string per row. */
type Screen = readonly string[];

/** A row without the rules of panels, and the cell of the screen at which it starts. */
interface ContentRow {
  readonly text: string;
  readonly at: number;
}

/** A row of panel rules, except the text in it: from the second cell to the one before the last. */
const bottomRule = /^.[─═=-].*[─═=-].$/;

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

/** The rows of a screen without the rules around its panes; header, summary and footer as they are. */
export const contentRows = (screen: Screen): readonly ContentRow[] => {
  const message = screen.at(-2) ?? '';
  // The first row of the body is the top rule of a panel, unless no pane is shown. A long title or message covers its rule.
  const from = secondRow.test(screen[2] ?? '') ? 4 : 2;
  const hasPanels = /[─═]{2}|[-=]{3}/.test(screen[from] ?? '') || bottomRule.test(message);
  const isJoined = screen.some((row) => /[┬┴┼╦╩╬]/.test(row));
  const spans = cardSpans(screen);
  return screen.map((row, index): ContentRow => {
    const span = spans[index];
    if (!hasPanels || index < 2 || index === screen.length - 1 || (index < from && !covering.test(row)))
      return { text: row, at: 0 };
    const isMessage = index === screen.length - 2;
    if (isMessage && !bottomRule.test(message) && message[1] !== ' ') return { text: row, at: 0 };
    const inner = row.slice(1, -1);
    // The message is in the bottom rule, after its first cell.
    const position = isMessage ? 2 : 1;
    const text = withoutRules(inner.slice(position - 1), /^[+=-]/.test(row), isJoined);
    return { text: withCard(text, position, row, span), at: position };
  });
};

/** The texts of `contentRows`. */
export const contentOf = (screen: Screen): Screen => contentRows(screen).map(({ text }) => text);
