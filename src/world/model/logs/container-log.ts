import type { Millis } from '../../../domain/fault.ts';

export interface LogLine {
  /** Model time. */
  readonly at: Millis;
  readonly text: string;
}

/** What was written before the world opened: made when it is asked for, second by second, and never kept. */
export interface PastLines {
  readonly from: Millis;
  /** Where what is kept begins. */
  readonly to: Millis;
  /** The lines of the second that begins then, oldest first. */
  second(at: Millis): readonly LogLine[];
}

/** Which lines of a log: since a moment (model time), and no more than the last so many. */
interface Wanted {
  readonly since?: Millis;
  readonly last?: number;
}

const longest = 8000;
const second: Millis = 1000;
/** No two lines of a log bear the same time: so far they are apart at least. */
const apartMs: Millis = 0.01;

/** What one run of a container has written. */
export class ContainerLog {
  #lines: LogLine[] = [];
  #past: PastLines | undefined;
  #head: readonly LogLine[] = [];
  readonly #listeners = new Set<(line: LogLine) => void>();

  /** As far as they are kept in memory; what was before the world opened is not among them. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  write(at: Millis, text: string): void {
    const latest = this.#lines.at(-1)?.at ?? this.#past?.to ?? 0;
    const line = { at: Math.max(at, latest + apartMs), text };
    this.#lines.push(line);
    if (this.#lines.length > 1.25 * longest) {
      this.#lines = this.#lines.slice(-longest);
      // What lies between is gone: it has been rotated away.
      this.#past = undefined;
      this.#head = [];
    }
    for (const listener of this.#listeners) listener(line);
  }

  /** Has it tell of a time before the world opened. What was written until now was its beginning, long before. */
  remember(past: PastLines): void {
    this.#past = past;
    this.#head = past.from > (this.#lines.at(-1)?.at ?? 0) ? [] : this.#lines;
    this.#lines = [];
  }

  /** Oldest first. */
  read({ since = Number.NEGATIVE_INFINITY, last = Number.POSITIVE_INFINITY }: Wanted): readonly LogLine[] {
    const kept = this.#lines.filter(({ at }) => at >= since);
    if (kept.length >= last) return last === 0 ? [] : kept.slice(-last);
    const before = this.#before(since, last - kept.length);
    return [...before, ...kept];
  }

  /** Tells of every line from now on; returns how to stop it. */
  follow(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The past, from its end on backwards until there are lines enough. */
  #before(since: Millis, wanted: number): readonly LogLine[] {
    const past = this.#past;
    if (past === undefined) return [];
    const seconds: (readonly LogLine[])[] = [];
    let count = 0;
    for (let at = past.to - second; at >= past.from && at + second > since && count < wanted; at -= second) {
      const lines = past.second(at).filter((line) => line.at >= since);
      seconds.push(lines);
      count += lines.length;
    }
    const head = count < wanted ? this.#head.filter(({ at }) => at >= since) : [];
    const all = [...head, ...seconds.reverse().flat()];
    return all.slice(Math.max(0, all.length - wanted));
  }
}
