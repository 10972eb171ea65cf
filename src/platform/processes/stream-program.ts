import type { Clock } from '../clock.ts';
import { ProgramError } from '../wire-error.ts';
import type { Program, ProgramEvent } from './program.ts';
import { createOutputSplitter } from './program-output.ts';
import type { Programs } from './programs.ts';

/** What is passed on of one run; the rest is thrown away, and a line says so. */
const maxPassedOn = 1024 * 1024;

interface StreamOptions {
  readonly clock: Clock;
  readonly programs: Programs;
  /** What becomes of processes that it leaves running when it has ended by itself. */
  readonly leftovers: 'keep' | 'end';
  /** 'enough': a megabyte of lines, then a line that says so. 'everything': for a reader that throws away by itself. */
  readonly passOn: 'enough' | 'everything';
}

/** That some of it goes on is part of how it ended. */
const toldOf = (error: unknown, left: readonly number[]): unknown =>
  error instanceof ProgramError && left.length > 0
    ? new ProgramError(error.kind, error.message, { out: error.out, err: error.err, left })
    : error;

/**
 * Runs a program to its end, its lines as they come. When the signal aborts, or nobody listens any more, its whole
 * process group is ended; an abort throws a ProgramError once it is gone.
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
    throw toldOf(error, await running.gone);
  } finally {
    left.abort();
    await running.gone;
  }
}
