import type { Millis } from '../../../domain/fault.ts';

export interface LogLine {
  /** Model time. */
  readonly at: Millis;
  readonly text: string;
}

const longest = 2000;

/** What one run of a container has written. */
export class ContainerLog {
  #lines: LogLine[] = [];
  readonly #listeners = new Set<(line: LogLine) => void>();

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  write(at: Millis, text: string): void {
    const line = { at, text };
    this.#lines.push(line);
    if (this.#lines.length > longest) this.#lines.shift();
    for (const listener of this.#listeners) listener(line);
  }

  /** Tells of every line from now on; returns how to stop it. */
  follow(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
