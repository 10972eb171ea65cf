import type { Millis } from './fault.ts';

/** Every fact says which source gave it and when the answer came. */
export interface Fact {
  readonly source: string;
  readonly at: Millis;
}

/**
 * The row type of each kind of fact, by the kind's name. Open: every kind adds its own by declaration merging, in
 * `kinds/<kind>/fact.ts`, so that this file names none of them. At run time the kinds are those of `kinds/registry.ts`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface FactTypes {}

export type FactKind = keyof FactTypes;
export type AnyFact = FactTypes[FactKind];

/** One number or word read for a signal. Absent `value`: asked, and there is none (never 0). */
export interface Sample extends Fact {
  readonly signal: string;
  readonly value?: number | string;
  /** What tells several series of one signal apart. */
  readonly labels: Readonly<Record<string, string>>;
  /** Why there is no value, when there is none. */
  readonly why?: string;
}

/** A line of detail for a person: endpoint information, a logger's level, a breaker's event. */
export interface Note extends Fact {
  readonly title: string;
  readonly text: string;
}
