import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { oneLine } from '../masking/sanitize.ts';
import type { Program, ProgramEnd, ProgramEvent } from '../processes/program.ts';
import { capturedOutput, createOutputCapture, createOutputSplitter } from '../processes/program-output.ts';
import { ProgramError, toAbortError, WireError } from '../runtime/wire-error.ts';

/** The output of a remote program: chunks of its streams, finally its exit status. */
export type RemoteOutput =
  | { readonly is: 'out' | 'err'; readonly bytes: Uint8Array }
  | { readonly is: 'ended'; readonly status: number };

const mebibyte = 1024 * 1024;

/**
 * Converts remote output to program events. A program with twice the output limit is abandoned: its end has neither
 * status nor signal. Yields no end event if the stream has none.
 */
export async function* remoteProgramEvents(
  output: AsyncIterable<RemoteOutput>,
  { maxBytes = mebibyte, keepsBytes }: Program,
  now: () => Millis,
): AsyncGenerator<ProgramEvent, void, undefined> {
  const began = now();
  const out = createOutputCapture(maxBytes, keepsBytes === true);
  const err = createOutputCapture(maxBytes);
  const waiting: string[] = [];
  let firstOutputMs: Millis | undefined;
  const cutters = {
    out: createOutputSplitter((line) => waiting.push(line)),
    err: createOutputSplitter((line) => waiting.push(line)),
  };
  const lines = function* (): Generator<ProgramEvent> {
    for (const text of waiting.splice(0)) yield { is: 'line', text };
  };
  const end = (status?: number): ProgramEvent => ({
    is: 'ended',
    end: {
      ...defined({ status }),
      ...capturedOutput(out, err),
      latencyMs: now() - began,
      ...defined({ firstOutputMs }),
    },
  });
  for await (const remoteOutput of output) {
    if (remoteOutput.is === 'ended') {
      cutters.out.end();
      cutters.err.end();
      yield* lines();
      yield end(remoteOutput.status);
      return;
    }
    const bytes = Buffer.from(remoteOutput.bytes);
    if (remoteOutput.is === 'out') firstOutputMs ??= now() - began;
    (remoteOutput.is === 'out' ? out : err).push(bytes);
    cutters[remoteOutput.is].push(bytes);
    yield* lines();
    if (Math.max(out.size(), err.size()) > 2 * maxBytes) {
      yield end();
      return;
    }
  }
}

/** Exit statuses of POSIX shells, env(1) and container runtimes for a program that could not be run. */
const notRun: ReadonlySet<number | undefined> = new Set([126, 127]);

const absent = /executable file not found|no such file or directory|command not found|: not found/i;
const closed = /permission denied/i;

/**
 * Explains why a program could not be started `place` ('in that container'), from the error text of its starter.
 * Undefined if the text has another meaning. Source: runc and crun, as forwarded by containerd and Docker.
 */
export const remoteStartFailure = (
  program: string,
  place: string,
  words: string,
): ProgramError | undefined => {
  if (absent.test(words))
    return new ProgramError('missing', `no \`${program}\` ${place}`, {
      remedy: 'use the absolute path of the program, or an image that contains the program',
    });
  if (closed.test(words))
    return new ProgramError('denied', `\`${program}\` cannot be run ${place}: permission denied`, {
      remedy: `make the file executable for the user who runs programs there`,
    });
  return undefined;
};

/** True for text about this program that only a runtime, a shell's exec or env(1) prints. */
const isStarter = (words: string, program: string): boolean =>
  words.split('\n').some((line) => /(?:.*exec: |^env: )(.*)/.exec(line)?.[1]?.includes(program) === true);

/**
 * As `remoteStartFailure`, for a program that seemed to run: its status and output are those of the failed starter.
 */
const notStarted = (program: string, place: string, end: ProgramEnd): ProgramError | undefined => {
  const { status, out, err } = end;
  const words = err.trim() === '' ? out : err;
  if (!notRun.has(status) || !isStarter(words, program)) return undefined;
  return remoteStartFailure(program, place, oneLine(words, 400));
};

/**
 * Passes on the events of a program that runs `place`. Throws ProgramError when they come from a starter that failed.
 */
export async function* requireStarted(
  events: AsyncIterable<ProgramEvent>,
  [program = '']: readonly string[],
  place: string,
): AsyncGenerator<ProgramEvent, void, undefined> {
  for await (const event of events) {
    const problem = event.is === 'ended' ? notStarted(program, place, event.end) : undefined;
    if (problem !== undefined) throw problem;
    yield event;
  }
}

/** The error of a started program whose caller stopped waiting; undefined while the signal is not aborted. */
export const abandonedProgramError = (signal: AbortSignal): ProgramError | undefined => {
  if (!signal.aborted) return undefined;
  const { kind, message } = toAbortError(signal);
  return new ProgramError(kind, message);
};

/**
 * Runs a program at a `via:` endpoint (`Program.at`; absent: the first), such as a container or another host. Yields
 * its lines, then its end. Throws TunnelError when the tunnel is lost, and ProgramError when the program cannot be
 * started or times out.
 */
export type RemoteExec = (program: Program, signal: AbortSignal) => AsyncIterable<ProgramEvent>;

/**
 * Returns the end of such a program with its kept output; without status and signal if it was abandoned for too much
 * output.
 */
export const collectRemoteOutput = async (events: AsyncIterable<ProgramEvent>): Promise<ProgramEnd> => {
  for await (const event of events) if (event.is === 'ended') return event.end;
  throw new WireError(
    'unreachable',
    'the connection ended before the exit status of the program arrived, so opsdeck does not know whether the program finished',
  );
};

/** As `collectRemoteOutput`, for a program that must finish. Also throws ProgramError for unlimited output. */
export const collectRemoteEnd = async (events: AsyncIterable<ProgramEvent>): Promise<ProgramEnd> =>
  whole(await collectRemoteOutput(events));

/** The most characters of one program to pass on where each line is recorded. */
const mostLetters = 1024 * 1024;

/** Passes on events up to the output limit, then one line that reports the cut. */
export async function* limitPassedLines(
  events: AsyncIterable<ProgramEvent>,
): AsyncGenerator<ProgramEvent, void, undefined> {
  let passedOn = 0;
  for await (const event of events) {
    const wasEnough = passedOn > mostLetters;
    if (event.is === 'line') passedOn += event.text.length + 1;
    if (event.is === 'ended' || passedOn <= mostLetters) yield event;
    else if (!wasEnough) yield { is: 'line', text: '(output limit reached: the rest is not shown)' };
  }
}

/** Throws for a program that was abandoned for too much output. */
const whole = (end: ProgramEnd): ProgramEnd => {
  if (end.status !== undefined || end.signal !== undefined || !end.cut) return end;
  throw new ProgramError('malformed', 'too much output: opsdeck stopped reading', end);
};
