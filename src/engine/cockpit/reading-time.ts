import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ArmingControl } from '../../runs/arming.ts';

/** Nobody reads a card in less: a key that comes sooner was meant for what stood there before. */
export const readingMs: Millis = 400;

/** Since when a card can be said yes to. */
export interface ReadingTime {
  /** A card has been put up. */
  shown(): void;
  /** True while it has not been up, and armed, for long enough to be read. */
  tooSoon(): boolean;
}

/** By the steady clock. Two quick enters must not arm an environment and confirm what is to be done in it. */
export const createReadingTime = (clock: Clock, arming: ArmingControl): ReadingTime => {
  let shownAt: Millis = Number.NEGATIVE_INFINITY;
  return {
    shown: () => {
      shownAt = clock.now();
    },
    tooSoon: () => {
      const now = clock.now();
      const { armedUntil, forMs = 0 } = arming.state(now);
      const armedAt = armedUntil === undefined ? Number.NEGATIVE_INFINITY : armedUntil - forMs;
      return now - Math.max(shownAt, armedAt) < readingMs;
    },
  };
};
