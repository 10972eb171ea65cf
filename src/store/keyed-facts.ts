import { type AnyFact, type FactKind, type FactTypes, factKinds } from '../domain/facts.ts';
import type { FeedKind, Known } from '../domain/reading.ts';
import { keyOf } from '../domain/row-key.ts';

/** A fact with the key of its row. */
export interface Keyed<K extends FactKind> {
  readonly key: string;
  readonly fact: FactTypes[K];
}

export const isFactKind = (kind: FeedKind): kind is FactKind => factKinds.some((one) => one === kind);

const keyed = <K extends FactKind>(kind: K, facts: readonly FactTypes[K][]): readonly Keyed<K>[] => {
  const seen = new Map<string, number>();
  return facts.map((fact) => {
    const key = keyOf(kind, fact);
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return { key: times === 1 ? key : `${key}#${times}`, fact };
  });
};

const cache = new WeakMap<Known, readonly Keyed<FactKind>[]>();

/**
 * The facts of a reading with their row keys, in the order in which they were read; a second one of the same key gets
 * '#2', so that no two rows share a key. `kind` is the kind of the feed that read them.
 */
export const keyedFacts = <K extends FactKind>(kind: K, known: Known): readonly Keyed<K>[] => {
  // What a feed gives is of the kind that it declares (the contract suite holds sources to it), so the kind is the
  // witness for these two narrowings.
  const had = cache.get(known) as readonly Keyed<K>[] | undefined;
  if (had !== undefined) return had;
  const made = keyed(kind, known.items as readonly AnyFact[] as readonly FactTypes[K][]);
  cache.set(known, made as readonly Keyed<FactKind>[]);
  return made;
};
