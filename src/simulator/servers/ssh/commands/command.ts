import type { Millis } from '../../../../domain/fault.ts';
import type { Machine } from '../../../model/hosts/machine.ts';

/** The words of a command line that are no options, and stand not behind one of `taking`. */
export const operandsOf = (args: readonly string[], taking: readonly string[] = []): readonly string[] =>
  args.filter(
    (arg, index) => (!arg.startsWith('-') || arg === '-') && !taking.includes(args[index - 1] ?? ''),
  );

/** What stands behind an option. */
export const behind = (args: readonly string[], option: string): string | undefined => {
  const at = args.indexOf(option);
  return at === -1 ? undefined : args[at + 1];
};

/** How a command ended. */
export interface Done {
  readonly status: number;
  /** Bytes, where it may be no text. */
  readonly out: string | Uint8Array;
  readonly err: string;
}

/** A machine at this moment. */
export interface Scene {
  readonly machine: Machine;
  /** Model time. */
  readonly now: Millis;
  /** The same on the caller's clock. */
  toClock(modelAt: Millis): Millis;
  readonly isRoot: boolean;
}

/** A command that says all that it has to say at once. */
export type Command = (args: readonly string[], scene: Scene) => Done;

export const good = (out: string): Done => ({ status: 0, out, err: '' });
export const bad = (status: number, err: string): Done => ({ status, out: '', err: `${err}\n` });
