/** What no shell reads as anything but itself, wherever it stands behind the first word. */
const plain = /^[\w@%+:,./][\w@%+=:,./-]*$|^--?[\w-]+(=[\w@%+=:,./-]*)?$/;

/**
 * One word to be pasted into a shell: in single quotes, in which nothing has a meaning but the quote itself (POSIX, Shell
 * Command Language, 2.2.2). A backslash stands outside of them, too, since fish gives it a meaning inside.
 */
const shellWord = (word: string): string =>
  plain.test(word) ? word : `'${word.replaceAll(/['\\]/g, `'\\$&'`)}'`;

/** An argv as a line to paste into a shell. */
export const shellLine = (argv: readonly string[]): string => argv.map(shellWord).join(' ');
