import type { FactKind } from '../domain/facts.ts';
import type { Fault } from '../domain/fault.ts';
import type { FeedState } from '../domain/reading.ts';
import type { FactsState, FrameSource } from './facts.ts';

/** The faults once each: the same thing said by several feeds of a source is one fault. */
const distinct = (faults: Iterable<Fault>): readonly Fault[] => {
  const seen = new Map<string, Fault>();
  for (const fault of faults) {
    const key = JSON.stringify([fault.source, fault.kind, fault.message]);
    if (!seen.has(key)) seen.set(key, fault);
  }
  return [...seen.values()];
};

/** A feed that is asked by the engine, or was asked once: one that nobody has asked yet hides nothing. */
export const isAsked = ({ feed, known }: FeedState): boolean => feed.everyMs > 0 || known !== undefined;

const givers = (kind: FactKind, { feeds }: FactsState): readonly string[] =>
  Object.values(feeds)
    .filter((one) => one.feed.kind === kind)
    .map((one) => one.feed.source);

/** A source whose kinds are not known would give what others of its type give; or anything that nobody gives. */
const mayGive = (source: FrameSource, kind: FactKind, state: FactsState): boolean => {
  if (source.kinds !== undefined) return source.kinds.includes(kind);
  const giving = givers(kind, state);
  return giving.length === 0 || giving.some((id) => state.frame.sources[id]?.type === source.type);
};

/**
 * What a feed's faults hide. A probe that is down has said so in a row, and hides nothing; only one that was not let
 * in could not ask.
 */
const hiding = ({ feed, known, faults }: FeedState): readonly Fault[] =>
  feed.probe === true && known !== undefined && known.items.length > 0
    ? faults.filter((fault) => fault.kind === 'denied')
    : faults;

/** Faults of the feeds of a kind, and of sources that could not be opened and would give it (or might). */
export const blindTo = (kind: FactKind, state: FactsState): readonly Fault[] =>
  distinct([
    ...Object.values(state.frame.sources).flatMap((source) =>
      source.problem !== undefined && mayGive(source, kind, state) ? [source.problem] : [],
    ),
    ...Object.values(state.feeds).flatMap((one) =>
      one.feed.kind === kind && isAsked(one) ? hiding(one) : [],
    ),
  ]);

/** Every fault of every source, once. */
export const everyFault = ({ frame, feeds }: FactsState): readonly Fault[] =>
  distinct(
    [
      ...Object.values(frame.sources).map((source) => source.problem),
      ...frame.signals.map((signal) => signal.problem),
      ...Object.values(feeds).flatMap((one) => one.faults),
    ].filter((fault) => fault !== undefined),
  );
