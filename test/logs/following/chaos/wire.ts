import { roll } from './chance.ts';
import type { Written, WrittenLog } from './written-log.ts';

/** Breaks connections: at a random byte or while idle, with a fault or like a normal end. */
export class ChaosWire {
  readonly #chance: () => number;
  /** Number of breaks left. */
  #left: number;
  breaks = 0;

  constructor(chance: () => number, breaks: number) {
    this.#chance = chance;
    this.#left = breaks;
  }

  get isCalm(): boolean {
    return this.#left === 0;
  }

  /**
   * Yields the lines of a log from one on, as they are written, until the connection breaks: then 'cut', or 'end' if the
   * break looks like an end. A line that is cut never arrives.
   */
  async *lines(log: WrittenLog, from: number, signal: AbortSignal): AsyncGenerator<Written | 'cut' | 'end'> {
    let room = roll(this.#chance, 4000);
    for (let nth = from; !signal.aborted; ) {
      const line = log.all[nth];
      if (line === undefined) {
        if (log.isGone) return yield 'end';
        await log.changed(signal);
        if (signal.aborted) return;
        if (this.#chance() < 0.02 && this.#break()) return yield 'cut';
        continue;
      }
      room -= line.text.length + 1;
      if (room < 0 && this.#break()) return yield this.#chance() < 0.2 ? 'end' : 'cut';
      yield line;
      nth++;
    }
  }

  #break(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    this.breaks++;
    return true;
  }
}
