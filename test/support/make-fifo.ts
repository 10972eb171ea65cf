import { execFileSync } from 'node:child_process';

/** Node has no API for FIFOs. */
const program = 'mkfifo';

/** Creates a FIFO. Opening it for reading blocks until a writer opens it. */
export const makeFifo = (path: string): void => {
  execFileSync(program, [path]);
};
