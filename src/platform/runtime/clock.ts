import type { Millis } from '../../domain/base/fault.ts';
import { formatDuration } from '../../domain/text/duration.ts';

/** The time source of opsdeck. `now` never goes back and never jumps, so ages and deadlines can rely on it. */
export interface Clock {
  /** True: time passes by itself, also while this process is busy. Absent: the clock is simulated. */
  readonly isReal?: true;
  /** Ms since the epoch on a steady clock: the wall clock at the start plus the time elapsed since. */
  now(): Millis;
  /** The difference from `now()` to the wall clock; 0 until the machine's clock is set. */
  wallOffset(): Millis;
  /** Wall time in ms since the epoch: `now()` plus `wallOffset()`. For display and records, never for ages. */
  wallNow(): Millis;
  /** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
  sleep(ms: Millis, signal?: AbortSignal): Promise<void>;
  /**
   * Aborts with a TimeoutError DOMException after `ms`, or later (at most three times as late) where this process was too busy to
   * wait; `clear` cancels the timer.
   */
  deadline(ms: Millis): { readonly signal: AbortSignal; clear(): void };
  /**
   * Calls `tick` every `ms`, aligned so that all tickers of a process fire together. Returns a function that stops
   * it.
   */
  every(ms: Millis, tick: () => void): () => void;
}

/** Calls a function with a signal that aborts after a timeout or together with the given signal. */
export const withTimeout = async <T>(
  clock: Clock,
  timeoutMs: Millis,
  signal: AbortSignal | undefined,
  call: (over: AbortSignal) => Promise<T>,
): Promise<T> => {
  const limit = clock.deadline(timeoutMs);
  try {
    return await call(signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]));
  } finally {
    limit.clear();
  }
};

/** The smallest change of the machine's clock that is reported, in ms; smaller ones are ordinary drift. */
const jumpMs = 2000;
const watchEveryMs = 1000;

/** The clocks of the machine, in ms: `wall` may be set, `steady` is monotonic. */
interface TimeSource {
  wall(): Millis;
  steady(): Millis;
}
const machine: TimeSource = { wall: () => Date.now(), steady: () => performance.now() };

/** Milliseconds of a clock that only advances, whatever is done to that of the machine. */
export const steadyNow = (): Millis => machine.steady();

export interface SystemClock extends Clock {
  /**
   * Calls the listener with the change in ms when the machine's clock is set or the machine has slept. Returns a
   * function that unsubscribes.
   */
  onJump(listener: (deltaMs: number) => void): () => void;
}

/**
 * The clock of a running opsdeck: monotonic time in whole ms, starting from the wall clock. Setting the machine's
 * clock does not move `now()`; it changes `wallOffset()` and notifies the listeners.
 */
export const systemClock = (time: TimeSource = machine): SystemClock => {
  const origin = time.wall() - time.steady();
  const now = (): Millis => Math.floor(origin + time.steady());
  const listeners = new Set<(deltaMs: number) => void>();
  let offset = 0;

  const detectJump = (): void => {
    const drift = time.wall() - (origin + time.steady());
    const delta = Math.round(drift - offset);
    if (Math.abs(delta) <= jumpMs) return;
    offset = Math.round(drift);
    for (const listener of listeners) listener(delta);
  };

  const wallOffset = (): Millis => {
    detectJump();
    return offset;
  };

  return {
    isReal: true,
    now,
    wallOffset,
    wallNow: () => now() + wallOffset(),
    sleep,
    deadline,
    every: (ms, tick) =>
      aligned(ms, now, () => {
        detectJump();
        tick();
      }),
    onJump: (listener) => {
      listeners.add(listener);
      const timer = setInterval(detectJump, watchEveryMs).unref();
      return () => {
        listeners.delete(listener);
        clearInterval(timer);
      };
    },
  };
};

/** Clamps a negative delay to 0: Node prints a warning on stderr for one. */
const timerMs = (ms: Millis): Millis => Math.max(0, ms);

const sleep = (ms: Millis, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, timerMs(ms));
    signal?.addEventListener('abort', end);
  });

/** Fraction of a deadline that this process must have waited for: the rest may be work of its own. */
const waitedShare = 0.5;
/** A deadline ends at the latest after this multiple of its time, however busy this process is. */
const longestFactor = 3;

/**
 * Counts the time in which this process waited, where it was busy for most of it: on a machine under load, an answer that has
 * arrived and was not read yet is no silence of the server.
 */
const deadline = (ms: Millis): { signal: AbortSignal; clear(): void } => {
  const controller = new AbortController();
  const began = performance.now();
  const idleAtBegin = performance.eventLoopUtilization().idle;
  let timer: ReturnType<typeof setTimeout>;
  const arm = (afterMs: Millis): void => {
    timer = setTimeout(() => {
      const missing = ms * waitedShare - (performance.eventLoopUtilization().idle - idleAtBegin);
      const left = began + ms * longestFactor - performance.now();
      if (missing > 0 && left > 0) arm(Math.ceil(Math.min(missing, left)));
      else controller.abort(new DOMException(`no answer in ${formatDuration(ms)}`, 'TimeoutError'));
    }, timerMs(afterMs));
  };
  arm(ms);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
};

/** Ticks at multiples of `ms`. A late tick is not made up for; an early one is not repeated. */
const aligned = (ms: Millis, now: () => Millis, tick: () => void): (() => void) => {
  let beat = Math.floor(now() / ms) + 1;
  let timer: ReturnType<typeof setTimeout>;
  const arm = (): void => {
    timer = setTimeout(
      () => {
        beat = Math.max(beat, Math.floor(now() / ms)) + 1;
        arm();
        tick();
      },
      Math.max(0, beat * ms - now()),
    );
  };
  arm();
  return () => clearTimeout(timer);
};
