import type { AnyFact, Note, Sample } from '../domain/facts.ts';
import type { Batch } from '../domain/reading.ts';
import type { Clock } from '../platform/clock.ts';
import type { WantedSignal } from '../sources/source.ts';

export type Facts = Batch<AnyFact | Note | Sample>;

/** A fact without what no two readings share: when it was read, and how long that took. */
export type Lasting = Readonly<Record<string, unknown>>;

/** What the suite has to know of a source type, apart from what it promises for all of them. */
export interface Rig {
  readonly type: string;
  /** Its embedded server, in a state that does not move while the clock stands. */
  start(clock: Clock): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** Its entry in a profile, as written. */
  config(url: string, secret: string): unknown;
  readonly signals: readonly WantedSignal[];
  /** By feed id: the rows and samples of the healthy wire. Every feed of the source is in it. */
  readonly healthy: Readonly<
    Record<string, { readonly items: readonly Lasting[]; readonly samples?: readonly Lasting[] }>
  >;
  /** Of a batch by feed id: numbers that the wire does not know, which must be absent. */
  readonly unknowns: Readonly<Record<string, (facts: Facts) => readonly unknown[]>>;
  /** A call that is denied while all others are answered, and what the feeds that make it must still bring. */
  readonly partial?: {
    readonly denied: RegExp;
    readonly feed: string;
    readonly items: readonly Lasting[];
  };
  /** Parts of its words that a server which lives on may change from one reading to the next. */
  readonly moving?: RegExp;
  /** Parameters of each operation that fit the healthy wire. */
  readonly operations: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What is expected of a source type, whatever server is behind its wire. */
export type Expected = Omit<Rig, 'start'>;

// A uid is made by the server.
const shifting = new Set(['at', 'latencyMs', 'uid']);

/** Without what differs from reading to reading. */
export const lasting = (fact: object): Lasting =>
  Object.fromEntries(Object.entries(fact).filter(([key]) => !shifting.has(key)));
