import type { Checkout } from '../../model/checkout/checkout.ts';
import type { View } from '../sight.ts';

/** A program as it was started in the checkout. */
export interface Started {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where it runs. */
export interface Bench {
  readonly view: View;
  readonly checkout: Checkout;
}

/** How it ended, and what it said. `again`: it says the same anew after that many ms, so often in all, or for ever. `urls`: it asks these at once, and says each status. */
export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  readonly urls?: readonly string[];
  readonly again?: { readonly everyMs: number; readonly times?: number };
}

export type Tool = (started: Started, bench: Bench) => Ran;

export const said = (out: string): Ran => ({ status: 0, out, err: '' });
export const told = (err: string): Ran => ({ status: 0, out: '', err });
export const failed = (status: number, err: string, out = ''): Ran => ({ status, out, err });

/** What it cannot do it refuses, with a status that no such program ends with by itself. */
export const unknownHere = ({ program, args }: Started): Ran =>
  failed(64, `${program}: not in this world: ${args.join(' ')}\n`);
