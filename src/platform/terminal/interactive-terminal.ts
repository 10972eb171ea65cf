import type { TerminalProgram, TerminalProgramResult } from '../processes/run-in-terminal.ts';

/** The end of a program in the terminal. */
export interface TerminalRunResult extends TerminalProgramResult {
  /** Why its output could not be read. Absent: `output` has received all of it. */
  readonly unread?: string;
}

/**
 * The operator's terminal, lent to a program: raw bytes in both directions, neither masked nor stripped. Only a shell or
 * console that the operator has confirmed gets one.
 */
export interface InteractiveTerminal {
  /** The size in cells, read again on every call. */
  size(): { readonly columns: number; readonly rows: number };
  /** Calls the listener after every change of the size. All listeners end with the loan. */
  onResize(listener: () => void): void;
  /** Calls the listener with what the operator types. */
  onInput(listener: (bytes: Uint8Array) => void): void;
  write(bytes: Uint8Array | string): void;
  /**
   * Runs a program of this machine that owns the terminal until it ends. `output` receives a copy of what it shows. The
   * signal ends it. Never rejects.
   */
  run(
    program: TerminalProgram,
    signal: AbortSignal,
    output: (bytes: Uint8Array) => void,
  ): Promise<TerminalRunResult>;
}

/** Lends the terminal while `use` runs. Throws WireError when it is not available, or the screen is shared. */
export type LendTerminal = <T>(use: (terminal: InteractiveTerminal) => Promise<T>) => Promise<T>;

/** The streams of a terminal, as far as a loan uses them. */
interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

const setRaw = (stdin: NodeJS.ReadStream, on: boolean): void => {
  if (stdin.isTTY) stdin.setRawMode(on);
};

/**
 * Runs a program in a pseudo-terminal, and passes on its output. Where this machine cannot make one, the program gets the
 * terminal itself, and its output stays unread.
 */
const runProgram = async (
  { stdout }: TerminalStreams,
  program: TerminalProgram,
  signal: AbortSignal,
  output: (bytes: Uint8Array) => void,
  owned: (pid: number | undefined) => void,
): Promise<TerminalRunResult> => {
  const { runInTerminal, withPseudoTerminal } = await import('../processes/run-in-terminal.ts');
  const wrapped = await withPseudoTerminal(program);
  const { argv, env } = wrapped ?? program;
  const pass = (bytes: Uint8Array): Promise<void> | undefined => {
    output(bytes);
    if (stdout.write(bytes)) return undefined;
    return new Promise((resolve) => void stdout.once('drain', () => resolve()));
  };
  const { pid, end } = runInTerminal(argv, {
    env,
    signal,
    ...(wrapped === undefined ? {} : { output: pass }),
  });
  owned(pid);
  try {
    const ended = await end;
    return wrapped === undefined ? { ...ended, unread: 'program "script" not found' } : ended;
  } finally {
    owned(undefined);
  }
};

/**
 * Runs `use` with the terminal in raw mode: every key is input, also ctrl-c and ctrl-z. Afterward the terminal reads
 * nothing, so that the next owner gets what is typed next. `owned`: called with the process ID of a program that owns the
 * terminal, and with undefined when it has ended.
 */
export const withInteractiveTerminal = async <T>(
  streams: TerminalStreams,
  use: (terminal: InteractiveTerminal) => Promise<T>,
  owned: (pid: number | undefined) => void = () => {},
): Promise<T> => {
  const { stdin, stdout } = streams;
  const inputs: ((bytes: Uint8Array) => void)[] = [];
  const resizes: (() => void)[] = [];
  const input = (chunk: Uint8Array | string): void => {
    const bytes = Buffer.from(chunk);
    for (const listener of inputs) listener(bytes);
  };
  const resized = (): void => {
    for (const listener of resizes) listener();
  };
  const take = (): void => {
    setRaw(stdin, true);
    stdin.on('data', input);
    stdin.resume();
  };
  const release = (): void => {
    stdin.off('data', input);
    stdin.pause();
    setRaw(stdin, false);
  };
  take();
  stdout.on('resize', resized);
  try {
    return await use({
      size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
      onResize: (listener) => void resizes.push(listener),
      onInput: (listener) => void inputs.push(listener),
      write: (bytes) => void stdout.write(bytes),
      run: async (program, signal, output) => {
        // A pseudo-terminal starts with the modes of this one, so raw mode must be off. Node stops reading a paused stdin
        // in the next tick.
        release();
        try {
          return await runProgram(streams, program, signal, output, owned);
        } finally {
          take();
        }
      },
    });
  } finally {
    stdout.off('resize', resized);
    release();
  }
};
