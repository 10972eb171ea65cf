const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A page writes `…` for what differs each time: within a line, or alone for any number of lines. */
const patternOf = (lines: readonly string[]): RegExp => {
  const each = lines.map((line) =>
    line.trim() === '…' ? '(?:.*\n)*' : `${line.split('…').map(literal).join('.*')}\n`,
  );
  return new RegExp(`^${each.join('')}$`);
};

/** Whether a command has printed what the page shows. */
export const fits = (shown: readonly string[], printed: string): boolean =>
  patternOf(shown).test(printed === '' || printed.endsWith('\n') ? printed : `${printed}\n`);
