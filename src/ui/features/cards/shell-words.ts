/** Words that no shell interprets, wherever they appear after the first word. */
const plain = /^[\w@%+:,./][\w@%+=:,./-]*$|^--?[\w-]+(=[\w@%+=:,./-]*)?$/;

/**
 * Quotes one word for a shell: in single quotes, where only the quote itself is special (POSIX, Shell Command
 * Language, 2.2.2). A backslash is placed outside of them, because fish interprets it inside.
 */
const shellWord = (word: string): string =>
  plain.test(word) ? word : `'${word.replaceAll(/['\\]/g, `'\\$&'`)}'`;

/** Formats an argv as a shell command line. */
export const formatShellCommand = (argv: readonly string[]): string => argv.map(shellWord).join(' ');
