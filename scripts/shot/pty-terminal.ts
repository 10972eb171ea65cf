import { type IPty, spawn } from '@lydell/node-pty';
import headless, { type Terminal } from '@xterm/headless';

export interface PtyOptions {
  readonly columns: number;
  readonly rows: number;
  /** Added to the environment of this process; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

interface PtyExit {
  readonly code: number;
  /** Number of the terminating signal; 0 if there was none. */
  readonly signal: number;
}

/** A program in a pseudo-terminal, and its screen. */
export interface PtyTerminal extends AsyncDisposable {
  readonly pid: number;
  readonly terminal: Terminal;
  /** All output so far, as text. */
  output(): string;
  /** The screen, one string per row without trailing blanks. */
  screen(): readonly string[];
  cursorShown(): boolean;
  /** Sends input as if typed. The program may read it in parts; bytes allow partial characters. */
  press(bytes: string | Uint8Array): void;
  /** Stops reading the program's output until `resume`. */
  pause(): void;
  resume(): void;
  /** Closes the terminal, like closing its window. */
  hangUp(): void;
  resize(columns: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<PtyExit>;
  /** Calls back on output before it is drawn; returns the unsubscribe function. */
  onWritten(listener: () => void): () => void;
  /** Resolves when the drawn screen matches; rejects with the screen's text after a timeout. */
  until(wanted: (screen: readonly string[]) => boolean, what: string, timeoutMs?: number): Promise<void>;
  /** Resolves after `quietMs` without output, at the latest after `maxMs`. */
  quiet(quietMs: number, maxMs: number): Promise<void>;
}

/** Variables that tell programs, including Ink, that they are not in an interactive terminal; removed for tests. */
const isCi = (name: string): boolean =>
  name === 'CI' || name.startsWith('CI_') || name === 'CONTINUOUS_INTEGRATION';

const environmentOf = (own: PtyOptions['env'] = {}): Record<string, string> => {
  const inherited = Object.entries(process.env).filter(([name]) => !isCi(name) && name !== 'NO_COLOR');
  const all = { ...Object.fromEntries(inherited), TERM: 'xterm-256color', COLORTERM: 'truecolor', ...own };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
};

const screenOf = ({ buffer, rows }: Terminal): readonly string[] =>
  Array.from(
    { length: rows },
    (_, row) => buffer.active.getLine(buffer.active.viewportY + row)?.translateToString(true) ?? '',
  );

const lines = (screen: readonly string[]): string => screen.map((line) => `  │${line}`).join('\n');

/** Starts `argv` in a new terminal. Disposing it kills this program (and no other) if it is still running. */
export const openPtyTerminal = (argv: readonly string[], options: PtyOptions): PtyTerminal => {
  const [file = '', ...args] = argv;
  const { columns, rows } = options;
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  const pty: IPty = spawn(file, args, {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd ?? process.cwd(),
    env: environmentOf(options.env),
  });
  let output = '';
  let cursorShown = true;
  let lastAt = performance.now();
  let exit: PtyExit | undefined;
  const watchers = new Set<() => void>();
  /** The screen before the frame that is being drawn, which may arrive in several parts (mode 2026); undefined: none is. */
  let before: readonly string[] | undefined;
  const screen = (): readonly string[] => before ?? screenOf(terminal);
  const notify = (): void => {
    if (before === undefined) for (const watcher of [...watchers]) watcher();
  };
  for (const final of ['h', 'l'])
    terminal.parser.registerCsiHandler({ prefix: '?', final }, (params) => {
      if (params.includes(25)) cursorShown = final === 'h';
      if (params.includes(2026)) before = final === 'h' ? screenOf(terminal) : undefined;
      return false;
    });
  // Responses to the program's terminal queries.
  terminal.onData((data) => {
    if (exit === undefined) pty.write(data);
  });
  const listeners = new Set<() => void>();
  pty.onData((data) => {
    output += data;
    lastAt = performance.now();
    for (const listener of listeners) listener();
    terminal.write(data, notify);
  });
  const exited = new Promise<PtyExit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      exit = { code: exitCode, signal: signal ?? 0 };
      terminal.write('', () => {
        before = undefined;
        notify();
        resolve(exit ?? { code: exitCode, signal: 0 });
      });
    });
  });

  return {
    pid: pty.pid,
    terminal,
    output: () => output,
    screen,
    cursorShown: () => cursorShown,
    press: (bytes) => {
      // node-pty forwards bytes to the stream as well, although its types do not declare it.
      if (exit === undefined) pty.write(bytes as string);
    },
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    hangUp: () => {
      const { destroy }: { destroy?: () => void } = pty as IPty & { destroy?: () => void };
      destroy?.call(pty);
    },
    resize: (toColumns, toRows) => {
      terminal.resize(toColumns, toRows);
      pty.resize(toColumns, toRows);
    },
    kill: (signal) => {
      if (exit === undefined) pty.kill(signal);
    },
    exited,
    onWritten: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    until: (wanted, what, timeoutMs = 15_000) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          watchers.delete(watcher);
          clearTimeout(timer);
        };
        const fail = (why: string): void => {
          end();
          reject(new Error(`${what}: ${why}; the screen is\n${lines(screen())}`));
        };
        const watcher = (): void => {
          if (wanted(screen())) {
            end();
            resolve();
          } else if (exit !== undefined) fail(`it ended (${exit.code}, signal ${exit.signal})`);
        };
        const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs);
        watchers.add(watcher);
        watcher();
      }),
    quiet: async (quietMs, maxMs) => {
      const latest = performance.now() + maxMs;
      for (;;) {
        const left = Math.min(lastAt + quietMs, latest) - performance.now();
        if (left <= 0) return;
        await new Promise((resolve) => setTimeout(resolve, left));
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (exit === undefined) pty.kill('SIGKILL');
      await exited;
      terminal.dispose();
    },
  };
};
