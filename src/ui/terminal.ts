/** What this process hears of the terminal and the system, and what it may do to itself. Given by `io/terminal`. */
export interface TerminalHost {
  /** The terminal goes away or somebody ends us: SIGTERM, SIGHUP, SIGINT. Heard until the process has ended. */
  onEnd(listener: () => void): void;
  /** A mistake of ours that nobody caught: the terminal is given back before anything is printed. */
  onCrash(listener: () => void): void;
  /** Somebody wants us to stop for a while (SIGTSTP), or we were continued (SIGCONT). Returns how to stop listening. */
  onStop(listener: () => void): () => void;
  onContinue(listener: () => void): () => void;
  /** Stops the whole foreground job, as ctrl-z does; returns once it is continued. */
  stop(): void;
}

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
