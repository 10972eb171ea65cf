import type { Command } from 'commander';
import type { CommandContext, ProcessPlatform } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Output, OutputStreams } from './output.ts';
import type { Sharing } from './sharing.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP. Further ones change nothing, also while the command is closing: ctrl-c
 * reaches a program that was started by another one twice, from the terminal and passed on.
 */
export const interruptSignal = (): AbortSignal => {
  const controller = new AbortController();
  for (const name of signals)
    process.on(name, () => controller.abort(new DOMException(`stopped by ${name}`, 'AbortError')));
  return controller.signal;
};

/** Resolves when any of the signals has aborted. */
export const untilAny = (...waited: readonly AbortSignal[]): Promise<void> =>
  new Promise((resolve) => {
    const any = AbortSignal.any([...waited]);
    if (any.aborted) resolve();
    else any.addEventListener('abort', () => resolve(), { once: true });
  });

/** A place that commands run in: its platform, the streams they write to, and what ends them. */
export interface CommandHost {
  readonly platform: ProcessPlatform;
  readonly streams: OutputStreams;
  readonly stop: AbortSignal;
}

export interface ProgramParts {
  /** Opens the cockpit on this terminal; resolves to the exit code when it was left. */
  openCockpit(options: GlobalOptions): Promise<number>;
  /** What the command runs on in place of this process: for a simulation. */
  readonly host?: CommandHost;
}

/** One call of one sub-command, parsed. `O` are the options of its own. */
export interface Invocation<O> {
  readonly args: readonly string[];
  readonly options: O;
  readonly global: GlobalOptions;
  readonly context: CommandContext;
  /** Aborts when the user or the system ends the command: SIGINT, SIGTERM, SIGHUP. */
  interruption(): AbortSignal;
  readonly output: Output;
  /** With `--share`: it learns what the command finds, and masks what the command prints. */
  readonly sharing?: Sharing;
  /** The whole command line as declared, for what describes it. */
  readonly program: Command;
}

/** What a sub-command does; resolves to the exit code. */
export type SubCommand<O> = (invocation: Invocation<O>) => Promise<number>;
