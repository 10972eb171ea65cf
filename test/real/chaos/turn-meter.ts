import { createReference } from '../../support/reference.ts';

/** Interval of the looks at the CPU time, in ms. */
const everyMs = 10;
/** CPU time of the reference work on a fast processor, in ms. */
const fastMs = 5;

/** The longest turn of the event loop, in ms of a fast processor. */
export interface TurnMeter extends Disposable {
  longestMs(): number;
}

/**
 * Measures the CPU time of this thread between two timers, at most `everyMs` more than the longest turn in between.
 * Waiting for the machine does not count, and on a slow machine, or one whose cores are shared, the same work counts the same.
 */
export const openTurnMeter = (): TurnMeter => {
  const reference = createReference();
  reference.start();
  let longest = 0;
  let before = process.threadCpuUsage();
  const timer = setInterval(() => {
    const used = process.threadCpuUsage(before);
    longest = Math.max(longest, (used.user + used.system) / 1000);
    before = process.threadCpuUsage();
  }, everyMs);
  return {
    longestMs: () => longest / Math.max(1, reference.stop() / fastMs),
    [Symbol.dispose]: () => {
      clearInterval(timer);
      reference.stop();
    },
  };
};

/** Measures of the same work: what the machine and the garbage collector add to a turn is never negative, and differs. */
const measures = 3;

/**
 * The longest turn of a piece of work, in ms of a fast processor: the least of several measures, or the first one below
 * the limit.
 */
export const longestTurnOf = async (work: () => Promise<unknown>, limitMs: number): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let measure = 0; measure < measures && least >= limitMs; measure += 1) {
    using meter = openTurnMeter();
    await work();
    least = Math.min(least, meter.longestMs());
  }
  return least;
};
