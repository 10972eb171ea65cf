import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Returns a function that reads the next line of a program's stdout; it rejects when the program has ended. */
export const lineReader = (child: ChildProcess & { readonly stdout: Readable }): (() => Promise<string>) => {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const next = await lines.next();
    if (next.done === true) throw new Error(`the program ended with ${child.exitCode}`);
    return next.value;
  };
};
