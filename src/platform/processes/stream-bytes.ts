import type { Clock } from '../runtime/clock.ts';
import type { Program, ProgramBytes } from './program.ts';
import { createOutputSplitter } from './program-output.ts';
import type { Programs } from './programs.ts';
import type { OutputFlowControl } from './run-process.ts';

/** Bytes that may wait for the reader before the program is paused. */
const mostWaiting = 1024 * 1024;
/** Output to keep, in bytes: passed-on bytes are not needed again, and stderr only for an error message. */
const keptBytes = 16 * 1024;

/**
 * Runs a program to its end; yields its standard output as bytes and its standard error as lines. When the signal
 * aborts or the reader stops, its whole process group is killed; an abort throws a ProgramError after that.
 */
export async function* streamBytes(
  program: Program,
  { clock, programs }: { readonly clock: Clock; readonly programs: Programs },
  signal: AbortSignal,
): AsyncGenerator<ProgramBytes, void, undefined> {
  const left = new AbortController();
  const waiting: ProgramBytes[] = [];
  let wake = Promise.withResolvers<void>();
  let size = 0;
  let flow: OutputFlowControl | undefined;
  const put = (event: ProgramBytes): void => {
    waiting.push(event);
    wake.resolve();
  };
  const diagnostics = createOutputSplitter((text) => put({ is: 'err', text }));
  const running = programs.start(
    { maxBytes: keptBytes, ...program },
    {
      clock,
      leftovers: 'end',
      endless: true,
      flow: (own) => {
        flow = own;
      },
      output: (stream, bytes) => {
        if (stream === 'err') return diagnostics.push(bytes);
        size += bytes.length;
        if (size > mostWaiting) flow?.pause();
        put({ is: 'out', bytes });
      },
    },
    AbortSignal.any([signal, left.signal]),
  );
  let over = false;
  const end = running.end.finally(() => {
    diagnostics.end();
    over = true;
    wake.resolve();
  });
  end.catch(() => {});
  try {
    while (!over || waiting.length > 0) {
      for (const event of waiting.splice(0)) {
        if (event.is === 'out') size -= event.bytes.length;
        yield event;
      }
      if (size <= mostWaiting) flow?.resume();
      if (over || waiting.length > 0) continue;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
    yield { is: 'ended', end: await end };
  } finally {
    left.abort();
    await running.gone;
  }
}
