import type { AnyFact, FactKind, FactTypes } from '../domain/facts/facts.ts';
import type { Limits } from '../domain/facts/level.ts';
import type { FeedKind, LastReading } from '../domain/facts/reading.ts';
import type { Row } from '../domain/facts/snapshot.ts';
import { factKey, hasSameKey, isKind } from '../kinds/registry/registry.ts';

/** The row of a fact, and the limits by which it was judged. */
export interface JudgedRow<K extends FactKind = FactKind> {
  readonly row: Row<K>;
  readonly limits: Limits;
}

/** A fact and the key of its row. */
export interface KeyedFact<K extends FactKind> {
  readonly key: string;
  readonly fact: FactTypes[K];
  /** Its key has a suffix, because another fact of the reading has the same key. */
  readonly isDuplicate?: true;
  /** The row last made of it, kept here: the garbage collector visits each entry of a weak map in a pause. */
  judged?: JudgedRow<K>;
}

export const isFactKind = (kind: FeedKind): kind is FactKind => isKind(kind);

/**
 * Like a new keyed fact, with the key of the fact before it where both are of one object: the text of a key is made once, and
 * looking it up again needs no comparison of characters.
 */
const keyedAfter = <K extends FactKind>(kind: K, fact: FactTypes[K], was: KeyedFact<K>): KeyedFact<K> => ({
  key: was.isDuplicate !== true && hasSameKey(kind, fact, was.fact) ? was.key : factKey(kind, fact),
  fact,
});

/**
 * The keyed facts of a reading. Those of unchanged fact objects are the ones of the reading before, with the rows made of them:
 * found in a map of that reading, because the garbage collector visits each entry of a weak map in a pause.
 */
const keyed = <K extends FactKind>(
  kind: K,
  facts: readonly FactTypes[K][],
  before: readonly KeyedFact<K>[] = [],
): readonly KeyedFact<K>[] => {
  const known = new Map(
    before.flatMap((keyedFact) => (keyedFact.isDuplicate === true ? [] : [[keyedFact.fact, keyedFact]])),
  );
  const seen = new Set<string>();
  const again = new Map<string, number>();
  return facts.map((fact) => {
    const keyedFact = known.get(fact) ?? { key: factKey(kind, fact), fact };
    if (!seen.has(keyedFact.key)) {
      seen.add(keyedFact.key);
      return keyedFact;
    }
    const times = (again.get(keyedFact.key) ?? 1) + 1;
    again.set(keyedFact.key, times);
    return { key: `${keyedFact.key}#${times}`, fact, isDuplicate: true };
  });
};

/**
 * The keyed facts of a reading that differs from the one before it in a few facts, each with the key of its predecessor;
 * undefined otherwise. Keys stay unique, because they are the same.
 */
const keyedLike = <K extends FactKind>(
  kind: K,
  facts: readonly FactTypes[K][],
  before: readonly KeyedFact<K>[],
): readonly KeyedFact<K>[] | undefined => {
  if (facts.length !== before.length) return undefined;
  const result = before.slice();
  for (let index = 0; index < facts.length; index++) {
    const was = before[index];
    const fact = facts[index];
    if (was === undefined || fact === undefined || was.fact === fact) continue;
    const keyedFact = keyedAfter(kind, fact, was);
    if (keyedFact.key !== was.key) return undefined;
    result[index] = keyedFact;
  }
  return result;
};

const cache = new WeakMap<LastReading, readonly KeyedFact<FactKind>[]>();

/**
 * Returns the facts of a reading with their row keys, in reading order. A duplicate key gets the suffix '#2',
 * so that row keys are unique. `kind` is the kind of the feed; `before` is the previous reading of the feed, if known.
 */
export const keyedFacts = <K extends FactKind>(
  kind: K,
  known: LastReading,
  before?: LastReading,
): readonly KeyedFact<K>[] => {
  // A feed provides the kind that it declares (the contract suite verifies this), so `kind` justifies both
  // casts.
  const had = cache.get(known) as readonly KeyedFact<K>[] | undefined;
  if (had !== undefined) return had;
  const facts = known.items as readonly AnyFact[] as readonly FactTypes[K][];
  const last = before === undefined ? undefined : (cache.get(before) as readonly KeyedFact<K>[] | undefined);
  const all = (last === undefined ? undefined : keyedLike(kind, facts, last)) ?? keyed(kind, facts, last);
  cache.set(known, all as readonly KeyedFact<FactKind>[]);
  return all;
};
