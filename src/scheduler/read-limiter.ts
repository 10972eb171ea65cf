/** Gives one place back. */
export type ReleaseSlot = () => void;

/** How many reads may be under way: some of all sources together, fewer of one source. */
export interface ReadLimiter {
  /**
   * Resolves to how to leave once there is a place; to undefined when the signal aborts before. Sources take turns:
   * the one whose turn was longest ago is next, so that a source with many questions keeps no other waiting.
   */
  enter(source: object, signal: AbortSignal): Promise<ReleaseSlot | undefined>;
}

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

/** Limits for one process (global) and within it for each source. */
export const createReadLimiter = (global = 16, perSource = 4): ReadLimiter => {
  const lines = new Map<object, Line>();
  /** When each source was last let in, counted in admissions. */
  const lastTurn = new WeakMap<object, number>();
  let turns = 0;
  let running = 0;

  const next = (): [object, Line] | undefined =>
    [...lines]
      .filter(([, line]) => line.waiting.length > 0 && line.running < perSource)
      .sort(([a], [b]) => (lastTurn.get(a) ?? 0) - (lastTurn.get(b) ?? 0))[0];

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

/** Wider limits for a single reading: it asks each question once, and servers that hang must not keep others unasked. */
export const oneShotReadLimiter = (): ReadLimiter => createReadLimiter(64, 16);
