import type { Millis } from '../../../domain/base/fault.ts';

export interface ContainerLogLine {
  /** Model time. */
  readonly at: Millis;
  readonly text: string;
}

/** Log from before the start: generated on demand, second by second. */
export interface LogBackfill {
  readonly from: Millis;
  /** Start of the retained period. */
  readonly to: Millis;
  /** Lines of the second that starts at this time, oldest first. */
  second(time: Millis): readonly ContainerLogLine[];
}

/** Range of log lines: a start (model time) and a maximum number of last lines. */
interface LogRange {
  readonly since?: Millis;
  readonly last?: number;
}

const longest = 8000;
/** Lines that are rotated away together: few, so that the logs of a simulator, which fill together, keep a constant size. */
const rotated = 250;
const second: Millis = 1000;
/** Minimum distance between two lines, so that timestamps are unique. */
const apartMs: Millis = 0.01;

/** Maximum number of pending lines. */
const longestUnread = 600;

/** Returns a copy of a text. One that was built from parts keeps all of them: 600 bytes for a line of 150 characters. */
const flat = (text: string): string => Buffer.from(text).toString();

/** Log of one container run. Most logs are never read, so lines are rendered on demand. */
export class ContainerLog {
  #lines: ContainerLogLine[] = [];
  #unread: (() => readonly ContainerLogLine[])[] = [];
  #past: LogBackfill | undefined;
  #head: readonly ContainerLogLine[] = [];
  /** Seconds of the past that were read, newest first: a search reads the same ones several times. */
  #seconds: (readonly ContainerLogLine[])[] = [];
  readonly #listeners = new Set<(line: ContainerLogLine) => void>();

  /** Lines in memory, without those from before the start. */
  get lines(): readonly ContainerLogLine[] {
    this.#workOut();
    return this.#lines;
  }

  write(time: Millis, text: string): void {
    this.writeLater(() => [{ at: time, text }]);
  }

  /** Writes lines that are rendered when the log is read; the result must not depend on that time. */
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

  #put(time: Millis, text: string): void {
    const latest = this.#lines.at(-1)?.at ?? this.#past?.to ?? 0;
    const line = { at: Math.max(time, latest + apartMs), text: flat(text) };
    this.#lines.push(line);
    if (this.#lines.length >= longest + rotated) {
      this.#lines = this.#lines.slice(-longest);
      // The lines between have been rotated away.
      this.#past = undefined;
      this.#head = [];
      this.#seconds = [];
    }
    for (const listener of this.#listeners) listener(line);
  }

  /** Prepends a generated past. The lines written so far become the start of the run, long before. */
  remember(past: LogBackfill): void {
    this.#workOut();
    this.#past = past;
    this.#seconds = [];
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

  /** Calls back on every line from now on; returns the unsubscribe function. */
  follow(listener: (line: ContainerLogLine) => void): () => void {
    this.#workOut();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The generated past, backwards from its end until there are enough lines. */
  #before(since: Millis, lineCount: number): readonly ContainerLogLine[] {
    const past = this.#past;
    if (past === undefined) return [];
    const seconds: (readonly ContainerLogLine[])[] = [];
    let count = 0;
    for (
      let index = past.to - second;
      index >= past.from && index + second > since && count < lineCount;
      index -= second
    ) {
      const generated = this.#seconds[seconds.length] ?? past.second(index);
      this.#seconds[seconds.length] = generated;
      const lines = generated.filter((line) => line.at >= since);
      seconds.push(lines);
      count += lines.length;
    }
    const head = count < lineCount ? this.#head.filter(({ at }) => at >= since) : [];
    const all = [...head, ...seconds.reverse().flat()];
    return all.slice(Math.max(0, all.length - lineCount));
  }
}
