import { spawn } from 'node:child_process';
import { errnoOf } from '../runtime/errno.ts';
import { findProgram, isBusyBox } from './find-program.ts';
import { shellQuoteArgv } from './program.ts';

/** The exit of a program that owned the terminal; `trouble`: it could not be started. */
export interface TerminalProgramResult {
  readonly status?: number;
  readonly signal?: string;
  readonly trouble?: string;
}

/** A program that owns the terminal. */
interface RunningTerminalProgram {
  readonly pid: number | undefined;
  /** Never rejects. */
  readonly end: Promise<TerminalProgramResult>;
}

interface TerminalProgramOptions {
  /** Its whole environment. Absent: that of opsdeck. */
  readonly env?: Readonly<Record<string, string>>;
  /** Receives the output, which then does not reach the terminal by itself. Output waits for the promise. */
  readonly output?: (bytes: Uint8Array) => Promise<void> | void;
  /** Ends the program with SIGTERM. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a program without a shell, with opsdeck's terminal and process group. It can prompt the user, and ctrl-c
 * reaches it. Without `output`, its input and output bypass opsdeck.
 */
export const runInTerminal = (
  [file = '', ...args]: readonly string[],
  { env, output, signal }: TerminalProgramOptions = {},
): RunningTerminalProgram => {
  const child = spawn(file, args, {
    stdio: ['inherit', output === undefined ? 'inherit' : 'pipe', 'inherit'],
    ...(env === undefined ? {} : { env: { ...env } }),
  });
  const read = async (): Promise<void> => {
    for await (const bytes of child.stdout ?? []) await output?.(bytes);
  };
  const outputEnd = output === undefined ? undefined : read().catch(() => {});
  const stop = (): void => void child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  const exit = new Promise<TerminalProgramResult>((resolve) => {
    child.once('error', (error) => {
      const isAbsent = errnoOf(error) === 'ENOENT';
      resolve({
        trouble: isAbsent
          ? `program "${file}" not found: install the program, or correct PATH`
          : `cannot be started: ${error.message}`,
      });
    });
    child.once('exit', (status, by) => resolve(status === null ? { signal: by ?? 'a signal' } : { status }));
  });
  const end = exit.then(async (result) => {
    signal?.removeEventListener('abort', stop);
    await outputEnd;
    return result;
  });
  return { pid: child.pid, end };
};

/** An interactive program for the operator's terminal. */
export interface TerminalProgram {
  /** The program and its arguments, without secrets: every user of a machine can read those of any process. */
  readonly argv: readonly string[];
  /** Its whole environment, which may contain secrets: only the same user can read it. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Wraps a program so that it runs in a pseudo-terminal of its own and its output can be read: by script(1) of
 * util-linux or BSD, which copies size and modes of the terminal. Undefined when this machine has no such program.
 */
export const withPseudoTerminal = async (
  { argv, env }: TerminalProgram,
  platform: NodeJS.Platform = process.platform,
): Promise<TerminalProgram | undefined> => {
  const script = await findProgram('script', env.PATH);
  if (script === undefined || (await isBusyBox(script))) return undefined;
  if (platform !== 'linux') return { argv: [script, '-q', '/dev/null', ...argv], env };
  const command = `exec ${shellQuoteArgv(argv)}`;
  // script runs the command by $SHELL, whose quoting may not be that of POSIX.
  return {
    argv: [script, '--quiet', '--return', '--flush', '--command', command, '/dev/null'],
    env: { ...env, SHELL: '/bin/sh' },
  };
};
