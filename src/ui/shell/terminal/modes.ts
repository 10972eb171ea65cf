const enterAlternate = '\u001b[?1049h\u001b[2J\u001b[H';
const leaveAlternate = '\u001b[?1049l';
/**
 * Disables automatic wrapping. If a terminal draws a character wider than expected, it then truncates the row instead of
 * scrolling the screen.
 */
const noWrap = '\u001b[?7l';
const wrapAgain = '\u001b[?7h';
/** Buttons and wheel in SGR form (xterm 1000 and 1006). No motion reports, which would arrive for every cell. */
const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';
/** Turns bracketed paste and styles off and shows the cursor. Idempotent. */
const resetModes = '\u001b[?2004l\u001b[0m\u001b[?25h';

/**
 * Prepares the terminal for Ink: raw mode, empty alternate screen, cursor in the first cell, no mouse reports. Ink does
 * not clear the screen, and keys typed before it reads would be echoed.
 */
export const enterTerminal = (stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): void => {
  if (stdin.isTTY) stdin.setRawMode(true);
  stdout.write(enterAlternate + noWrap);
};

/** Turns mouse reporting on or off; while off, clicks select text in the terminal. */
export const setMouseReporting = (stdout: NodeJS.WriteStream, mouse: boolean): void => {
  stdout.write(mouse ? mouseOn : mouseOff);
};

/** Restores the modes that Ink does not know, before another program uses the terminal. */
export const releaseTerminal = (stdout: NodeJS.WriteStream): void => {
  stdout.write(mouseOff + wrapAgain);
};

/** Restores immediately what Ink restores in a later turn; for exits without a later turn. */
export const restoreTerminal = (stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): void => {
  if (stdin.isTTY) stdin.setRawMode(false);
  stdout.write(mouseOff + wrapAgain + resetModes);
};

/** Restores everything, also the screen that was shown before. For a terminal that Ink has not entered yet. */
export const leaveTerminal = (stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream): void => {
  restoreTerminal(stdout, stdin);
  stdout.write(leaveAlternate);
};

/** Default size for a terminal that reports none. */
const defaultSize = { columns: 80, rows: 24 };

/** Returns the current size in cells; read again on every call. */
export const terminalSize = (
  stdout: NodeJS.WriteStream,
): { readonly columns: number; readonly rows: number } => ({
  get columns() {
    return stdout.columns || defaultSize.columns;
  },
  get rows() {
    return stdout.rows || defaultSize.rows;
  },
});
