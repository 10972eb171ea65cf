import type { Millis } from '../domain/base/fault.ts';

/** Releases one slot. */
export type ReleaseSlot = () => void;

/** The read call, besides its source. */
interface LimitedRead {
  /** The pod or server of the source that is read; absent: the source has only one. */
  readonly instance?: string | undefined;
  /** Start of the previous read; absent: there was none. */
  readonly lastAt?: Millis | undefined;
}

/** Limits the number of concurrent reads: in total, per source, and per instance of a source. */
export interface ReadLimiter {
  /**
   * Resolves to a release function once a slot is free, or to undefined if the signal aborts first. The
   * source served least recently goes next, so that a source with many feeds does not starve the others. Of its reads, the
   * one goes next whose previous read is the longest ago, so that slow reads do not always delay the same ones.
   */
  enter(source: object, signal: AbortSignal, read?: LimitedRead): Promise<ReleaseSlot | undefined>;
}

interface WaitingRead {
  readonly instance: string | undefined;
  readonly lastAt: Millis;
  admit(): void;
}

interface Line {
  running: number;
  readonly runningOf: Map<string | undefined, number>;
  /** In order of arrival. */
  readonly waiting: WaitingRead[];
}

/**
 * Creates a limiter for one process (`global`), for each source within it, and for each instance of a source: slow reads of
 * one pod leave slots for those of another. Two sources that hang do not use up a process.
 */
export const createReadLimiter = (global = 16, perSource = 6, perInstance = 4): ReadLimiter => {
  const lines = new Map<object, Line>();
  /** Time of each source's last admission, counted in admissions. */
  const lastTurn = new WeakMap<object, number>();
  let turns = 0;
  let running = 0;

  const turnOf = (source: object): number => lastTurn.get(source) ?? 0;

  const nextOf = (line: Line): WaitingRead | undefined => {
    if (line.running >= perSource) return undefined;
    let first: WaitingRead | undefined;
    for (const read of line.waiting)
      if ((line.runningOf.get(read.instance) ?? 0) < perInstance)
        if (first === undefined || read.lastAt < first.lastAt) first = read;
    return first;
  };

  /** Called for each read: a system with 2,000 sources must not sort them 2,000 times. */
  const next = (): readonly [object, Line, WaitingRead] | undefined => {
    let first: readonly [object, Line, WaitingRead] | undefined;
    for (const [source, line] of lines) {
      if (first !== undefined && turnOf(source) >= turnOf(first[0])) continue;
      const read = nextOf(line);
      if (read !== undefined) first = [source, line, read];
    }
    return first;
  };

  /** Adds a running read to the counts, or removes it. */
  const count = (line: Line, instance: string | undefined, change: 1 | -1): void => {
    running += change;
    line.running += change;
    const ofInstance = (line.runningOf.get(instance) ?? 0) + change;
    if (ofInstance === 0) line.runningOf.delete(instance);
    else line.runningOf.set(instance, ofInstance);
  };

  const serve = (): void => {
    while (running < global) {
      const turn = next();
      if (turn === undefined) return;
      const [source, line, read] = turn;
      turns += 1;
      lastTurn.set(source, turns);
      count(line, read.instance, 1);
      line.waiting.splice(line.waiting.indexOf(read), 1);
      read.admit();
    }
  };

  const forgetIfIdle = (source: object, line: Line): void => {
    if (line.running === 0 && line.waiting.length === 0) lines.delete(source);
  };

  const leave = (source: object, line: Line, instance: string | undefined): ReleaseSlot => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      count(line, instance, -1);
      forgetIfIdle(source, line);
      serve();
    };
  };

  return {
    enter: (source, signal, { instance, lastAt = Number.NEGATIVE_INFINITY } = {}) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(undefined);
        const line: Line = lines.get(source) ?? { running: 0, runningOf: new Map(), waiting: [] };
        lines.set(source, line);
        const withdraw = (): void => {
          line.waiting.splice(line.waiting.indexOf(read), 1);
          forgetIfIdle(source, line);
          resolve(undefined);
        };
        const admit = (): void => {
          signal.removeEventListener('abort', withdraw);
          resolve(leave(source, line, instance));
        };
        const read: WaitingRead = { instance, lastAt, admit };
        line.waiting.push(read);
        signal.addEventListener('abort', withdraw, { once: true });
        serve();
      }),
  };
};

/**
 * Creates a limiter with wider limits for a single reading. It runs each read once, and a server that hangs
 * must not block others.
 */
export const oneShotReadLimiter = (): ReadLimiter => createReadLimiter(64, 16, 16);
