import { once } from 'node:events';
import { constants } from 'node:os';
import { secretMasker } from '../masking/secrets.ts';
import { runInTerminal, type TerminalProgramResult } from '../processes/run-in-terminal.ts';
import { type InteractiveTerminal, withInteractiveTerminal } from './interactive-terminal.ts';
import { createOutputSink } from './sink.ts';

const sink = createOutputSink(secretMasker);

/** Events and control of this process and its terminal. */
export interface ProcessTerminal {
  /**
   * Calls the listener when the terminal is lost or a signal ends this process: SIGTERM, SIGHUP, SIGINT, SIGQUIT and
   * others. Active until the process exits.
   */
  onEnd(listener: () => void): void;
  /**
   * Calls the listener on an uncaught error, before anything is printed, so that it can restore the terminal. Also on
   * any other exit.
   */
  onCrash(listener: () => void): void;
  /** Calls the listener on SIGTSTP, and on SIGCONT. Both return a function that unsubscribes. */
  onStop(listener: () => void): () => void;
  onContinue(listener: () => void): () => void;
  /**
   * Calls the listener on SIGWINCH, also when the size is what it was before: of two resizes in quick succession Node reports
   * none if the second takes the first back, and the terminal may have cut the screen in between. Returns a function that
   * unsubscribes.
   */
  onWindowChange(listener: () => void): () => void;
  /** Resolves when the terminal has accepted all written output, or is lost. */
  written(): Promise<void>;
  /**
   * Starts a program that owns the terminal until it ends: it receives ctrl-c, and cannot be suspended. Never
   * rejects.
   */
  run(argv: readonly string[]): Promise<TerminalProgramResult>;
  /** Lends the terminal to a program, such as a shell in a container or a database console. */
  interact<T>(use: (terminal: InteractiveTerminal) => Promise<T>): Promise<T>;
  /** Stops the whole foreground job, as ctrl-z does. Resolves once it is continued and listeners of SIGCONT were called. */
  stop(): Promise<void>;
}

/** Signals that would end the process without a cleanup: the terminal would stay in raw mode with mouse reporting. */
const endings = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGUSR2',
  'SIGALRM',
  'SIGTERM',
  'SIGXCPU',
] as const satisfies readonly NodeJS.Signals[];
/** The conventional exit status of a process killed by a signal. */
const statusOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
/** Time limit for an orderly shutdown, in ms; runs in progress get 8 s to cancel. */
const patienceMs = 10_000;

/** Signals that the terminal sends for ctrl-c and ctrl-\. */
const fromKeys: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

const listen = (event: NodeJS.Signals, listener: () => void): (() => void) => {
  process.on(event, listener);
  return () => {
    process.off(event, listener);
  };
};

const endAs = (status: number): void => {
  process.exitCode = status;
  setTimeout(() => process.exit(status), patienceMs).unref();
};

/**
 * Disables blocking writes to a terminal. Otherwise a terminal that reads nothing (a stalled connection, a suspended
 * window) would block sources, runs and signal handling. Unread output waits in the stream, which reports it
 * (`writableNeedDrain`). The handle is internal to Node.
 */
const disableBlockingWrites = (stream: NodeJS.WriteStream): void => {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (on: boolean) => unknown } };
  if (stream.isTTY) handle?.setBlocking?.(false);
};

/**
 * Starts or stops reading stdin. Node keeps reading a terminal without listeners, and would take input meant for
 * another program. The handle is internal to Node; pausing the stream has no effect on it.
 */
const reading = (on: boolean): void => {
  const { _handle: handle } = process.stdin as { _handle?: { readStart?(): void; readStop?(): void } };
  if (on) handle?.readStart?.();
  else handle?.readStop?.();
};

const written = (): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write('', () => resolve());
  });

/** Writes one or more lines to stderr: warnings and crash reports outside a command's output. */
export const writeStderr = (text: string): void => {
  process.stderr.write(`${sink.text(text)}\n`);
};

/**
 * The terminal of this process. Ending signals set the exit status and leave the orderly shutdown to the listener,
 * with a time limit. An uncaught error is printed (masked) after the listener has restored the terminal, with exit
 * status 1. A lost terminal counts as SIGHUP.
 */
export const processTerminal = (): ProcessTerminal => {
  // Libraries show the cursor again through stderr when the process exits.
  for (const stream of [process.stdout, process.stderr]) disableBlockingWrites(stream);
  /** The process ID of the program that currently owns the terminal. */
  let terminalOwner: number | undefined;
  return {
    onEnd: (listener) => {
      const end = (status: number): void => {
        endAs(status);
        listener();
      };
      for (const signal of endings)
        process.on(signal, () => {
          // The terminal signals its whole foreground group, but means the program that owns it.
          if (!fromKeys.has(signal) || terminalOwner === undefined) end(statusOf(signal));
        });
      // A lost terminal fails in both directions, even when leaving raw mode. Unhandled, that is a crash.
      for (const stream of [process.stdin, process.stdout]) stream.on('error', () => end(statusOf('SIGHUP')));
    },
    onCrash: (listener) => {
      const crash = (reason: unknown): void => {
        listener();
        const report = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
        const end = (): void => {
          writeStderr(`opsdeck: internal error\n${report}`);
          process.exit(1);
        };
        // Printed after pending output; otherwise it would go to the alternate screen, which is about to close.
        if (process.stdout.writableLength === 0) end();
        else {
          process.stdout.write('', end);
          setTimeout(end, patienceMs);
        }
      };
      process.on('exit', listener);
      process.on('uncaughtException', crash);
      process.on('unhandledRejection', crash);
    },
    onStop: (listener) =>
      listen('SIGTSTP', () => {
        // It could not be continued: the shell sees one job, which is opsdeck.
        if (terminalOwner === undefined) listener();
        else process.kill(terminalOwner, 'SIGCONT');
      }),
    onContinue: (listener) => listen('SIGCONT', listener),
    onWindowChange: (listener) => listen('SIGWINCH', listener),
    written,
    run: async (argv) => {
      reading(false);
      const { pid, end } = runInTerminal(argv);
      terminalOwner = pid;
      try {
        return await end;
      } finally {
        terminalOwner = undefined;
        reading(true);
      }
    },
    interact: (use) =>
      withInteractiveTerminal(process, use, (pid) => {
        terminalOwner = pid;
      }),
    // Stops the whole foreground job, as the terminal does: a waiting launcher must stop too, or the shell never
    // shows its prompt.
    stop: async () => {
      // Node reports the signal some turns after the process runs again: whoever stopped it must still be waiting then.
      const continued = once(process, 'SIGCONT');
      process.kill(0, 'SIGSTOP');
      await continued;
    },
  };
};
