import type { FactKind, FactTypes } from './facts.ts';
import type { Fault, Millis } from './fault.ts';
import type { Level } from './level.ts';
import type { Verdict } from './threshold.ts';

/** The labels as `name=value`, by name: the same whatever the order in which they were read. */
export const labelParts = (labels: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}=${labels[name] ?? ''}`);

/** Tells the series of a signal apart: its id, with the labels behind it when there are any. */
export const signalKey = (signal: string, labels: Readonly<Record<string, string>>): string => {
  const parts = labelParts(labels);
  return parts.length === 0 ? signal : `${signal}{${parts.join(',')}}`;
};

/** A fact with what the cockpit makes of it. */
export interface Row<K extends FactKind = FactKind> {
  /** Stable across readings: what tells this object from every other of its kind. */
  readonly key: string;
  readonly fact: FactTypes[K];
  /** Unknown when the fact is stale, whatever it said. */
  readonly level: Level;
  readonly stale: boolean;
  /** Since when it has been in its present state (as seen by us). */
  readonly since?: Millis;
  /** The feed it came from. */
  readonly feed: string;
}

/** All that is known of one kind, and what cannot be seen of it. */
export interface KindView<K extends FactKind = FactKind> {
  readonly rows: readonly Row<K>[];
  /** Faults of feeds of this kind, and of sources that would give it. Not empty: partly (or wholly) blind. */
  readonly blind: readonly Fault[];
  /** True when some open source gives this kind. */
  readonly asked: boolean;
  /** Feeds of this kind that have not answered yet and have not failed either. */
  readonly waiting: number;
}

/** One series of a signal. A signal that has no sample at all is one row without a value. */
export interface SignalRow {
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly value?: number | string;
  readonly unit: string;
  readonly level: Level;
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at?: Millis;
  readonly stale: boolean;
  readonly verdict?: Verdict;
  /** Why there is no value, or why it is not judged. */
  readonly fault?: Fault;
}

/** Everything known at one moment of one environment: what expressions, `check` and suggestions read. */
export interface Snapshot {
  readonly at: Millis;
  readonly system: string;
  readonly env: string;
  readonly kinds: { readonly [K in FactKind]: KindView<K> };
  readonly signals: readonly SignalRow[];
  /** Every fault of every source, once. */
  readonly faults: readonly Fault[];
  /** Worst of all levels; a source that gave nothing counts as unknown. */
  readonly level: Level;
}
