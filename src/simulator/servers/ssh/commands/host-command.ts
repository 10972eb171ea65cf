import type { Millis } from '../../../../domain/base/fault.ts';
import type { HostMachine } from '../../../model/hosts/host-machine.ts';

/** Arguments that are neither options nor values of the options `taking`. */
export const operandsOf = (args: readonly string[], taking: readonly string[] = []): readonly string[] =>
  args.filter(
    (arg, index) => (!arg.startsWith('-') || arg === '-') && !taking.includes(args[index - 1] ?? ''),
  );

/** The value of an option. */
export const optionValue = (args: readonly string[], option: string): string | undefined => {
  const index = args.indexOf(option);
  return index === -1 ? undefined : args[index + 1];
};

/** Result of a command. */
export interface CommandOutput {
  readonly status: number;
  /** Bytes, because output may be binary. */
  readonly out: string | Uint8Array;
  readonly err: string;
}

/** A machine at the current time. */
export interface ShellCommandContext {
  readonly machine: HostMachine;
  /** Model time. */
  readonly now: Millis;
  /** The same time on the caller's clock. */
  toClock(modelAt: Millis): Millis;
  readonly isRoot: boolean;
}

/** A command that completes immediately. */
export type HostCommand = (args: readonly string[], scene: ShellCommandContext) => CommandOutput;

export const commandOk = (out: string): CommandOutput => ({ status: 0, out, err: '' });
export const commandFailed = (status: number, err: string): CommandOutput => ({
  status,
  out: '',
  err: `${err}\n`,
});
