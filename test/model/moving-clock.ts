import type { Millis } from '../../src/domain/base/fault.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';

interface Timer {
  due: Millis;
  readonly run: () => void;
}

/** The longest wait that runs timer by timer. The rest of a longer wait is one leap, as after machine sleep. */
const leapAfterMs = 12_000;

/**
 * A clock that a model moves. A wait of more than 12 s ends in a leap: timers due in the leap fire once at its end, as
 * when a machine wakes up. The wall clock can be set.
 */
export const createMovingClock = (start: Millis, quiet: () => Promise<void>) => {
  let now = start;
  let wall = 0;
  const timers = new Set<Timer>();
  const add = (ms: Millis, run: () => void): (() => void) => {
    const timer = { due: now + Math.max(0, ms), run };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const nextDue = (until: Millis): Timer | undefined =>
    [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0];
  const advanceTo = async (until: Millis): Promise<void> => {
    for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
      timers.delete(timer);
      now = Math.max(now, timer.due);
      timer.run();
      await quiet();
    }
    now = until;
    await quiet();
  };
  const clock: Clock = {
    now: () => now,
    wallOffset: () => wall,
    wallNow: () => now + wall,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const end = (): void => {
          cancel();
          resolve();
        };
        const cancel = add(ms, end);
        signal?.addEventListener('abort', end, { once: true });
      }),
    deadline: (ms) => {
      const controller = new AbortController();
      const clear = add(ms, () =>
        controller.abort(new DOMException(`no answer in ${ms} ms`, 'TimeoutError')),
      );
      return { signal: controller.signal, clear: () => void clear() };
    },
    every: (ms, tick) => {
      let cancel = (): unknown => undefined;
      const arm = (): void => {
        cancel = add(ms - (now % ms), () => {
          arm();
          tick();
        });
      };
      arm();
      return () => void cancel();
    },
  };
  return {
    clock,
    wait: async (ms: Millis): Promise<void> => {
      const until = now + ms;
      await advanceTo(Math.min(until, now + leapAfterMs));
      if (now < until) {
        now = until;
        await advanceTo(until);
      }
    },
    setWall: (by: Millis): void => {
      wall += by;
    },
  };
};
