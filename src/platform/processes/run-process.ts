import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { oneLine } from '../masking/sanitize.ts';
import type { Clock } from '../runtime/clock.ts';
import { newRunId } from '../runtime/random.ts';
import { markUnsent, ProgramError, toAbortError } from '../runtime/wire-error.ts';
import { processGroup, processIds } from './process-group.ts';
import type { Program, ProgramEnd } from './program.ts';
import { programEnv } from './program.ts';
import { capturedOutput, createOutputCapture, type OutputCapture } from './program-output.ts';

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

const missing = async (file: string, cwd: string): Promise<ProgramError> => {
  if (!file.includes('/'))
    return new ProgramError('missing', `program "${file}" not found in PATH`, {
      remedy: 'install the program where opsdeck runs, or use the absolute path',
    });
  const path = isAbsolute(file) ? file : join(cwd, file);
  return (await exists(path))
    ? new ProgramError('missing', 'the interpreter in the shebang line was not found', {
        remedy: 'correct the shebang line (#!…), or install that interpreter',
      })
    : new ProgramError('missing', `file ${path} not found`, { remedy: 'correct the path' });
};

/** Explains why a program could not be started, from the error code of spawn(2). */
export const programStartError = async (
  { argv: [file = ''], cwd = process.cwd() }: Program,
  code: string,
  message: string,
): Promise<ProgramError> => {
  if (!(await isDirectory(cwd)))
    return new ProgramError('missing', `working directory ${cwd} not found`, {
      remedy: 'correct cwd',
    });
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return missing(file, cwd);
    case 'EACCES':
    case 'EPERM':
      return new ProgramError('denied', 'cannot be run: permission denied', {
        remedy: `make the file executable (chmod +x ${file}) for the user of opsdeck`,
      });
    case 'E2BIG':
      return new ProgramError(
        'unconfigured',
        'the arguments of the program are longer than the system allows. Pass less text to the program',
      );
    case 'EAGAIN':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
      return new ProgramError('unreachable', 'this machine cannot start more processes');
    default:
      return new ProgramError('unconfigured', `cannot be started: ${oneLine(message)}`);
  }
};

const mebibyte = 1024 * 1024;
/** After a program has exited, its child processes may hold its outputs open: reading stops after this time, in ms. */
const drainMs: Millis = 250;

/** Options of a run. */
export interface RunOptions {
  readonly clock: Clock;
  /**
   * 'end': child processes that it leaves are killed, and so is the program when its output reaches twice the limit,
   * unless `endless`.
   * 'keep': only the signal kills anything.
   */
  readonly leftovers: 'end' | 'keep';
  /** True: it may run forever, such as a followed log. */
  readonly endless?: boolean;
  /** Receives each chunk of either output. */
  readonly output?: (stream: 'out' | 'err', chunk: Buffer) => void;
  /** Receives the flow control of standard output, for backpressure. */
  readonly flow?: (flow: OutputFlowControl) => void;
}

/** Pauses reading; the program itself blocks once its pipe is full. */
export interface OutputFlowControl {
  pause(): void;
  resume(): void;
}

/** A program in progress. */
export interface RunningProgram {
  /** Rejects with a ProgramError if it could not be started, its signal aborted, or its output was too large. */
  readonly end: Promise<ProgramEnd>;
  /** Resolves after cleanup to the IDs of processes that could not be killed. Never rejects. */
  readonly gone: Promise<readonly number[]>;
}

/**
 * Starts a program without a shell, in its own process group, with stdin closed. The signal ends the whole group:
 * SIGTERM, then SIGKILL two seconds later. `maxBytes` of each output are kept; the rest is discarded.
 */
export const startProgram = (program: Program, options: RunOptions, signal: AbortSignal): RunningProgram => {
  const gone = Promise.withResolvers<readonly number[]>();
  return { end: carryOut(program, options, signal, gone.resolve), gone: gone.promise };
};

const carryOut = async (
  program: Program,
  options: RunOptions,
  signal: AbortSignal,
  onEnded: (left: readonly number[]) => void,
): Promise<ProgramEnd> => {
  const { clock, leftovers } = options;
  const over = new AbortController();
  let ending: Promise<readonly number[]> = Promise.resolve([]);
  try {
    const mark = newRunId();
    const before = await processIds();
    if (signal.aborted) throw toAbortError(signal);
    const began = clock.now();
    const child = spawn(program, mark);
    const { pid } = child;
    if (pid === undefined) {
      const { code = '', originalMessage = '' } = await child;
      throw markUnsent(await programStartError(program, code, originalMessage));
    }
    const exit = exitOf(child, clock);
    const group = processGroup({ pid, mark, before, exited: exit, clock });
    const listening = listen(child, program, options);
    const aborted = new Promise<'aborted'>((resolve) => {
      signal.addEventListener('abort', () => resolve('aborted'), { signal: over.signal });
    });

    const first = await Promise.race([exit, aborted, listening.flooded]);
    if (typeof first === 'string') {
      ending = group.end();
      listening.stop();
      throw cutShort(first, signal, listening.output());
    }
    // A reader with flow control reads the rest at its own pace.
    const late = options.flow === undefined ? [clock.sleep(drainMs, over.signal)] : [];
    await Promise.race([listening.closed, aborted, ...late]);
    listening.stop();
    if (leftovers === 'end') ending = group.end();
    else group.release();
    const { at, ...how } = first;
    const firstAt = listening.firstOutputAt();
    return {
      ...how,
      ...listening.output(),
      latencyMs: at - began,
      ...(firstAt === undefined ? {} : { firstOutputMs: firstAt - began }),
    };
  } finally {
    over.abort();
    void ending.then(onEnded);
  }
};

type Child = ReturnType<typeof spawn>;

const spawn = ({ argv: [file = '', ...args], cwd, env = {} }: Program, mark: string) =>
  execa(file, args, {
    ...defined({ cwd }),
    env: programEnv(env, mark),
    extendEnv: false,
    stdin: 'ignore',
    // Creates its own process group. This module kills that group: execa stops tracking it when the program exits.
    killDescendants: true,
    cleanup: false,
    forceKillAfterDelay: false,
    buffer: false,
    reject: false,
    verbose: 'none',
  });

interface Exit {
  readonly status?: number;
  readonly signal?: string;
  readonly at: Millis;
}

const exitOf = (child: Child, clock: Clock): Promise<Exit> =>
  new Promise((resolve) => {
    child.nodeChildProcess.once('exit', (status, signal) =>
      resolve({
        ...(status === null ? {} : { status }),
        ...(signal === null ? {} : { signal }),
        at: clock.now(),
      }),
    );
  });

type Said = Pick<ProgramEnd, 'out' | 'err' | 'raw' | 'bytes' | 'cut'>;

interface Listening {
  /** Resolves when its output exceeds twice the limit. */
  readonly flooded: Promise<'flooded'>;
  /** Resolves when no process holds its outputs open. */
  readonly closed: Promise<void>;
  output(): Said;
  /** Time of the first byte of standard output. */
  firstOutputAt(): Millis | undefined;
  stop(): void;
}

const listen = (
  child: Child,
  { maxBytes = mebibyte, keepsBytes }: Program,
  { clock, leftovers, endless, output, flow }: RunOptions,
): Listening => {
  flow?.({ pause: () => void child.stdout.pause(), resume: () => void child.stdout.resume() });
  const mayFlood = leftovers === 'end' && endless !== true;
  const flooded = Promise.withResolvers<'flooded'>();
  let firstOutputAt: Millis | undefined;
  const listenTo = (name: 'out' | 'err', stream: Readable, keeps: boolean): OutputCapture => {
    const kept = createOutputCapture(maxBytes, keeps);
    stream.on('data', (chunk: Buffer) => {
      if (name === 'out') firstOutputAt ??= clock.now();
      kept.push(chunk);
      output?.(name, chunk);
      if (mayFlood && kept.size() > 2 * maxBytes) flooded.resolve('flooded');
    });
    // A broken pipe adds nothing to the exit of the program.
    stream.on('error', () => {});
    return kept;
  };
  const out = listenTo('out', child.stdout, keepsBytes === true);
  const err = listenTo('err', child.stderr, false);
  return {
    flooded: flooded.promise,
    closed: new Promise((resolve) => child.nodeChildProcess.once('close', () => resolve())),
    output: () => capturedOutput(out, err),
    firstOutputAt: () => firstOutputAt,
    stop: () => {
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
    },
  };
};

const cutShort = (why: 'aborted' | 'flooded', signal: AbortSignal, output: Said): ProgramError => {
  if (why === 'flooded')
    return new ProgramError('malformed', 'the program printed too much output, so opsdeck ended it', output);
  const { kind, message } = toAbortError(signal);
  return new ProgramError(kind, message, output);
};
