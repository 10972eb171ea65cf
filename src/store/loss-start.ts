import type { Fault, Millis } from '../domain/base/fault.ts';
import type { FeedState } from '../domain/facts/reading.ts';
import { earliestStart, type StateStart } from '../domain/facts/state-start.ts';
import type { FactsState } from './facts.ts';

/** The start of the faults of a feed: observed if it was read without them before. */
const feedLossStart = ({ lostSince, faultySince, firstReadAt }: FeedState, fault: Fault): StateStart => {
  const since = Math.min(fault.at, lostSince ?? faultySince ?? fault.at);
  return firstReadAt !== undefined && since <= firstReadAt ? { since, seenSince: since } : { since };
};

/** The start of the data loss caused by this fault (or of any loss of its source), and the number of failed attempts. */
export const lossOf = (
  fault: Fault,
  { feeds: all, frame }: FactsState,
): StateStart & { readonly times: number } => {
  const { at, kind, source } = fault;
  const feeds = Object.values(all).filter(
    (state) => state.feed.source === source && state.faults.some((other) => other.kind === kind),
  );
  const times = Math.max(1, ...feeds.map((state) => state.losses));
  if (feeds.length === 0)
    return frame.sources[source]?.wasReached === true
      ? { since: at, times }
      : { since: at, seenSince: at, times };
  return { since: at, ...earliestStart(feeds.map((state) => feedLossStart(state, fault))), times };
};

/** The start of the loss of data with this fault. */
export const lossStart = (fault: Fault, facts: FactsState): StateStart => {
  const { times: _, ...start } = lossOf(fault, facts);
  return start;
};

const watched = new WeakMap<FactsState['since'], Millis>();

/** The time of the first readings: rows that never changed since have it as their start. Infinity before any. */
export const watchedFrom = ({ since }: FactsState): Millis => {
  const known = watched.get(since);
  if (known !== undefined) return known;
  let least = Number.POSITIVE_INFINITY;
  for (const start of Object.values(since)) least = Math.min(least, start.since);
  watched.set(since, least);
  return least;
};
