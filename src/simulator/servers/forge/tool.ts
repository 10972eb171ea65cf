import type { Checkout } from '../../model/checkout/checkout.ts';
import type { SimulatorContext } from '../simulator-context.ts';

/** A program as it was started in the checkout. */
export interface ToolInvocation {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where it runs. */
export interface ToolContext {
  readonly view: SimulatorContext;
  readonly checkout: Checkout;
}

/** How it ended, and what it said. `again`: it says the same anew after that many ms, so often in all, or for ever. `urls`: it asks these at once, and says each status. */
export interface ToolResult {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  readonly urls?: readonly string[];
  readonly again?: { readonly everyMs: number; readonly times?: number };
}

export type Tool = (started: ToolInvocation, bench: ToolContext) => ToolResult;

export const toolOk = (out: string): ToolResult => ({ status: 0, out, err: '' });
export const toolOkWithStderr = (err: string): ToolResult => ({ status: 0, out: '', err });
export const toolFailed = (status: number, err: string, out = ''): ToolResult => ({ status, out, err });

/** What it cannot do it refuses, with a status that no such program ends with by itself. */
export const unsupportedInvocation = ({ program, args }: ToolInvocation): ToolResult =>
  toolFailed(64, `${program}: not in this world: ${args.join(' ')}\n`);
