const enterAlternate = '\u001b[?1049h\u001b[2J\u001b[H';
/**
 * No automatic wrapping: a terminal that draws a character wider than we count it cuts that row at its edge, where it
 * would otherwise push the whole screen up by one.
 */
const noWrap = '\u001b[?7l';
const wrapAgain = '\u001b[?7h';
/** Buttons and wheel in SGR form (xterm 1000 and 1006): no motion, which would be a read for every cell passed. */
const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';
/** Bracketed paste off, styles off, cursor shown. Harmless when they are so already. */
const plainAgain = '\u001b[?2004l\u001b[0m\u001b[?25h';

/**
 * Puts the terminal into the state in which Ink may begin: raw, on an empty alternate screen, cursor at its first cell.
 * Ink itself neither clears nor homes, and a key typed before it reads would be echoed onto the first row.
 */
export const enterTerminal = (stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream, mouse: boolean): void => {
  if (stdin.isTTY) stdin.setRawMode(true);
  stdout.write(enterAlternate + noWrap + (mouse ? mouseOn : ''));
};

/** Whether the terminal tells of clicks and the wheel from now on; where it does not, they select text. */
export const setMouseReporting = (stdout: NodeJS.WriteStream, mouse: boolean): void => {
  stdout.write(mouse ? mouseOn : mouseOff);
};

/** The modes that Ink knows nothing of, as they were: before somebody else has the terminal for a while. */
export const releaseTerminal = (stdout: NodeJS.WriteStream): void => {
  stdout.write(mouseOff + wrapAgain);
};

/** What Ink leaves to a later turn, done at once: for endings after which there is no later turn. */
export const restoreTerminal = (stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): void => {
  if (stdin.isTTY) stdin.setRawMode(false);
  stdout.write(mouseOff + wrapAgain + plainAgain);
};

/** What a terminal without a size is taken for. */
const assumed = { columns: 80, rows: 24 };

/** Its size at every look, in cells. */
export const terminalSize = (
  stdout: NodeJS.WriteStream,
): { readonly columns: number; readonly rows: number } => ({
  get columns() {
    return stdout.columns || assumed.columns;
  },
  get rows() {
    return stdout.rows || assumed.rows;
  },
});
