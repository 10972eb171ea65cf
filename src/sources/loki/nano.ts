import type { Millis } from '../../domain/fault.ts';

/** A moment as Loki has it: nanoseconds since the epoch, more than a JavaScript number holds. */
export type Nanos = bigint;

const nanosInMs = 1_000_000n;

export const nanosOf = (ms: Millis): Nanos => BigInt(Math.floor(ms)) * nanosInMs;

/** With its fraction: the order of lines within a millisecond stays. */
export const millisOf = (ns: Nanos): Millis => Number(ns / nanosInMs) + Number(ns % nanosInMs) / 1e6;

export const latest = (a: Nanos, b: Nanos): Nanos => (a > b ? a : b);

/** Where a reader was: the time of its last line, and how many lines of that very time it had seen (at least 1). */
export interface Mark {
  readonly ns: Nanos;
  readonly nth: number;
}

export const markText = ({ ns, nth }: Mark): string => `${ns}#${nth}`;

export const parseMark = (text: string): Mark | undefined => {
  const [, ns, nth] = /^(\d{1,20})#(\d{1,9})$/.exec(text) ?? [];
  return ns === undefined ? undefined : { ns: BigInt(ns), nth: Number(nth) };
};
