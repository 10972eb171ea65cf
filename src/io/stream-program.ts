import type { Clock, Program, ProgramEvent } from './io.ts';
import { lineCutter } from './program-output.ts';
import { startProgram } from './run-process.ts';

/** What is passed on of one run; the rest is thrown away, and a line says so. */
const maxPassedOn = 1024 * 1024;

/**
 * Runs a program to its end, its lines as they come. What it leaves running stays. When the signal aborts, or nobody
 * listens any more, its whole process group is ended; an abort throws a ProgramError once it is gone.
 */
export async function* streamProgram(
  program: Program,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<ProgramEvent> {
  const left = new AbortController();
  const waiting: string[] = [];
  let wake = Promise.withResolvers<void>();
  let passedOn = 0;
  const line = (text: string): void => {
    if (passedOn > maxPassedOn) return;
    passedOn += text.length + 1;
    waiting.push(passedOn > maxPassedOn ? '(it says more than is kept: the rest is not shown)' : text);
    wake.resolve();
  };
  const cutters = { out: lineCutter(line), err: lineCutter(line) };
  const running = startProgram(
    program,
    { clock, leftovers: 'keep', output: (stream, chunk) => cutters[stream].push(chunk) },
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
  } finally {
    left.abort();
    await running.gone;
  }
}
