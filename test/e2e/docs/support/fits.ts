const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `…` on a page matches any text within a line, or, on a line by itself, any number of lines. */
const patternOf = (lines: readonly string[]): RegExp => {
  const each = lines.map((line) =>
    line.trim() === '…' ? '(?:.*\n)*' : `${line.split('…').map(literal).join('.*')}\n`,
  );
  return new RegExp(`^${each.join('')}$`);
};

/** True if the output of a command matches the page. */
export const fits = (shown: readonly string[], printed: string): boolean =>
  patternOf(shown).test(printed === '' || printed.endsWith('\n') ? printed : `${printed}\n`);
