import type { Millis } from '../../../../domain/fault.ts';
import type { HostMachine } from '../../../model/hosts/host-machine.ts';

/** The words of a command line that are no options, and stand not behind one of `taking`. */
export const operandsOf = (args: readonly string[], taking: readonly string[] = []): readonly string[] =>
  args.filter(
    (arg, index) => (!arg.startsWith('-') || arg === '-') && !taking.includes(args[index - 1] ?? ''),
  );

/** What stands behind an option. */
export const optionValue = (args: readonly string[], option: string): string | undefined => {
  const at = args.indexOf(option);
  return at === -1 ? undefined : args[at + 1];
};

/** How a command ended. */
export interface CommandOutput {
  readonly status: number;
  /** Bytes, where it may be no text. */
  readonly out: string | Uint8Array;
  readonly err: string;
}

/** A machine at this moment. */
export interface ShellCommandContext {
  readonly machine: HostMachine;
  /** Model time. */
  readonly now: Millis;
  /** The same on the caller's clock. */
  toClock(modelAt: Millis): Millis;
  readonly isRoot: boolean;
}

/** A command that says all that it has to say at once. */
export type HostCommand = (args: readonly string[], scene: ShellCommandContext) => CommandOutput;

export const commandOk = (out: string): CommandOutput => ({ status: 0, out, err: '' });
export const commandFailed = (status: number, err: string): CommandOutput => ({
  status,
  out: '',
  err: `${err}\n`,
});
