import type { FactKind, FactTypes } from '../domain/facts.ts';
import type { Millis } from '../domain/fault.ts';
import type { FeedState } from '../domain/reading.ts';
import { kindOf, stateWord } from '../kinds/registry.ts';
import type { Draft } from './copy-on-write.ts';
import type { Since } from './facts.ts';
import { isFactKind, type Keyed, keyedFacts } from './keyed-facts.ts';

/** Since when a row is in its state, as we saw it. States that its kind counts as one trouble keep one clock. */
const sinceAfter = <K extends FactKind>(
  was: Since | undefined,
  kind: K,
  fact: FactTypes[K],
  at: Millis,
): Since => {
  const word = stateWord(kind, fact);
  if (was?.word === word) return was;
  const goesOn = was !== undefined && kindOf(kind).goesOn?.(was.word, word) === true;
  return { word, since: goesOn ? was.since : at };
};

/** Rows of a reading that its predecessor does not have, as the very same facts. */
const newIn = (
  now: readonly Keyed<FactKind>[],
  before: readonly Keyed<FactKind>[],
): readonly Keyed<FactKind>[] => {
  if (now.length === before.length) {
    // Most readings keep their order: what stands where it stood needs no looking up.
    const differing = now.filter((one, index) => one !== before[index]);
    if (differing.length < now.length / 2) return differing;
  }
  const had = new Set(before);
  return now.filter((one) => !had.has(one));
};

/** Rows that are gone lose their clock, rows that have come or changed get theirs; the others are not even looked at. */
export const noteSince = (was: FeedState, is: FeedState, since: Draft<Since>): void => {
  const { kind } = is.feed;
  if (!isFactKind(kind) || was.known === is.known) return;
  const now = is.known === undefined ? [] : keyedFacts(kind, is.known);
  const before = was.known === undefined ? [] : keyedFacts(kind, was.known);
  const came = newIn(now, before);
  const left = newIn(before, now);
  const cameKeys = new Set(came.map(({ key }) => key));
  for (const { key } of left) if (!cameKeys.has(key)) since.delete(key);
  for (const { key, fact } of came) since.set(key, sinceAfter(since.get(key), kind, fact, is.known?.at ?? 0));
};
