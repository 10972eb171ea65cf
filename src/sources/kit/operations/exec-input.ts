import type { Millis } from '../../../domain/base/fault.ts';
import { formatBytes } from '../../../domain/text/format.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { ProgramOutcome } from './exec-files.ts';

/** The stdin of a program elsewhere. Its methods reject when the connection is lost. */
export interface StdinPipe {
  /** Resolves when the bytes have been passed on: a slow program slows the reader of the file down. */
  send(bytes: Uint8Array): Promise<void>;
  /** Signals the end of the input. */
  end(): Promise<void>;
}

/** An input stream to a program. */
export interface StdinFeed {
  /** Resolves at the end of the input: all of it, or as much as the program accepted. Never rejects. */
  readonly done: Promise<{ readonly fed: number; readonly isWhole: boolean }>;
  /** Bytes sent so far. */
  size(): number;
  /** Stops the input, and sends the last words, if any, instead of the rest. */
  abort(last?: string): Promise<void>;
}

/**
 * Sends a file to the stdin of a program, with backpressure. `lost` receives the reason when the file cannot be read
 * completely. The reader of the connection sees a lost connection.
 */
export const feedStdin = (
  pipe: StdinPipe,
  pieces: AsyncIterable<Uint8Array>,
  lost: (error: unknown) => void,
): StdinFeed => {
  let isOver = false;
  let fed = 0;
  const sent = (work: Promise<void>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );
  const pump = async (): Promise<boolean> => {
    for await (const piece of pieces) {
      if (isOver || !(await sent(pipe.send(piece)))) return false;
      fed += piece.length;
    }
    if (isOver) return false;
    isOver = true;
    return sent(pipe.end());
  };
  const failed = (error: unknown): false => {
    lost(error);
    return false;
  };
  return {
    done: pump()
      .catch(failed)
      .then((isWhole) => ({ fed, isWhole })),
    size: () => fed,
    abort: async (last) => {
      const wasOver = isOver;
      isOver = true;
      if (!wasOver && last !== undefined) await sent(pipe.send(Buffer.from(last)));
    },
  };
};

/** The outcome of a program that reads a file. `ok`: its own. */
export const stdinOutcome = async ({ done }: StdinFeed, ok: boolean): Promise<ProgramOutcome> => {
  const { fed, isWhole } = await done;
  return {
    ok: ok && isWhole,
    words: `; ${formatBytes(fed)} written to stdin${isWhole ? '' : ' (incomplete)'}`,
  };
};

/** Time for a program that no longer reads its input. */
export const abortInputGraceMs: Millis = 2000;

/** A program that copies a file reports its progress this often. */
const progressMs: Millis = 10_000;

/**
 * Passes events on, and between them reports how many bytes were copied, every ten seconds while their number changes.
 * `copied`: undefined before the copy begins, and for a program without a file.
 */
export async function* withProgress<T>(
  events: AsyncIterable<T>,
  clock: Clock,
  copied: () => number | undefined,
  report: (words: string) => T,
): AsyncGenerator<T, void, undefined> {
  const source = events[Symbol.asyncIterator]();
  const over = new AbortController();
  const pause = (): Promise<undefined> =>
    clock.sleep(progressMs, over.signal).then(
      () => undefined,
      () => undefined,
    );
  let next: Promise<IteratorResult<T, unknown>> | undefined;
  let paused = pause();
  let reported = 0;
  try {
    for (;;) {
      next ??= source.next();
      const step = await Promise.race([next, paused]);
      if (step === undefined) {
        const bytes = copied() ?? 0;
        if (bytes !== reported) yield report(`${formatBytes(bytes)} so far`);
        reported = bytes;
        paused = pause();
        continue;
      }
      next = undefined;
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    over.abort();
    // An unfinished read is abandoned with its connection.
    if (next === undefined) await source.return?.();
    else next.catch(() => {});
  }
}
