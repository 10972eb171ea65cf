/** One string per row. */
type Screen = readonly string[];

/** A row without the rules of panels, and the cell of the screen at which it starts. */
interface ContentRow {
  readonly text: string;
  readonly at: number;
}

const sides = /^[│├╭╰┼|+](.*)[│┤╮╯┼|+]$/s;

/** Rules become blanks, so that tests see a pane as its title, column heads and rows. */
const withoutRules = (text: string): string =>
  text.replaceAll(/[─│┬┴┼├┤╭╮╰╯]/g, ' ').replaceAll(/-{3,}/g, (rule) => ' '.repeat(rule.length));

/** The rows of a screen without the rules around its panes; header, summary and footer as they are. */
export const contentRows = (screen: Screen): readonly ContentRow[] =>
  screen.map((row, index): ContentRow => {
    const inner = index < 2 || index === screen.length - 1 ? undefined : sides.exec(row)?.[1];
    if (inner === undefined) return { text: row, at: 0 };
    // The message stands in the bottom rule, after its first cell.
    const isMessage = index === screen.length - 2;
    return isMessage ? { text: withoutRules(inner.slice(1)), at: 2 } : { text: withoutRules(inner), at: 1 };
  });

/** The texts of `contentRows`. */
export const contentOf = (screen: Screen): Screen => contentRows(screen).map(({ text }) => text);
