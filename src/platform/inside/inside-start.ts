import { ProgramError } from '../failures.ts';
import type { ProgramEnd, ProgramEvent } from '../processes/program.ts';
import { oneLine } from '../terminal/sanitize.ts';
import { abortWireError } from '../wire-error.ts';

/** What POSIX shells, env(1) and container runtimes end with when there was nothing to run. */
const notRun: ReadonlySet<number | undefined> = new Set([126, 127]);

const absent = /executable file not found|no such file or directory|command not found|: not found/i;
const closed = /permission denied/i;

/**
 * Why a program could not be started `place` ('in that container'), from the words of whoever was to start it. Undefined
 * when they speak of something else. Source: runc and crun, as containerd and Docker hand their words on.
 */
export const startProblem = (program: string, place: string, words: string): ProgramError | undefined => {
  if (absent.test(words))
    return new ProgramError('missing', `no \`${program}\` ${place}`, {
      remedy: 'write its whole path, or use an image that has it',
    });
  if (closed.test(words))
    return new ProgramError('denied', `\`${program}\` may not be run ${place}: no permission`, {
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
  return startProblem(program, place, oneLine(words, 400));
};

/** The events of a program that runs `place`. Throws ProgramError when they turn out to be those of whoever could not start it. */
export async function* ifStarted(
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
export const stoppedWaiting = (signal: AbortSignal): ProgramError | undefined => {
  if (!signal.aborted) return undefined;
  const { kind, message } = abortWireError(signal);
  return new ProgramError(kind, message);
};
