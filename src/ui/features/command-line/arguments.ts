/** A word as it has to be typed: with blanks in it, in quotes. */
export const quoteArgument = (word: string): string =>
  /\s/.test(word) ? `"${word.replaceAll('"', '')}"` : word;

/** The words of a command's rest; blanks between quotes belong to the word that they stand in. */
export const splitArguments = (text: string): readonly string[] =>
  (text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? []).map((word) => word.replaceAll('"', ''));

/** Where the word begins that is being typed at the end of the text. */
export const lastArgumentStart = (text: string): number => {
  let [at, inQuotes] = [0, false];
  for (const [index, letter] of [...text].entries()) {
    if (letter === '"') inQuotes = !inQuotes;
    else if (letter === ' ' && !inQuotes) at = index + 1;
  }
  return at;
};

/** `name=value` pairs behind a command; one that is named several times has all its values. */
export const parseParamArguments = (rest: string): Readonly<Record<string, string | readonly string[]>> => {
  const given = new Map<string, readonly string[]>();
  for (const word of splitArguments(rest)) {
    const at = word.indexOf('=');
    const name = word.slice(0, at);
    if (at > 0) given.set(name, [...(given.get(name) ?? []), word.slice(at + 1)]);
  }
  return Object.fromEntries(
    [...given].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
};

/** What all of these begin with, whatever the case of their letters; as the first one writes it. */
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
