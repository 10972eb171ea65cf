import type { Millis } from '../../../src/domain/base/fault.ts';

/** The faults of a connection. */
export const faultNames = [
  'delay',
  'cut',
  'trickle',
  'corrupt',
  'reset',
  'half-close',
  'silence',
  'refuse',
] as const;
export type FaultName = (typeof faultNames)[number];

/** A fault of every connection of a source, and how long it lasts. */
export interface WireFault {
  readonly name: FaultName;
  /** Bytes of the server that pass unchanged before the fault begins, counted per connection. */
  readonly after: number;
  /** Delay of each chunk (delay), or of each piece (trickle). */
  readonly everyMs: Millis;
  /** Bytes of a piece (trickle), or distance between changed bytes (corrupt). */
  readonly bytes: number;
  /** Seed of the changed bytes (corrupt). */
  readonly seed: number;
  /** Duration as a multiple of the longest stale time of the source. */
  readonly lasts: number;
}

/** True if no response can arrive while the fault lasts, so that every reading must become stale. */
export const isTotal = ({ name, after }: WireFault): boolean =>
  after === 0 && ['cut', 'reset', 'half-close', 'silence', 'refuse'].includes(name);

/** Returns a generator of numbers in [0, 1) (mulberry32). */
export const seededNumbers = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const pick = <T>(from: readonly [T, ...T[]], random: () => number): T =>
  from[Math.floor(random() * from.length)] ?? from[0];

/** Draws a fault: half of them without a single byte that passes, half within a response. */
export const drawFault = (random: () => number): WireFault => {
  const name = pick(faultNames, random);
  const isAtOnce = name === 'refuse' || random() < 0.5;
  return {
    name,
    after: isAtOnce ? 0 : Math.floor(2 ** (random() * 14)),
    everyMs: Math.floor(10 * 2 ** (random() * 10)),
    bytes: 1 + Math.floor(2 ** (random() * 8)),
    seed: Math.floor(random() * 2 ** 31),
    lasts: pick([0.1, 0.5, 1.2, 1.5, 2.5], random),
  };
};
