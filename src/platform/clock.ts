import { formatDuration } from '../domain/duration.ts';
import type { Millis } from '../domain/fault.ts';

/** Time as opsdeck sees it: `now` never goes back and never jumps, so ages and deadlines can be told by it. */
export interface Clock {
  /** Ms since the epoch on a steady clock: the wall clock at the start plus what has passed since. */
  now(): Millis;
  /** What to add to `now()` for the wall clock (0 until somebody sets the machine's clock). */
  wallOffset(): Millis;
  /** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
  sleep(ms: Millis, signal?: AbortSignal): Promise<void>;
  /** Aborts with a TimeoutError DOMException after `ms`; `clear` gives the timer back. */
  deadline(ms: Millis): { readonly signal: AbortSignal; clear(): void };
  /** Calls `tick` every `ms`, aligned so that all tickers of a process fall together; returns how to stop it. */
  every(ms: Millis, tick: () => void): () => void;
}

/** A difference between the machine's clock and ours that is news; smaller ones are the drift of any clock. */
const jumpMs = 2000;
const watchEveryMs = 1000;

/** Where time comes from: `wall` may be set by anyone, `steady` only ever grows. Both in ms. */
interface TimeSource {
  wall(): Millis;
  steady(): Millis;
}
const machine: TimeSource = { wall: () => Date.now(), steady: () => performance.now() };

export interface SystemClock extends Clock {
  /** Told when the machine's clock was set (or the machine slept), by how many ms; returns how to stop listening. */
  onJump(listener: (deltaMs: number) => void): () => void;
}

/**
 * The clock of a running opsdeck: steady time (monotonic, whole ms) since the wall clock at the start. Setting the
 * machine's clock does not move `now()`; it changes `wallOffset()` and is told to the listeners.
 */
export const systemClock = (time: TimeSource = machine): SystemClock => {
  const origin = time.wall() - time.steady();
  const now = (): Millis => Math.floor(origin + time.steady());
  const listeners = new Set<(deltaMs: number) => void>();
  let offset = 0;

  const look = (): void => {
    const found = time.wall() - (origin + time.steady());
    const delta = Math.round(found - offset);
    if (Math.abs(delta) <= jumpMs) return;
    offset = Math.round(found);
    for (const listener of listeners) listener(delta);
  };

  return {
    now,
    wallOffset: () => {
      look();
      return offset;
    },
    sleep,
    deadline,
    every: (ms, tick) =>
      aligned(ms, now, () => {
        look();
        tick();
      }),
    onJump: (listener) => {
      listeners.add(listener);
      const timer = setInterval(look, watchEveryMs).unref();
      return () => {
        listeners.delete(listener);
        clearInterval(timer);
      };
    },
  };
};

/** A moment that has passed already, however long ago, is over at once; Node warns on stderr of a negative time. */
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

const deadline = (ms: Millis): { signal: AbortSignal; clear(): void } => {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException(`no answer in ${formatDuration(ms)}`, 'TimeoutError')),
    timerMs(ms),
  );
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
};

/** Ticks at multiples of `ms`; a tick that comes late is not made up for, one that comes early is not repeated. */
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
