/** Quotes a word that contains blanks. */
export const quoteArgument = (word: string): string =>
  /\s/.test(word) ? `"${word.replaceAll('"', '')}"` : word;

/** Splits arguments at blanks, except inside quotes. */
export const splitArguments = (text: string): readonly string[] =>
  (text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? []).map((word) => word.replaceAll('"', ''));

/** Index at which the last argument starts. */
export const lastArgumentStart = (text: string): number => {
  let position = 0;
  let inQuotes = false;
  for (const [index, letter] of [...text].entries()) {
    if (letter === '"') inQuotes = !inQuotes;
    else if (letter === ' ' && !inQuotes) position = index + 1;
  }
  return position;
};

/** Parses `name=value` arguments; a repeated name collects all its values. */
export const parseParamArguments = (rest: string): Readonly<Record<string, string | readonly string[]>> => {
  const given = new Map<string, readonly string[]>();
  for (const word of splitArguments(rest)) {
    const index = word.indexOf('=');
    const name = word.slice(0, index);
    if (index > 0) given.set(name, [...(given.get(name) ?? []), word.slice(index + 1)]);
  }
  return Object.fromEntries(
    [...given].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
};

/** The longest common prefix, ignoring case; spelled as in the first text. */
export const commonPrefix = (texts: readonly string[]): string => {
  const [first = '', ...others] = texts;
  let end = first.length;
  for (const other of others) {
    let same = 0;
    while (same < end && other[same]?.toLowerCase() === first[same]?.toLowerCase()) same++;
    end = same;
  }
  return first.slice(0, end);
};
