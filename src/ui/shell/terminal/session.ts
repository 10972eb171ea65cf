import type { TerminalProgramResult } from '../../../platform/processes/run-in-terminal.ts';
import type { ProcessTerminal } from '../../../platform/terminal/terminal.ts';
import { enterTerminal, releaseTerminal, restoreTerminal, setMouseReporting } from './modes.ts';

/** Releases the terminal temporarily; `resume` takes it back and redraws the whole screen. */
export type SuspendTerminal = () => Promise<{ resume(): Promise<void> }>;

interface SessionParts {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly host: ProcessTerminal | undefined;
  /** The Ink instance; unmounting it leaves the alternate screen. */
  ink(): { unmount(): void } | undefined;
  /** True if mouse reporting is on. */
  mouse(): boolean;
  /** Called when a signal ends the process. */
  ended(): void;
  /** Redraws the screen, including a changed size. */
  redraw(): void;
}

export interface TerminalSession {
  /** Called when Ink has mounted: from now on the terminal can be released temporarily. */
  mounted(suspend: SuspendTerminal): void;
  /** Restores the terminal, stops the process, and takes the terminal again on SIGCONT. */
  suspend(): void;
  /** Runs a program in the terminal until it exits; undefined if opsdeck has no terminal to hand over. */
  runProgram(argv: readonly string[]): Promise<TerminalProgramResult | undefined>;
  /** Runs `use` while the terminal is released; undefined if opsdeck has no terminal to hand over. */
  lend<T>(use: () => Promise<T>): Promise<T | undefined>;
  /** Writes bytes outside of frames; ignored while the terminal is released. */
  write(bytes: string): void;
  /** Restores the terminal for good, synchronously. */
  end(): void;
}

/** Manages the terminal during the session and restores it on quit, crash, signals and ctrl-z. */
export const createTerminalSession = (parts: SessionParts): TerminalSession => {
  const { stdout, stdin, host } = parts;
  let suspendInk: SuspendTerminal | undefined;
  let released = false;
  let ended = false;

  /** Releases the terminal, runs `meanwhile`, takes the terminal again and redraws. */
  const whileReleased = async (meanwhile: () => void | Promise<void>): Promise<void> => {
    if (suspendInk === undefined || released || ended) return;
    released = true;
    const absence = await suspendInk();
    releaseTerminal(stdout);
    // A stopped process writes nothing more, so flush pending output for the shell's screen first.
    await host?.written();
    if (ended) return;
    await meanwhile();
    if (ended) return;
    enterTerminal(stdout, stdin);
    if (parts.mouse()) setMouseReporting(stdout, true);
    await absence.resume();
    released = false;
    parts.redraw();
  };

  const end = (): void => {
    if (ended) return;
    ended = true;
    for (const stop of listening) stop?.();
    parts.ink()?.unmount();
    restoreTerminal(stdout, stdin);
  };

  const suspend = (): void => {
    if (host !== undefined) void whileReleased(() => host.stop());
  };
  const lend: TerminalSession['lend'] = async (use) => {
    let result: Awaited<ReturnType<typeof use>> | undefined;
    await whileReleased(async () => {
      result = await use();
    });
    return result;
  };
  const runProgram: TerminalSession['runProgram'] = async (argv) =>
    host === undefined ? undefined : lend(() => host.run(argv));
  // Stays subscribed until the process exits: without a listener, a signal would kill it in the middle of an
  // orderly shutdown.
  host?.onEnd(() => {
    end();
    parts.ended();
  });
  host?.onCrash(end);
  const listening = [host?.onStop(suspend), host?.onContinue(() => void whileReleased(() => {}))];

  return {
    mounted: (suspendTerminal) => {
      suspendInk = suspendTerminal;
    },
    suspend,
    runProgram,
    lend,
    write: (bytes) => {
      if (!released && !ended) stdout.write(bytes);
    },
    end,
  };
};
