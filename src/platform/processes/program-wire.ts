import { Duplex } from 'node:stream';
import { execa } from 'execa';
import { defined } from '../../domain/base/defined.ts';
import { newRunId } from '../runtime/random.ts';
import type { WireError } from '../runtime/wire-error.ts';
import { toAbortError } from '../runtime/wire-error.ts';
import type { Program } from './program.ts';
import { programEnv } from './program.ts';
import { createOutputSplitter } from './program-output.ts';
import { programStartError } from './run-process.ts';

/** A program whose standard input and output carry a connection. */
export interface ProgramWire {
  readonly program: Program;
  /** True for the stderr line that reports the open connection. */
  isOpen(line: string): boolean;
  /** True for stderr lines to keep, which explain a failure. */
  isWord(line: string): boolean;
  /** The error for the end of the program, from its kept stderr. `wasOpen`: the connection had been open. */
  failure(stderrText: string, wasOpen: boolean): WireError;
}

/** The most characters of stderr to keep. */
const longestWords = 8192;

/**
 * Starts a program without a shell and returns its connection once it is open. The signal cancels opening. Destroying
 * the connection ends the program, and the end of the program destroys the connection. Throws WireError.
 */
export const openProgramWire = async (
  { program, isOpen, isWord, failure }: ProgramWire,
  signal: AbortSignal,
): Promise<Duplex> => {
  if (signal.aborted) throw toAbortError(signal);
  const child = start(program);
  const { pid } = child;
  if (pid === undefined) {
    const { code = '', originalMessage = '' } = await child;
    throw await programStartError(program, code, originalMessage);
  }
  let stderrText = '';
  let opened = false;
  const open = Promise.withResolvers<void>();
  const stderr = createOutputSplitter((line) => {
    if (isWord(line) && stderrText.length < longestWords) stderrText += `${line}\n`;
    if (!isOpen(line)) return;
    opened = true;
    open.resolve();
  });
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk)).on('error', () => {});
  const wire = wireOf(child, pid);
  child.nodeChildProcess.once('close', (status) => {
    stderr.end();
    const ended = failure(stderrText, opened);
    open.reject(ended);
    if (!opened) wire.destroy();
    else if (status === 0) wire.push(null);
    else wire.destroy(ended);
  });
  const abort = (): void => open.reject(toAbortError(signal));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await open.promise;
    return wire;
  } catch (error) {
    wire.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

type Child = ReturnType<typeof start>;

const start = ({ argv: [file = '', ...args], cwd, env = {} }: Program) =>
  execa(file, args, {
    ...defined({ cwd }),
    env: programEnv(env, newRunId()),
    extendEnv: false,
    stdin: 'pipe',
    // Its own process group: a ctrl-c in the terminal must not reach it.
    killDescendants: true,
    buffer: false,
    reject: false,
    verbose: 'none',
  });

const wireOf = ({ stdin, stdout, nodeChildProcess }: Child, pid: number): Duplex => {
  const wire = new Duplex({
    read: () => void stdout.resume(),
    // Write errors are ignored: the end of the program reports the cause.
    write: (chunk: unknown, _encoding, done) => void stdin.write(chunk, unlessFailed(done)),
    final: (done) => void stdin.end(unlessFailed(done)),
    destroy: (error, done) => {
      end(nodeChildProcess.exitCode === null && nodeChildProcess.signalCode === null, pid);
      done(error);
    },
  });
  stdout.pause();
  stdout
    .on('data', (chunk: Buffer) => {
      if (!wire.push(chunk)) stdout.pause();
    })
    .on('error', () => {});
  stdin.on('error', () => {});
  // It is pushed when the program has ended: nothing reads what is written then.
  wire.once('end', () => wire.destroy());
  return wire;
};

const unlessFailed =
  (done: () => void) =>
  (error?: Error | null): void => {
    if (error === undefined || error === null) done();
  };

const end = (running: boolean, pid: number): void => {
  if (!running) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has already exited.
  }
};
