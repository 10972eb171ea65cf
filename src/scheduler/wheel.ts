import type { Millis } from '../domain/fault.ts';
import type { Clock } from '../platform/clock.ts';

/** Every phase offset lies within this span, so that intervals that divide it share their slots. */
const phaseSpanMs = 60_000;

/** The one beat that every feed of a process is read on. */
export interface Wheel {
  readonly tickMs: Millis;
  /** The first moment after `now` at which something that repeats every `everyMs` falls due. */
  slotAfter(now: Millis, everyMs: Millis): Millis;
  /** Calls `tick` on every beat, beginning with the next; returns how to stop. An empty wheel does not turn. */
  join(tick: (now: Millis) => void): () => void;
}

/**
 * A wheel that beats every `tickMs`. Slots of equal and of nested intervals coincide, so that one wake-up and one
 * store write serve them all; the phase is drawn once, so that several cockpits do not ask in the same moment.
 */
export const createWheel = (clock: Clock, random: () => number, tickMs: Millis = 250): Wheel => {
  const phaseMs = Math.floor((random() * phaseSpanMs) / tickMs) * tickMs;
  const members = new Set<(now: Millis) => void>();
  let stop: (() => void) | undefined;
  const beat = (): void => {
    const now = clock.now();
    for (const tick of [...members]) tick(now);
  };
  return {
    tickMs,
    slotAfter: (now, everyMs) => phaseMs + (Math.floor((now - phaseMs) / everyMs) + 1) * everyMs,
    join: (tick) => {
      members.add(tick);
      stop ??= clock.every(tickMs, beat);
      return () => {
        members.delete(tick);
        if (members.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
};
