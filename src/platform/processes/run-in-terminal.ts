import { spawn } from 'node:child_process';

/** The exit of a program that owned the terminal; `trouble`: it could not be started. */
export interface TerminalProgramResult {
  readonly status?: number;
  readonly signal?: string;
  readonly trouble?: string;
}

/** A program that owns the terminal. */
interface TerminalProgram {
  readonly pid: number | undefined;
  /** Never rejects. */
  readonly end: Promise<TerminalProgramResult>;
}

/**
 * Starts a program without a shell, with opsdeck's terminal, environment and process group. It can prompt the user,
 * and ctrl-c reaches it. Its input and output bypass opsdeck.
 */
export const runInTerminal = ([file = '', ...args]: readonly string[]): TerminalProgram => {
  const child = spawn(file, args, { stdio: 'inherit' });
  const end = new Promise<TerminalProgramResult>((resolve) => {
    child.once('error', (error) => {
      const isAbsent = 'code' in error && error.code === 'ENOENT';
      resolve({
        trouble: isAbsent ? `program "${file}" not found` : `it cannot be started: ${error.message}`,
      });
    });
    child.once('exit', (status, signal) =>
      resolve(status === null ? { signal: signal ?? 'a signal' } : { status }),
    );
  });
  return { pid: child.pid, end };
};
