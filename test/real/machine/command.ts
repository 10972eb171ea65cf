import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { track } from './children.ts';

export interface Outcome {
  /** Undefined if it was killed by a signal. */
  readonly status: number | undefined;
  /** Both outputs in order of arrival; the end of a long one. */
  readonly output: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Also gets its whole output, as it arrives. */
  readonly show?: (chunk: Buffer) => void;
  readonly signal: AbortSignal;
}

const maxOutputLength = 20_000;

/** Runs a program until it exits; an abort kills it with its child processes. Never rejects for a failed program. */
export const command = (
  program: string,
  args: readonly string[],
  { env = {}, show, signal }: CommandOptions,
): Promise<Outcome> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve({ status: undefined, output: 'not started: aborted' });
    let output = '';
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const running = track(child, { group: true });
    const stop = (): void => void running.end();
    signal.addEventListener('abort', stop);
    for (const stream of [child.stdout, child.stderr]) {
      // A character that is split between two chunks is decoded whole.
      const decoder = new StringDecoder('utf8');
      stream.on('data', (chunk: Buffer) => {
        show?.(chunk);
        output = `${output}${decoder.write(chunk)}`.slice(-maxOutputLength);
      });
    }
    child.once('error', (error) => resolve({ status: undefined, output: error.message }));
    child.once('close', (status) => {
      signal.removeEventListener('abort', stop);
      resolve({ status: status ?? undefined, output });
    });
  });

/** Resolves a program in PATH, or an absolute path; undefined if it does not exist. */
export const find = async (program: string): Promise<string | undefined> => {
  const dirs = isAbsolute(program) ? ['/'] : (process.env.PATH ?? '').split(delimiter);
  for (const dir of dirs) {
    const path = join(dir, program);
    const exists = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  return undefined;
};
