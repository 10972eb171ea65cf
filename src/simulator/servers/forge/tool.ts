import type { Checkout } from '../../model/checkout/checkout.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';

/** A program started in the checkout. */
export interface ToolInvocation {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Working directory. */
export interface ToolContext {
  readonly view: SimulatorContext;
  readonly checkout: Checkout;
}

/**
 * Exit status and output. `again`: repeats it after that many ms, a number of times or indefinitely. `urls`: the program requests
 * these in parallel and prints `writeOut` for each, with its status. It fails when none answers.
 */
export interface ToolResult {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  readonly urls?: readonly string[];
  readonly writeOut?: string;
  readonly again?: { readonly everyMs: number; readonly times?: number };
}

export type Tool = (started: ToolInvocation, bench: ToolContext) => ToolResult;

export const toolOk = (out: string): ToolResult => ({ status: 0, out, err: '' });
export const toolOkWithStderr = (err: string): ToolResult => ({ status: 0, out: '', err });
export const toolFailed = (status: number, err: string, out = ''): ToolResult => ({ status, out, err });

/** Exit status for unsupported arguments, which no real program uses. */
export const unsupportedInvocation = ({ program, args }: ToolInvocation): ToolResult =>
  toolFailed(64, `${program}: not supported by the simulator: ${args.join(' ')}\n`);
