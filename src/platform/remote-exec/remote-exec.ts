import { stripControls } from '../../domain/controls.ts';
import type { Millis } from '../../domain/fault.ts';
import type { Program, ProgramEnd, ProgramEvent } from '../processes/program.ts';
import {
  createOutputCapture,
  createOutputSplitter,
  type OutputCapture,
} from '../processes/program-output.ts';
import { oneLine } from '../terminal/sanitize.ts';
import { ProgramError, toAbortError, WireError } from '../wire-error.ts';

/** What comes of a program that runs elsewhere: pieces of its outputs, and its exit status at last. */
export type RemoteOutput =
  | { readonly is: 'out' | 'err'; readonly bytes: Uint8Array }
  | { readonly is: 'ended'; readonly status: number };

const mebibyte = 1024 * 1024;

/**
 * The events of a program, from what is heard of it. One that says twice of what is kept is left: its end has neither a
 * status nor a signal then. Gives no end when none is heard.
 */
export async function* remoteProgramEvents(
  heard: AsyncIterable<RemoteOutput>,
  { maxBytes = mebibyte, keepsBytes }: Program,
  now: () => Millis,
): AsyncGenerator<ProgramEvent, void, undefined> {
  const began = now();
  const [out, err] = [createOutputCapture(maxBytes), createOutputCapture(maxBytes)];
  const waiting: string[] = [];
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
      ...(status === undefined ? {} : { status }),
      ...saidOf(out, err, keepsBytes === true),
      latencyMs: now() - began,
    },
  });
  for await (const one of heard) {
    if (one.is === 'ended') {
      cutters.out.end();
      cutters.err.end();
      yield* lines();
      yield end(one.status);
      return;
    }
    const bytes = Buffer.from(one.bytes);
    (one.is === 'out' ? out : err).push(bytes);
    cutters[one.is].push(bytes);
    yield* lines();
    if (Math.max(out.size(), err.size()) > 2 * maxBytes) {
      yield end();
      return;
    }
  }
}

const saidOf = (
  out: OutputCapture,
  err: OutputCapture,
  keepsBytes: boolean,
): Pick<ProgramEnd, 'out' | 'err' | 'raw' | 'bytes' | 'cut'> => {
  const raw = out.raw();
  return {
    raw,
    out: stripControls(raw),
    err: stripControls(err.raw()),
    cut: out.cut() || err.cut(),
    ...(keepsBytes ? { bytes: out.bytes() } : {}),
  };
};

/** What POSIX shells, env(1) and container runtimes end with when there was nothing to run. */
const notRun: ReadonlySet<number | undefined> = new Set([126, 127]);

const absent = /executable file not found|no such file or directory|command not found|: not found/i;
const closed = /permission denied/i;

/**
 * Why a program could not be started `place` ('in that container'), from the words of whoever was to start it. Undefined
 * when they speak of something else. Source: runc and crun, as containerd and Docker hand their words on.
 */
export const remoteStartFailure = (
  program: string,
  place: string,
  words: string,
): ProgramError | undefined => {
  if (absent.test(words))
    return new ProgramError('missing', `no \`${program}\` ${place}`, {
      remedy: 'use its absolute path, or an image that has it',
    });
  if (closed.test(words))
    return new ProgramError('denied', `\`${program}\` cannot be run ${place}: permission denied`, {
      remedy: `make it executable for whom programs are run by there`,
    });
  return undefined;
};

/** True for words about this very program that only a runtime, a shell's exec or env(1) says. */
const isStarter = (words: string, program: string): boolean =>
  words.split('\n').some((line) => /(?:.*exec: |^env: )(.*)/.exec(line)?.[1]?.includes(program) === true);

/** The same for a program that seemed to run: its status and its words are those of whoever could not start it. */
const notStarted = (program: string, place: string, end: ProgramEnd): ProgramError | undefined => {
  const { status, out, err } = end;
  const words = err.trim() === '' ? out : err;
  if (!notRun.has(status) || !isStarter(words, program)) return undefined;
  return remoteStartFailure(program, place, oneLine(words, 400));
};

/** The events of a program that runs `place`. Throws ProgramError when they turn out to be those of whoever could not start it. */
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

/** That somebody has stopped waiting for a program that had begun, as its own failure; undefined as long as somebody waits. */
export const abandonedProgramError = (signal: AbortSignal): ProgramError | undefined => {
  if (!signal.aborted) return undefined;
  const { kind, message } = toAbortError(signal);
  return new ProgramError(kind, message);
};

/**
 * Runs a program at an end of a `via:` (`Program.at`; absent: the first): in a container, on another host. Its lines as
 * they come, then its end. Throws TunnelError when the way itself is lost, and ProgramError when the way holds and the
 * program cannot be started there, or does not end in time.
 */
export type RemoteExec = (program: Program, signal: AbortSignal) => AsyncIterable<ProgramEvent>;

/** How such a program ended and what was kept of what it had said; no status and no signal: it said far more, and was left. */
export const collectRemoteOutput = async (events: AsyncIterable<ProgramEvent>): Promise<ProgramEnd> => {
  for await (const event of events) if (event.is === 'ended') return event.end;
  throw new WireError('unreachable', 'exit status not received');
};

/** The same of one that had to come to its end. Throws like it, and ProgramError for one that never stops talking. */
export const collectRemoteEnd = async (events: AsyncIterable<ProgramEvent>): Promise<ProgramEnd> =>
  whole(await collectRemoteOutput(events));

/** What is passed on of one program where each line of it is written down. */
const mostLetters = 1024 * 1024;

/** The same events, with a line in the place of the lines that nobody would read any more. */
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

/** One that was left because nothing good could come of it any more has no end of its own. */
const whole = (end: ProgramEnd): ProgramEnd => {
  if (end.status !== undefined || end.signal !== undefined || !end.cut) return end;
  throw new ProgramError('malformed', 'too much output: opsdeck stopped reading', end);
};
