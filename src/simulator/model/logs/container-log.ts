import type { Millis } from '../../../domain/fault.ts';

export interface ContainerLogLine {
  /** Model time. */
  readonly at: Millis;
  readonly text: string;
}

/** What was written before the world opened: made when it is asked for, second by second, and never kept. */
export interface LogBackfill {
  readonly from: Millis;
  /** Where what is kept begins. */
  readonly to: Millis;
  /** The lines of the second that begins then, oldest first. */
  second(at: Millis): readonly ContainerLogLine[];
}

/** Which lines of a log: since a moment (model time), and no more than the last so many. */
interface LogRange {
  readonly since?: Millis;
  readonly last?: number;
}

const longest = 8000;
const second: Millis = 1000;
/** No two lines of a log bear the same time: so far they are apart at least. */
const apartMs: Millis = 0.01;

/** So much may wait to be worked out. */
const longestUnread = 600;

/** What one run of a container has written. Most logs of a world are never read: their lines are made once one is asked for. */
export class ContainerLog {
  #lines: ContainerLogLine[] = [];
  #unread: (() => readonly ContainerLogLine[])[] = [];
  #past: LogBackfill | undefined;
  #head: readonly ContainerLogLine[] = [];
  readonly #listeners = new Set<(line: ContainerLogLine) => void>();

  /** As far as they are kept in memory; what was before the world opened is not among them. */
  get lines(): readonly ContainerLogLine[] {
    this.#workOut();
    return this.#lines;
  }

  write(at: Millis, text: string): void {
    this.writeLater(() => [{ at, text }]);
  }

  /** Writes lines that are made once somebody reads the log; they must be the same whenever that is. */
  writeLater(lines: () => readonly ContainerLogLine[]): void {
    this.#unread.push(lines);
    if (this.#listeners.size > 0 || this.#unread.length > longestUnread) this.#workOut();
  }

  #workOut(): void {
    const unread = this.#unread;
    if (unread.length === 0) return;
    this.#unread = [];
    for (const lines of unread) for (const { at, text } of lines()) this.#put(at, text);
  }

  #put(at: Millis, text: string): void {
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
  remember(past: LogBackfill): void {
    this.#workOut();
    this.#past = past;
    this.#head = past.from > (this.#lines.at(-1)?.at ?? 0) ? [] : this.#lines;
    this.#lines = [];
  }

  /** Oldest first. */
  read({
    since = Number.NEGATIVE_INFINITY,
    last = Number.POSITIVE_INFINITY,
  }: LogRange): readonly ContainerLogLine[] {
    this.#workOut();
    const kept = this.#lines.filter(({ at }) => at >= since);
    if (kept.length >= last) return last === 0 ? [] : kept.slice(-last);
    const before = this.#before(since, last - kept.length);
    return [...before, ...kept];
  }

  /** Tells of every line from now on; returns how to stop it. */
  follow(listener: (line: ContainerLogLine) => void): () => void {
    this.#workOut();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The past, from its end on backwards until there are lines enough. */
  #before(since: Millis, wanted: number): readonly ContainerLogLine[] {
    const past = this.#past;
    if (past === undefined) return [];
    const seconds: (readonly ContainerLogLine[])[] = [];
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
