import type { Tail } from '../reading/tail.ts';

/** The number of streams that are read at once. A stream is an open request to its server for as long as it is followed. */
export interface StreamLimit {
  /** Maximum open streams of each source, at least 1. */
  readonly perSource: number;
  /** Names of the writers of a source that have a problem ('billing-7c9f-x2k'): their streams are read before others. */
  troubled(source: string): ReadonlySet<string>;
}

/** One of so many places stays free for streams that get a problem later. */
const placesPerReserve = 5;

/** Picks `count` items evenly spread over a list, in its order, because neighbors in it are replicas of one workload. */
const spread = <Item>(items: readonly Item[], count: number): readonly Item[] =>
  count >= items.length
    ? items
    : Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]).filter(
        (item) => item !== undefined,
      );

/**
 * Selects the streams of a source to open. `listed`: those that are not open yet; `open`: the number of those that are. Streams
 * with a problem come first. If not all fit, a fifth of the places is kept for streams that get a problem later.
 */
export const selectStreams = (
  source: string,
  listed: readonly Tail[],
  open: number,
  { perSource, troubled }: StreamLimit,
): readonly Tail[] => {
  const places = Math.max(0, perSource - open);
  if (listed.length <= places) return listed;
  const names = troubled(source);
  const hasProblem = ({ stream }: Tail): boolean => stream.split('/').some((name) => names.has(name));
  const first = listed.filter(hasProblem).slice(0, places);
  const left = perSource - Math.floor(perSource / placesPerReserve) - open - first.length;
  const others = listed.filter((tail) => !hasProblem(tail));
  const selected = new Set([...first, ...spread(others, Math.max(0, left))]);
  return listed.filter((tail) => selected.has(tail));
};
