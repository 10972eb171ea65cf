import { constants } from 'node:os';
import { runInTerminal, type TerminalProgramResult } from '../processes/run-in-terminal.ts';
import { secretMasker } from './secrets.ts';
import { createOutputSink } from './sink.ts';

const sink = createOutputSink(secretMasker);

/** What a process hears of its terminal and its end, and what it may do to itself. */
export interface ProcessTerminal {
  /** The terminal goes away, or a signal ends this process: SIGTERM, SIGHUP, SIGINT, SIGQUIT and others. Heard until the process has ended. */
  onEnd(listener: () => void): void;
  /** An error that was not caught: the terminal is given back before anything is printed. Also when the process exits for another reason. */
  onCrash(listener: () => void): void;
  /** Somebody wants us to stop for a while (SIGTSTP), or we were continued (SIGCONT). Returns how to stop listening. */
  onStop(listener: () => void): () => void;
  onContinue(listener: () => void): () => void;
  /** Resolves when the terminal has taken all that was written to it, or is gone. */
  written(): Promise<void>;
  /** Starts a program that has the terminal until it ends: ctrl-c is its own meanwhile, and it cannot be put to sleep. Never rejects. */
  run(argv: readonly string[]): Promise<TerminalProgramResult>;
  /** Stops the whole foreground job, as ctrl-z does; returns once it is continued. */
  stop(): void;
}

/** Signals that end a process unless it listens to them: the terminal would stay raw and tell of clicks. */
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
/** The conventional exit status of a process that a signal ended. */
const statusOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
/** An orderly end may take so long; then the process ends anyway. What acts gets 8 s to end what it began. */
const patienceMs = 10_000;

/** Sent by the terminal when ctrl-c or ctrl-\\ is pressed in it. */
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
 * Node writes to a terminal in blocking mode: one that reads nothing (a stalled connection, a window that was put
 * away) would stop sources, runs and even the handling of signals with it. From now on what it does not take waits in
 * the stream, which says so (`writableNeedDrain`). The handle is Node's own, and has no public name.
 */
const neverWaitFor = (stream: NodeJS.WriteStream): void => {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (on: boolean) => unknown } };
  if (stream.isTTY) handle?.setBlocking?.(false);
};

/**
 * Node goes on reading a terminal that nobody listens to, and would take what is typed for somebody else. The handle is
 * Node's own, and has no public name; pausing the stream leaves it as it is.
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

/** A line, or several, on stderr: for warnings and crash reports outside of a command's output. */
export const writeStderr = (text: string): void => {
  process.stderr.write(`${sink.text(text)}\n`);
};

/**
 * This process, for whoever holds its terminal. Ending signals set the exit status and leave the orderly end to the
 * listener, with a limit; a mistake that nobody caught is printed (masked) once the listener has given the terminal
 * back, and ends the process with status 1. A terminal that has gone away counts as SIGHUP.
 */
export const processTerminal = (): ProcessTerminal => {
  // Libraries show the cursor again through stderr when the process exits.
  for (const stream of [process.stdout, process.stderr]) neverWaitFor(stream);
  /** The process id of who has the terminal for a while. */
  let lentTo: number | undefined;
  return {
    onEnd: (listener) => {
      const end = (status: number): void => {
        endAs(status);
        listener();
      };
      for (const signal of endings)
        process.on(signal, () => {
          // The terminal tells all of its foreground, and means the one that has it.
          if (!fromKeys.has(signal) || lentTo === undefined) end(statusOf(signal));
        });
      // A terminal that has gone away fails in either direction: raw mode cannot be left, either. Unheard, that is a crash.
      for (const stream of [process.stdin, process.stdout]) stream.on('error', () => end(statusOf('SIGHUP')));
    },
    onCrash: (listener) => {
      const crash = (mistake: unknown): void => {
        listener();
        const told = mistake instanceof Error ? (mistake.stack ?? mistake.message) : String(mistake);
        const end = (): void => {
          writeStderr(`opsdeck: a mistake of ours\n${told}`);
          process.exit(1);
        };
        // Behind what is on its way, or it would be printed on a screen that is about to go away.
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
        // Nobody could continue it: the shell sees one job, and that is us.
        if (lentTo === undefined) listener();
        else process.kill(lentTo, 'SIGCONT');
      }),
    onContinue: (listener) => listen('SIGCONT', listener),
    written,
    run: async (argv) => {
      reading(false);
      const { pid, end } = runInTerminal(argv);
      lentTo = pid;
      try {
        return await end;
      } finally {
        lentTo = undefined;
        reading(true);
      }
    },
    // The whole foreground job, as the terminal itself would: a launcher that waits for us has to stop too, or the shell
    // never gets its prompt back.
    stop: () => {
      process.kill(0, 'SIGSTOP');
    },
  };
};
