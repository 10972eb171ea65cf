import type { Command } from 'commander';
import type { GlobalOptions } from './global-options.ts';
import type { Output } from './output.ts';
import type { Sharing } from './sharing.ts';

/** One call of one sub-command, parsed. `O` are the options of its own. */
export interface Invocation<O> {
  readonly args: readonly string[];
  readonly options: O;
  readonly global: GlobalOptions;
  readonly output: Output;
  /** With `--share`: it learns what the command finds, and masks what the command prints. */
  readonly sharing?: Sharing;
  /** The whole command line as declared, for what describes it. */
  readonly program: Command;
}

/** What a sub-command does; resolves to the exit code. */
export type SubCommand<O> = (invocation: Invocation<O>) => Promise<number>;
