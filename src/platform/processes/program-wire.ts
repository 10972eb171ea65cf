import { Duplex } from 'node:stream';
import { execa } from 'execa';
import { newRunId } from '../random.ts';
import type { WireError } from '../wire-error.ts';
import { toAbortError } from '../wire-error.ts';
import type { Program } from './program.ts';
import { programEnv } from './program.ts';
import { createOutputSplitter } from './program-output.ts';
import { programStartError } from './run-process.ts';

/** A program whose standard input and output are a connection to somewhere. */
export interface ProgramWire {
  readonly program: Program;
  /** True for the line of its standard error which says that the connection stands. */
  isOpen(line: string): boolean;
  /** What is kept of its standard error, to tell why it ended. */
  isWord(line: string): boolean;
  /** Why it ended, from what it had said. `wasOpen`: the connection stood until then. */
  failure(said: string, wasOpen: boolean): WireError;
}

/** As many letters of complaints as anybody reads. */
const longestWords = 8192;

/**
 * Starts a program without a shell and gives the connection once it stands. The signal ends the opening; destroying the
 * connection ends the program, and its end destroys the connection. Throws WireError.
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
  let said = '';
  let opened = false;
  const open = Promise.withResolvers<void>();
  const stderr = createOutputSplitter((line) => {
    if (isWord(line) && said.length < longestWords) said += `${line}\n`;
    if (!isOpen(line)) return;
    opened = true;
    open.resolve();
  });
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk)).on('error', () => {});
  const wire = wireOf(child, pid);
  child.nodeChildProcess.once('close', (status) => {
    stderr.end();
    const ended = failure(said, opened);
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
    ...(cwd === undefined ? {} : { cwd }),
    env: programEnv(env, newRunId()),
    extendEnv: false,
    stdin: 'pipe',
    // A group of its own: a ctrl-c on our terminal is not meant for it.
    killDescendants: true,
    buffer: false,
    reject: false,
    verbose: 'none',
  });

const wireOf = ({ stdin, stdout, nodeChildProcess }: Child, pid: number): Duplex => {
  const wire = new Duplex({
    read: () => void stdout.resume(),
    // What cannot be written any more is told by the end of the program: it knows why.
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
    // It is gone already.
  }
};
