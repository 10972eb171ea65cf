import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import { Lane } from './lane.ts';
import type { Lanes } from './merging.ts';

/** The lanes of a reading, and who waits for what they bring. */
export class LaneSet implements Lanes {
  isGathering = true;
  isComplete = false;
  readonly #clock: Clock;
  #all: readonly Lane[] = [];
  #hasChanged = false;
  #waiting: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get all(): readonly Lane[] {
    return this.#all;
  }

  add(): Lane {
    const lane = new Lane(this.#all.length, this.#clock.now, () => this.tell());
    this.#all = [...this.#all, lane];
    return lane;
  }

  tell(): void {
    this.#hasChanged = true;
    this.#waiting?.abort();
  }

  async changed(signal: AbortSignal, ms: Millis): Promise<void> {
    if (!this.#hasChanged) {
      this.#waiting = new AbortController();
      const either = AbortSignal.any([signal, this.#waiting.signal]);
      await this.#clock.sleep(Math.min(ms, longestMs), either);
      this.#waiting = undefined;
    }
    this.#hasChanged = false;
  }
}

/** Timers know no longer ones. */
const longestMs: Millis = 60_000;
