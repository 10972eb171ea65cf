import type { Command } from 'commander';
import type { Context } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Output } from './output.ts';
import type { Sharing } from './sharing.ts';

/** One call of one sub-command, parsed. `O` are the options of its own. */
export interface Invocation<O> {
  readonly args: readonly string[];
  readonly options: O;
  readonly global: GlobalOptions;
  readonly context: Context;
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
