/**
 * The operator's terminal, lent to a program elsewhere: raw bytes in both directions, neither masked nor stripped. Only
 * a shell that the operator has confirmed gets one.
 */
export interface InteractiveTerminal {
  /** The size in cells, read again on every call. */
  size(): { readonly columns: number; readonly rows: number };
  /** Calls the listener after every change of the size. All listeners end with the loan. */
  onResize(listener: () => void): void;
  /** Calls the listener with what the operator types. */
  onInput(listener: (bytes: Uint8Array) => void): void;
  write(bytes: Uint8Array | string): void;
}

/** Lends the terminal while `use` runs. Throws WireError when it is not available, or the screen is shared. */
export type LendTerminal = <T>(use: (terminal: InteractiveTerminal) => Promise<T>) => Promise<T>;

/** The streams of a terminal, as far as a loan uses them. */
interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/**
 * Runs `use` with the terminal in raw mode: every key is input, also ctrl-c and ctrl-z. Afterward the terminal reads
 * nothing, so that the next owner gets what is typed next.
 */
export const withInteractiveTerminal = async <T>(
  { stdin, stdout }: TerminalStreams,
  use: (terminal: InteractiveTerminal) => Promise<T>,
): Promise<T> => {
  const inputs: ((bytes: Uint8Array) => void)[] = [];
  const resizes: (() => void)[] = [];
  const input = (chunk: Uint8Array | string): void => {
    const bytes = Buffer.from(chunk);
    for (const listener of inputs) listener(bytes);
  };
  const resized = (): void => {
    for (const listener of resizes) listener();
  };
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on('data', input);
  stdin.resume();
  stdout.on('resize', resized);
  try {
    return await use({
      size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
      onResize: (listener) => void resizes.push(listener),
      onInput: (listener) => void inputs.push(listener),
      write: (bytes) => void stdout.write(bytes),
    });
  } finally {
    stdout.off('resize', resized);
    stdin.off('data', input);
    stdin.pause();
    if (stdin.isTTY) stdin.setRawMode(false);
  }
};
