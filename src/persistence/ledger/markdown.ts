/** Text from outside as Markdown code: on one line, fenced with more backticks than it holds. */
export const code = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return line === '' ? '–' : `${fence}${pad}${line}${pad}${fence}`;
};

export const listed = (texts: readonly string[]): string => texts.map(code).join(', ');
