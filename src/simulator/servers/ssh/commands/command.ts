import type { Millis } from '../../../../domain/fault.ts';
import type { Machine } from '../../../model/hosts/machine.ts';

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
