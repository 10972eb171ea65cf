import { execFileSync } from 'node:child_process';

/** Node cannot make one by itself. */
const program = 'mkfifo';

/** Makes a FIFO; whoever opens it to read waits until somebody writes. */
export const makeFifo = (path: string): void => {
  execFileSync(program, [path]);
};
