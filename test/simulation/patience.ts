import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Real time without any work that ends, after which the rest is stuck: simulated time cannot advance. */
const stuckAfterMs = 15_000;
/** The part of a turn that counts as waiting: a process that does not get the processor does not wait, and its files are not read either. */
const longestTurnMs = 20;
/** Waiting after which the machine itself is asked for an answer, before any more of it counts. */
const askEveryMs = 500;

export interface PatienceOptions {
  /** Ends when the machine has answered a file request; its time does not count as waiting. */
  readonly machineAnswers?: () => Promise<void>;
  readonly stuckAfterMs?: number;
}

/** The wait for work that takes real time. */
export interface Patience {
  /** Counts a turn of the event loop. `goesOn`: a work has ended in it. Resolves to whether the rest is stuck. */
  isOver(goesOn: boolean): Promise<boolean>;
}

/**
 * Writes a file to its disk and reads a directory, as the work that is waited for does. On a busy machine that takes seconds, and
 * so does the work.
 */
const answersFiles = async (): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-patience-'));
  try {
    await writeFile(join(dir, 'file'), 'x', { flush: true });
    await readdir(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** Begins a wait. */
export const createPatience = ({
  machineAnswers = answersFiles,
  stuckAfterMs: mostMs = stuckAfterMs,
}: PatienceOptions): Patience => {
  let waitedMs = 0;
  let askedMs = 0;
  let last = performance.now();
  return {
    isOver: async (goesOn) => {
      waitedMs = goesOn ? 0 : waitedMs + Math.min(performance.now() - last, longestTurnMs);
      if (goesOn) askedMs = 0;
      if (waitedMs - askedMs > askEveryMs) {
        askedMs = waitedMs;
        await machineAnswers();
      }
      last = performance.now();
      return waitedMs > mostMs;
    },
  };
};
