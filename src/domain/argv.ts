const plain = /^[\p{L}\p{N}_@%+=:,./-]+$/u;

/** An argv as a line to read: what a shell would split or change is in quotes. Never given to a shell. */
export const argvLine = (argv: readonly string[]): string =>
  argv.map((one) => (plain.test(one) ? one : `'${one.replaceAll("'", `'\\''`)}'`)).join(' ');
