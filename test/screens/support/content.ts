/** One string per row. */
type Screen = readonly string[];

/** A row without the rules of panels, and the cell of the screen at which it starts. */
interface ContentRow {
  readonly text: string;
  readonly at: number;
}

/** Rules become blanks, so that tests see a pane as its title, column heads and rows. */
const withoutRules = (text: string): string =>
  text.replaceAll(/[─│┬┴┼├┤╭╮╰╯]/g, ' ').replaceAll(/-{3,}/g, (rule) => ' '.repeat(rule.length));

/** The rows of a screen without the rules around its panes; header, summary and footer as they are. */
export const contentRows = (screen: Screen): readonly ContentRow[] => {
  // The first row of the body is the top rule of a panel, unless no pane is shown.
  const hasPanels = /─{2}|-{3}/.test(screen[2] ?? '');
  return screen.map((row, index): ContentRow => {
    if (!hasPanels || index < 2 || index === screen.length - 1) return { text: row, at: 0 };
    const inner = row.slice(1, -1);
    // The message stands in the bottom rule, after its first cell.
    return index === screen.length - 2
      ? { text: withoutRules(inner.slice(1)), at: 2 }
      : { text: withoutRules(inner), at: 1 };
  });
};

/** The texts of `contentRows`. */
export const contentOf = (screen: Screen): Screen => contentRows(screen).map(({ text }) => text);
