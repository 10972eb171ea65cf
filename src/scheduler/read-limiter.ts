/** Releases one slot. */
export type ReleaseSlot = () => void;

/** Limits the number of concurrent reads: in total, and per source. */
export interface ReadLimiter {
  /**
   * Resolves to a release function once a slot is free, or to undefined if the signal aborts first. The
   * source served least recently goes next, so that a source with many feeds does not starve the others.
   */
  enter(source: object, signal: AbortSignal): Promise<ReleaseSlot | undefined>;
}

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

/** Creates a limiter for one process (`global`) and for each source within it. */
export const createReadLimiter = (global = 16, perSource = 4): ReadLimiter => {
  const lines = new Map<object, Line>();
  /** Time of each source's last admission, counted in admissions. */
  const lastTurn = new WeakMap<object, number>();
  let turns = 0;
  let running = 0;

  const turnOf = (source: object): number => lastTurn.get(source) ?? 0;

  /** Called for each read: a system with 2,000 sources must not sort them 2,000 times. */
  const next = (): [object, Line] | undefined => {
    let first: [object, Line] | undefined;
    for (const [source, line] of lines) {
      if (line.waiting.length === 0 || line.running >= perSource) continue;
      if (first === undefined || turnOf(source) < turnOf(first[0])) first = [source, line];
    }
    return first;
  };

  const serve = (): void => {
    while (running < global) {
      const turn = next();
      if (turn === undefined) return;
      const [source, line] = turn;
      turns += 1;
      lastTurn.set(source, turns);
      running += 1;
      line.running += 1;
      line.waiting.shift()?.();
    }
  };

  const forgetIfIdle = (source: object, line: Line): void => {
    if (line.running === 0 && line.waiting.length === 0) lines.delete(source);
  };

  const leave = (source: object, line: Line): ReleaseSlot => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      running -= 1;
      line.running -= 1;
      forgetIfIdle(source, line);
      serve();
    };
  };

  return {
    enter: (source, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(undefined);
        const line = lines.get(source) ?? { running: 0, waiting: [] };
        lines.set(source, line);
        const withdraw = (): void => {
          line.waiting.splice(line.waiting.indexOf(admit), 1);
          forgetIfIdle(source, line);
          resolve(undefined);
        };
        const admit = (): void => {
          signal.removeEventListener('abort', withdraw);
          resolve(leave(source, line));
        };
        line.waiting.push(admit);
        signal.addEventListener('abort', withdraw, { once: true });
        serve();
      }),
  };
};

/**
 * Creates a limiter with wider limits for a single reading. It runs each read once, and a server that hangs
 * must not block others.
 */
export const oneShotReadLimiter = (): ReadLimiter => createReadLimiter(64, 16);
