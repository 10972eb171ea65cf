/** Splits a text at blanks and line ends. */
export const words = (text: string): readonly string[] => text.split(/\s+/);

/**
 * One line per program: its name, then its options or words. `PROGRAM_WORD`: those of a sub-command. Sources: the manual pages of
 * the programs; GTFOBins as a checklist of programs.
 */
export const optionTable = (lines: string): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    lines
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', ...options] = words(line.trim());
        return [name, options];
      }),
  );
