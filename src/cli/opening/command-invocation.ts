import type { Command } from 'commander';
import type { DrillResult } from '../../domain/drills/drill-record.ts';
import type { CommandContext, ProcessPlatform } from '../command/context.ts';
import type { GlobalOptions } from '../command/global-options.ts';
import type { Output, OutputStreams } from '../command/output.ts';
import type { Sharing } from './sharing.ts';
import type { WatchScreen } from './watch-screen.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP. Further signals are ignored, because ctrl-c reaches a child of the
 * launcher twice: from the terminal, and forwarded.
 */
export const interruptSignal = (): AbortSignal => {
  const controller = new AbortController();
  for (const name of signals)
    process.on(name, () =>
      controller.abort(new DOMException(`opsdeck was stopped by ${name}`, 'AbortError')),
    );
  return controller.signal;
};

/** Resolves when any of the signals has aborted. */
export const untilAny = (...waited: readonly AbortSignal[]): Promise<void> =>
  new Promise((resolve) => {
    const any = AbortSignal.any([...waited]);
    if (any.aborted) resolve();
    else any.addEventListener('abort', () => resolve(), { once: true });
  });

/** The host of a command: its platform, output streams and stop signal. */
export interface CommandHost {
  readonly platform: ProcessPlatform;
  readonly streams: OutputStreams;
  readonly stop: AbortSignal;
}

export interface ProgramParts {
  /**
   * Opens the cockpit on this terminal. Resolves to the exit code when the user quits. `scored` receives the result of its
   * drill, if there was one, once the terminal is released; `watch` its frames.
   */
  openCockpit(
    options: GlobalOptions,
    scored?: (result: DrillResult) => void,
    watch?: WatchScreen,
  ): Promise<number>;
  /** Replaces this process as the host, for a simulation. */
  readonly host?: CommandHost;
}

/** One parsed call of a sub-command. `O` are its own options. */
export interface Invocation<O> {
  readonly args: readonly string[];
  readonly options: O;
  readonly global: GlobalOptions;
  readonly context: CommandContext;
  /** Aborts on SIGINT, SIGTERM or SIGHUP. */
  interruption(): AbortSignal;
  readonly output: Output;
  /** Set with `--share`: learns names from what the command reads, and masks its output. */
  readonly sharing?: Sharing;
  /** The declared command line, for shell completion. */
  readonly program: Command;
  /** Opens the cockpit, for a command that continues in it. */
  readonly cockpit: ProgramParts;
}

/** The code of a sub-command. Resolves to the exit code. */
export type SubCommand<O> = (invocation: Invocation<O>) => Promise<number>;
