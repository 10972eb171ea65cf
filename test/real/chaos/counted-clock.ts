import { type SystemClock, systemClock } from '../../../src/platform/runtime/clock.ts';

/** The clock of the machine, and the number of its timers that are set. */
export interface CountedClock {
  readonly clock: SystemClock;
  timers(): number;
}

export const countedClock = (): CountedClock => {
  const clock = systemClock();
  let count = 0;
  /** Counts a timer; returns a function that ends it, once. */
  const counted = (): (() => void) => {
    let isSet = true;
    count += 1;
    return () => {
      if (isSet) count -= 1;
      isSet = false;
    };
  };
  return {
    timers: () => count,
    clock: {
      ...clock,
      sleep: async (ms, signal) => {
        const end = counted();
        await clock.sleep(ms, signal);
        end();
      },
      deadline: (ms) => {
        const end = counted();
        const { signal, clear } = clock.deadline(ms);
        signal.addEventListener('abort', end, { once: true });
        return {
          signal,
          clear: () => {
            end();
            clear();
          },
        };
      },
      every: (ms, tick) => {
        const end = counted();
        const stop = clock.every(ms, tick);
        return () => {
          end();
          stop();
        };
      },
    },
  };
};
