const enterAlternate = '\u001b[?1049h\u001b[2J\u001b[H';
/** Bracketed paste off, styles off, cursor shown. Harmless when they are so already. */
const plainAgain = '\u001b[?2004l\u001b[0m\u001b[?25h';

/**
 * Puts the terminal into the state in which Ink may begin: raw, on an empty alternate screen, cursor at its first cell.
 * Ink itself neither clears nor homes, and a key typed before it reads would be echoed onto the first row.
 */
export const enterTerminal = (stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): void => {
  if (stdin.isTTY) stdin.setRawMode(true);
  stdout.write(enterAlternate);
};

/** What Ink leaves to a later turn, done at once: for endings after which there is no later turn. */
export const leaveTerminal = (stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): void => {
  if (stdin.isTTY) stdin.setRawMode(false);
  stdout.write(plainAgain);
};

/** What a terminal without a size is taken for. */
const assumed = { columns: 80, rows: 24 };

/** Its size at every look, in cells. */
export const sizeOf = (stdout: NodeJS.WriteStream): { readonly columns: number; readonly rows: number } => ({
  get columns() {
    return stdout.columns || assumed.columns;
  },
  get rows() {
    return stdout.rows || assumed.rows;
  },
});
