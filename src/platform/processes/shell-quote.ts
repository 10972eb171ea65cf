/**
 * One word for a shell that reads it once: in single quotes, in which nothing has a meaning but the quote itself (POSIX,
 * Shell Command Language, 2.2.2). A backslash stands outside of them, too, since fish gives it a meaning inside. For csh the
 * same, as long as it is one line.
 */
export const quoted = (word: string): string => `'${word.replaceAll(/['\\]/g, `'\\$&'`)}'`;

/** An argv as the text that a remote login shell takes apart into just that argv. */
export const quotedArgv = (argv: readonly string[]): string => argv.map(quoted).join(' ');
