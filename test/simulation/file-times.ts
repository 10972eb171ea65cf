import type { Millis } from '../../src/domain/base/fault.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';

/** Pairs of times that are kept; a simulation of days has millions of steps. */
const most = 20_000;

/**
 * Maps modification times of files to the simulated clock: the kernel uses the real time, so a time during the simulation
 * is replaced by the simulated time of that moment.
 */
export const createFileTimes = (clock: Pick<Clock, 'now'>) => {
  /** Pairs of real and simulated times, in order. */
  let moments: { readonly real: Millis; readonly simulated: Millis }[] = [];
  const note = (): void => {
    const real = Date.now();
    const simulated = clock.now();
    const last = moments.at(-1);
    if (last === undefined || (last.simulated !== simulated && last.real !== real))
      moments.push({ real, simulated });
    // The times of old files become less exact.
    if (moments.length > most) moments = moments.filter((_, index) => index > most / 2 || index % 2 === 0);
  };
  note();

  const momentOf = (real: Millis): Millis => {
    const first = moments[0];
    // The kernel updates its clock for file times every few ms.
    if (first === undefined || real < first.real - 20) return real;
    let low = 0;
    let high = moments.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((moments[middle]?.real ?? 0) <= real) low = middle;
      else high = middle - 1;
    }
    return moments[low]?.simulated ?? real;
  };

  const withTime = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'writtenAt' in value && typeof value.writtenAt === 'number'
      ? { ...value, writtenAt: momentOf(value.writtenAt) }
      : value;

  return {
    /** Records the current pair of real and simulated time. */
    note,
    /** Wraps file functions: `writtenAt` of their results is in simulated time. */
    simulated: <T extends object>(files: T): T =>
      new Proxy(files, {
        get: (target, name) => {
          const held: unknown = Reflect.get(target, name);
          if (typeof held !== 'function') return held;
          return (...args: unknown[]): unknown => {
            const given: unknown = Reflect.apply(held, target, args);
            return given instanceof Promise ? given.then(withTime) : given;
          };
        },
      }),
  };
};
