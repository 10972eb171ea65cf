import type { Millis } from '../../domain/fault.ts';
import { type Nanos, nanosOf } from './nano.ts';

/** Whole seconds are all that a Date header tells: a smaller difference is none. */
const toleratedMs: Millis = 2000;
/** A header that is further off tells no time: it was kept by something on the way, or somebody's clock was never set. */
const crediblyMs: Millis = 86_400_000;

/** The time at a server, as the Date headers of its answers tell (RFC 9110 §6.6.1). */
export interface ServerClock {
  now(): Nanos;
  learn(date: string | undefined): void;
}

export const createServerClock = (wallNow: () => Millis): ServerClock => {
  let ahead: Millis = 0;
  return {
    now: () => nanosOf(wallNow() + ahead),
    learn: (date) => {
      const told = Date.parse(date ?? '');
      if (Number.isNaN(told)) return;
      const found = told - wallNow();
      const off = Math.abs(found);
      ahead = off > toleratedMs && off < crediblyMs ? found : 0;
    },
  };
};
