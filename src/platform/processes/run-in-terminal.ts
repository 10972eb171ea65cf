import { spawn } from 'node:child_process';

/** How a program ended that had the terminal; `trouble`: it could not be started. */
export interface TerminalProgramResult {
  readonly status?: number;
  readonly signal?: string;
  readonly trouble?: string;
}

/** A program that has the terminal. */
interface TerminalProgram {
  readonly pid: number | undefined;
  /** Never rejects. */
  readonly end: Promise<TerminalProgramResult>;
}

/**
 * Starts a program without a shell, with our own terminal, environment and process group, so that it can ask the person and
 * ctrl-c reaches it. Nothing of what it says or is told passes through us.
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
