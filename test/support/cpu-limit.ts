/** Limits of one test. A busy machine makes a test slower without making it use more processor time. */
export interface TestLimits {
  /** Processor time of the test in ms; more means that it computes without end, or shows too much at once. */
  readonly cpuMs: number;
  /** Time in ms during which it neither computes nor ends: it waits for something that never comes. */
  readonly idleMs: number;
}

/** How a limit is measured; a test replaces both clocks. */
export interface LimitClock {
  /** Processor time of this thread so far, in ms. */
  cpuMs(): number;
  /** Calls `look` about every `everyMs`, until the returned function is called. */
  every(everyMs: number, look: () => void): () => void;
}

const lookEveryMs = 1000;

/** Processor time in ms per look, below which a test waits: the look itself and timers of the test runner take less. */
const idleCpuMs = 20;

// Captured before a test replaces the timers.
const { setInterval, clearInterval } = globalThis;

/** The clock of this thread. */
const threadClock: LimitClock = {
  cpuMs: () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  },
  every: (everyMs, look) => {
    const timer = setInterval(look, everyMs);
    return () => clearInterval(timer);
  },
};

const cpuText = (ms: number): string => `${(ms / 1000).toFixed(1)} s of processor time`;

const tooLong = (usedMs: number, limitMs: number): Error =>
  new Error(`the test takes too long: ${cpuText(usedMs)}, limit ${limitMs / 1000} s`);

/**
 * Runs a test within its limits. Rejects when it has used more processor time than allowed, or has done nothing for too long:
 * looks count, not the time on the wall, because a suspended or starved process does not look. An endless synchronous loop cannot be
 * ended here; a long one fails at its end.
 */
export const withinLimits = async (
  run: () => unknown,
  { cpuMs, idleMs }: TestLimits,
  clock: LimitClock = threadClock,
): Promise<void> => {
  const began = clock.cpuMs();
  let last = began;
  let idleLooks = 0;
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = clock.every(lookEveryMs, () => {
    const now = clock.cpuMs();
    idleLooks = now - last < idleCpuMs ? idleLooks + 1 : 0;
    last = now;
    if (now - began > cpuMs) reject(tooLong(now - began, cpuMs));
    const used = cpuText(now - began);
    if (idleLooks * lookEveryMs >= idleMs)
      reject(new Error(`the test hangs: it has waited for ${idleMs / 1000} s after ${used}`));
  });
  try {
    await Promise.race([run(), promise]);
    // Nothing looks while a test computes without a break.
    const used = clock.cpuMs() - began;
    if (used > cpuMs) throw tooLong(used, cpuMs);
  } finally {
    stop();
  }
};
