import type { AnyFact, FactKind, FactTypes } from '../domain/facts.ts';
import type { FeedKind, LastReading } from '../domain/reading.ts';
import { factKey, isKind } from '../kinds/registry.ts';

/** A fact with the key of its row. */
export interface KeyedFact<K extends FactKind> {
  readonly key: string;
  readonly fact: FactTypes[K];
}

export const isFactKind = (kind: FeedKind): kind is FactKind => isKind(kind);

/** A fact that is the same object in the next reading is the same row there: of ten thousand few are made anew. */
const made = new WeakMap<AnyFact, KeyedFact<FactKind>>();

const keyedOne = <K extends FactKind>(kind: K, fact: FactTypes[K]): KeyedFact<K> => {
  // A fact is of one kind for as long as it lives.
  const had = made.get(fact) as KeyedFact<K> | undefined;
  if (had !== undefined) return had;
  const one = { key: factKey(kind, fact), fact };
  made.set(fact, one);
  return one;
};

const keyed = <K extends FactKind>(kind: K, facts: readonly FactTypes[K][]): readonly KeyedFact<K>[] => {
  const seen = new Set<string>();
  const again = new Map<string, number>();
  return facts.map((fact) => {
    const one = keyedOne(kind, fact);
    if (!seen.has(one.key)) {
      seen.add(one.key);
      return one;
    }
    const times = (again.get(one.key) ?? 1) + 1;
    again.set(one.key, times);
    return { key: `${one.key}#${times}`, fact };
  });
};

const cache = new WeakMap<LastReading, readonly KeyedFact<FactKind>[]>();

/**
 * The facts of a reading with their row keys, in the order in which they were read; a second one of the same key gets
 * '#2', so that no two rows share a key. `kind` is the kind of the feed that read them.
 */
export const keyedFacts = <K extends FactKind>(kind: K, known: LastReading): readonly KeyedFact<K>[] => {
  // What a feed gives is of the kind that it declares (the contract suite holds sources to it), so the kind is the
  // witness for these two narrowings.
  const had = cache.get(known) as readonly KeyedFact<K>[] | undefined;
  if (had !== undefined) return had;
  const all = keyed(kind, known.items as readonly AnyFact[] as readonly FactTypes[K][]);
  cache.set(known, all as readonly KeyedFact<FactKind>[]);
  return all;
};
