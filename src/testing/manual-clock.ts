import type { Clock } from '../platform/runtime/clock.ts';

// Captured before a test replaces the timers.
const { setImmediate, setTimeout } = globalThis;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
const fileRequests = (): number =>
  process.getActiveResourcesInfo().filter((name) => name.startsWith('FSReq') || name.startsWith('CloseReq'))
    .length;

/** File requests that never complete, such as a FIFO without a writer: they are not awaited again. */
let stuck = 0;
const mostFilePauses = 200;
/** After this many busy turns the rest waits for another thread, as that of files, and leaves it the processor. */
const patientTurns = 20;

/**
 * Runs everything that is already due (microtasks, immediate callbacks, loopback I/O, files) until nothing was pending
 * for this many turns of the event loop. `isBusy`: an additional condition to wait for.
 */
export const settle = async (turns = 12, isBusy = (): boolean => false): Promise<void> => {
  for (let still = 0, busyTurns = 0, filePauses = 0; still < turns; still++) {
    const isPatient = busyTurns >= patientTurns;
    await (isPatient ? pause() : turn());
    const requests = fileRequests();
    stuck = filePauses < mostFilePauses ? Math.min(stuck, requests) : requests;
    const isFileAwaited = requests > stuck;
    if (isFileAwaited && isPatient) filePauses += 1;
    [still, busyTurns] = isFileAwaited || isBusy() ? [-1, busyTurns + 1] : [still, 0];
  }
};

interface Timer {
  readonly due: number;
  readonly order: number;
  run(): void;
}

export interface ManualClock extends Clock {
  /** Advances time, running due timers in order and letting promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Lets promises settle without advancing time. */
  settle(): Promise<void>;
  pending(): number;
}

/** A manual clock that tells when it has something to run. */
export interface ForeseeingClock extends ManualClock {
  /** Time until the next timer is due. Undefined: none is set. */
  untilDue(): number | undefined;
}

const usualStart = Date.parse('2026-03-04T10:15:07Z');

/** Creates a manual clock that can be moved to its next timer. */
export const foreseeingClock = (start = usualStart): ForeseeingClock => {
  let now = start;
  let order = 0;
  let timers: Timer[] = [];
  const add = (ms: number, run: () => void): (() => void) => {
    const timer: Timer = { due: now + Math.max(0, ms), order: order++, run };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };
  const next = (until: number): Timer | undefined =>
    timers.filter((t) => t.due <= until).sort((a, b) => a.due - b.due || a.order - b.order)[0];

  const clock: ForeseeingClock = {
    now: () => now,
    wallOffset: () => 0,
    wallNow: () => now + clock.wallOffset(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const end = (): void => {
          cancel();
          signal?.removeEventListener('abort', end);
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
      return { signal: controller.signal, clear };
    },
    every: (ms, tick) => {
      let cancel: () => void = () => {};
      const arm = (): void => {
        cancel = add(ms - (now % ms), () => {
          arm();
          tick();
        });
      };
      arm();
      return () => cancel();
    },
    advance: async (ms) => {
      const until = now + ms;
      await settle();
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        const due = timer;
        timers = timers.filter((other) => other !== due);
        now = Math.max(now, due.due);
        due.run();
        await settle();
      }
      now = until;
      await settle();
    },
    settle: () => settle(),
    pending: () => timers.length,
    untilDue: () => {
      const first = next(Number.POSITIVE_INFINITY);
      return first === undefined ? undefined : Math.max(0, first.due - now);
    },
  };
  return clock;
};

/** Creates a clock that only advances when a test advances it. */
export const manualClock = (start = usualStart): ManualClock => foreseeingClock(start);

/** The same clock for a server that responds at once: its own waits take no time. */
export const withoutDelays = <T extends Clock>(clock: T): T => ({
  ...clock,
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
});
