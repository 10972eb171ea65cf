/** The words of a command line that are no options, and stand not behind one of `taking`. */
export const operandsOf = (args: readonly string[], taking: readonly string[] = []): readonly string[] =>
  args.filter(
    (arg, index) => (!arg.startsWith('-') || arg === '-') && !taking.includes(args[index - 1] ?? ''),
  );

/** What stands behind an option. */
export const behind = (args: readonly string[], option: string): string | undefined => {
  const at = args.indexOf(option);
  return at === -1 ? undefined : args[at + 1];
};
