import type { Clock } from '../runtime/clock.ts';
import { ProgramError } from '../runtime/wire-error.ts';
import type { Program, ProgramEvent } from './program.ts';
import { createOutputSplitter } from './program-output.ts';
import type { Programs } from './programs.ts';

/** The most characters of one run to pass on; a final line reports the cut. */
const maxPassedOn = 1024 * 1024;

interface StreamOptions {
  readonly clock: Clock;
  readonly programs: Programs;
  /** The fate of child processes that it leaves running. */
  readonly leftovers: 'keep' | 'end';
  /**
   * 'enough': up to a megabyte of lines, then a line that reports the cut. 'everything': for readers that limit
   * themselves.
   */
  readonly passOn: 'enough' | 'everything';
}

/** Adds the processes that could not be killed to its error. */
const withLeftovers = (error: unknown, left: readonly number[]): unknown =>
  error instanceof ProgramError && left.length > 0
    ? new ProgramError(error.kind, error.message, { out: error.out, err: error.err, left })
    : error;

/**
 * Runs a program to its end and yields its lines as they come. When the signal aborts or the reader stops, its whole
 * process group is killed; an abort throws a ProgramError after that.
 */
export async function* streamProgram(
  program: Program,
  { clock, programs, leftovers, passOn }: StreamOptions,
  signal: AbortSignal,
): AsyncGenerator<ProgramEvent> {
  const left = new AbortController();
  const waiting: string[] = [];
  let wake = Promise.withResolvers<void>();
  let passedOn = 0;
  const line = (text: string): void => {
    if (passedOn > maxPassedOn) return;
    if (passOn === 'enough') passedOn += text.length + 1;
    waiting.push(passedOn > maxPassedOn ? '(output limit reached: the rest is not shown)' : text);
    wake.resolve();
  };
  const cutters = { out: createOutputSplitter(line), err: createOutputSplitter(line) };
  const running = programs.start(
    program,
    {
      clock,
      leftovers,
      endless: passOn === 'everything',
      output: (stream, chunk) => cutters[stream].push(chunk),
    },
    AbortSignal.any([signal, left.signal]),
  );
  let over = false;
  const end = running.end.finally(() => {
    cutters.out.end();
    cutters.err.end();
    over = true;
    wake.resolve();
  });
  end.catch(() => {});
  try {
    while (!over || waiting.length > 0) {
      for (const text of waiting.splice(0)) yield { is: 'line', text };
      if (over) continue;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
    yield { is: 'ended', end: await end };
  } catch (error) {
    left.abort();
    throw withLeftovers(error, await running.gone);
  } finally {
    left.abort();
    await running.gone;
  }
}
