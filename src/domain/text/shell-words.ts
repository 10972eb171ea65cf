/** Words that no shell interprets (fish replaces `%self`), wherever they appear after the first word. */
const plain = /^[\w@+:,./][\w@%+=:,./-]*$|^--?[\w-]+(=[\w@%+=:,./-]*)?$/;

/**
 * Quotes one word for a shell: in single quotes, where only the quote itself is special (POSIX, Shell Command
 * Language, 2.2.2). A backslash is placed outside of them, because fish interprets it inside.
 */
const shellWord = (word: string): string =>
  plain.test(word) ? word : `'${word.replaceAll(/['\\]/g, `'\\$&'`)}'`;

/** Formats an argv as a shell command line. */
export const formatShellCommand = (argv: readonly string[]): string => argv.map(shellWord).join(' ');

/** Part of a word: blanks end it; quotes as in a POSIX shell (2.2), without expansion of any kind. */
const wordPart = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/y;

/**
 * Splits a command line into words, as in `EDITOR='code --wait'`. Quotes and backslashes are as in a POSIX shell; `$`,
 * backticks and globs have no meaning. Undefined for an unbalanced quote.
 */
export const splitCommandLine = (text: string): readonly string[] | undefined => {
  const words: string[] = [];
  let word: string | undefined;
  for (let index = 0; index < text.length; ) {
    wordPart.lastIndex = index;
    const match = wordPart.exec(text);
    if (match !== null) {
      const [whole, single, double, escaped, bare] = match;
      // In double quotes a backslash escapes only these (POSIX, 2.2.3).
      word = (word ?? '') + (single ?? double?.replaceAll(/\\([$`"\\\n])/g, '$1') ?? escaped ?? bare ?? '');
      index += whole.length;
    } else if (/\s/.test(text[index] ?? '')) {
      if (word !== undefined) words.push(word);
      word = undefined;
      index += 1;
    } else return undefined;
  }
  return word === undefined ? words : [...words, word];
};
