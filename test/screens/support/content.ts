/** One string per row. */
type Screen = readonly string[];

/** A row without the rules of panels, and the cell of the screen at which it starts. */
interface ContentRow {
  readonly text: string;
  readonly at: number;
}

/** A row of panel rules, except the text in it: from the second cell to the one before the last. */
const bottomRule = /^.[─-].*[─-].$/;

/**
 * Rules become blanks, so that tests see a pane as its title, column heads and rows. In ASCII only a row that starts with a
 * corner has a rule: elsewhere dashes are content. Without a junction no panes are side by side: a vertical line is content.
 */
const withoutRules = (text: string, isAsciiRule: boolean, isJoined: boolean): string => {
  if (isAsciiRule) return text.replaceAll(/-{3,}/g, (rule) => ' '.repeat(rule.length));
  return text.replaceAll(isJoined ? /[─│┬┴┼├┤╭╮╰╯]/g : /─/g, ' ');
};

/** The rows of a screen without the rules around its panes; header, summary and footer as they are. */
export const contentRows = (screen: Screen): readonly ContentRow[] => {
  const message = screen.at(-2) ?? '';
  // The first row of the body is the top rule of a panel, unless no pane is shown. A long title or message covers its rule.
  const hasPanels = /─{2}|-{3}/.test(screen[2] ?? '') || bottomRule.test(message);
  const isJoined = screen.some((row) => /[┬┴┼├┤╭╮╰╯]/.test(row));
  return screen.map((row, index): ContentRow => {
    if (!hasPanels || index < 2 || index === screen.length - 1) return { text: row, at: 0 };
    const isMessage = index === screen.length - 2;
    if (isMessage && !bottomRule.test(message) && message[1] !== ' ') return { text: row, at: 0 };
    const inner = row.slice(1, -1);
    // The message is in the bottom rule, after its first cell.
    const position = isMessage ? 2 : 1;
    return { text: withoutRules(inner.slice(position - 1), row.startsWith('+'), isJoined), at: position };
  });
};

/** The texts of `contentRows`. */
export const contentOf = (screen: Screen): Screen => contentRows(screen).map(({ text }) => text);
