import type { TerminalProgramResult } from '../../platform/processes/run-in-terminal.ts';
import type { ProcessTerminal } from '../../platform/terminal/terminal.ts';
import type { SuspendTerminal } from '../app.tsx';
import { enterTerminal, releaseTerminal, restoreTerminal } from './terminal.ts';

interface SessionParts {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly host: ProcessTerminal | undefined;
  /** What draws; its end leaves the alternate screen. */
  ink(): { unmount(): void } | undefined;
  /** Clicks and the wheel are heard. */
  mouse(): boolean;
  /** Somebody ends us from outside. */
  ended(): void;
  /** The screen has to be drawn again, size and all. */
  redraw(): void;
}

interface TerminalSession {
  /** Ink has mounted: from now on the terminal can be handed over for a while. */
  mounted(suspend: SuspendTerminal): void;
  /** Gives the terminal back, stops the process, and takes it again when the process goes on. */
  suspend(): void;
  /** Gives the terminal to a program until that has ended; undefined when it could not be given. */
  runProgram(argv: readonly string[]): Promise<TerminalProgramResult | undefined>;
  /** Writes something that is no part of a frame; nothing while the terminal is somebody else's. */
  write(bytes: string): void;
  /** Gives the terminal back for good, at once. */
  end(): void;
}

/** The terminal while the cockpit has it, and how it is given back: on quit, crash, signals, ctrl-z. */
export const createTerminalSession = (parts: SessionParts): TerminalSession => {
  const { stdout, stdin, host } = parts;
  let handOver: SuspendTerminal | undefined;
  let away = false;
  let over = false;

  /** Hands the terminal over, does `meanwhile`, takes it back and draws everything again. */
  const leaveFor = async (meanwhile: () => void | Promise<void>): Promise<void> => {
    if (handOver === undefined || away || over) return;
    away = true;
    const absence = await handOver();
    releaseTerminal(stdout);
    // A process that stands still writes nothing more: what is on its way would be missing on the shell's screen.
    await host?.written();
    if (over) return;
    await meanwhile();
    if (over) return;
    enterTerminal(stdout, stdin, parts.mouse());
    await absence.resume();
    away = false;
    parts.redraw();
  };

  const end = (): void => {
    if (over) return;
    over = true;
    for (const stop of listening) stop?.();
    parts.ink()?.unmount();
    restoreTerminal(stdout, stdin);
  };

  const suspend = (): void => {
    if (host !== undefined) void leaveFor(() => host.stop());
  };
  const lend: TerminalSession['runProgram'] = async (argv) => {
    let end: TerminalProgramResult | undefined;
    await leaveFor(async () => {
      end = await host?.run(argv);
    });
    return end;
  };
  // Ending is listened to until the process has ended: without a listener a signal kills at once, in the middle of an
  // orderly end.
  host?.onEnd(() => {
    end();
    parts.ended();
  });
  host?.onCrash(end);
  const listening = [host?.onStop(suspend), host?.onContinue(() => void leaveFor(() => {}))];

  return {
    mounted: (handingOver) => {
      handOver = handingOver;
    },
    suspend,
    runProgram: lend,
    write: (bytes) => {
      if (!away && !over) stdout.write(bytes);
    },
    end,
  };
};
