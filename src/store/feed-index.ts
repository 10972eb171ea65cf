import type { FactKind } from '../domain/facts/facts.ts';
import type { FeedState } from '../domain/facts/reading.ts';
import type { FactsState } from './facts.ts';

/** The feeds of a state by what they are looked up by, in their order. */
export interface FeedIndex {
  readonly all: readonly FeedState[];
  ofKind(kind: FactKind): readonly FeedState[];
  ofSource(source: string): readonly FeedState[];
  /** The feeds that provide a signal. */
  ofSignal(signal: string): readonly FeedState[];
  /** The feed that reads the parts of a signal; undefined: none does. */
  partsOf(signal: string): FeedState | undefined;
}

const grouped = <K>(
  feeds: readonly FeedState[],
  keysOf: (feedState: FeedState) => Iterable<K>,
): ((key: K) => readonly FeedState[]) => {
  const groups = new Map<K, FeedState[]>();
  for (const feed of feeds)
    for (const key of keysOf(feed)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [feed]);
      else group.push(feed);
    }
  return (key) => groups.get(key) ?? [];
};

const indexed = (feeds: FactsState['feeds']): FeedIndex => {
  const all = Object.values(feeds);
  const partsOf = grouped(all, ({ feed }) => (feed.partsOf === undefined ? [] : [feed.partsOf]));
  return {
    all,
    ofKind: grouped(all, ({ feed }) => [feed.kind]),
    ofSource: grouped(all, ({ feed }) => [feed.source]),
    ofSignal: grouped(all, ({ feed }) => new Set(feed.signals)),
    partsOf: (signal) => partsOf(signal)[0],
  };
};

const known = new WeakMap<FactsState['feeds'], FeedIndex>();

/** Returns the index of a state's feeds, made once per record of feeds: a state's record never changes. */
export const feedIndex = ({ feeds }: Pick<FactsState, 'feeds'>): FeedIndex => {
  const had = known.get(feeds);
  if (had !== undefined) return had;
  const made = indexed(feeds);
  known.set(feeds, made);
  return made;
};
