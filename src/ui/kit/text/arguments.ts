/** Quotes a word that contains blanks. */
export const quoteArgument = (word: string): string =>
  /\s/.test(word) ? `"${word.replaceAll('"', '')}"` : word;

/** Splits arguments at blanks, except inside quotes. */
export const splitArguments = (text: string): readonly string[] =>
  (text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? []).map((word) => word.replaceAll('"', ''));

/** Index (in UTF-16 code units) at which the last argument starts. */
export const lastArgumentStart = (text: string): number => {
  let position = 0;
  let inQuotes = false;
  for (let index = 0; index < text.length; index++) {
    const letter = text[index];
    if (letter === '"') inQuotes = !inQuotes;
    else if (letter === ' ' && !inQuotes) position = index + 1;
  }
  return position;
};

/** Parses `name=value` arguments; a repeated name collects all its values. */
export const parseParamArguments = (rest: string): Readonly<Record<string, string | readonly string[]>> => {
  const given = new Map<string, string[]>();
  for (const word of splitArguments(rest)) {
    const index = word.indexOf('=');
    if (index <= 0) continue;
    const name = word.slice(0, index);
    const value = word.slice(index + 1);
    const values = given.get(name);
    if (values === undefined) given.set(name, [value]);
    else values.push(value);
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
