/** Interval of the looks at the CPU time, in ms. */
const everyMs = 10;

/** The longest turn of the event loop. */
export interface TurnMeter extends Disposable {
  longestMs(): number;
}

/**
 * Measures the CPU time of this thread between two timers, at most `everyMs` more than the longest turn in between.
 * Waiting for the machine does not count.
 */
export const openTurnMeter = (): TurnMeter => {
  let longest = 0;
  let before = process.threadCpuUsage();
  const timer = setInterval(() => {
    const used = process.threadCpuUsage(before);
    longest = Math.max(longest, (used.user + used.system) / 1000);
    before = process.threadCpuUsage();
  }, everyMs);
  return { longestMs: () => longest, [Symbol.dispose]: () => clearInterval(timer) };
};
