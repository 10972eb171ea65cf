import type { Profile } from '../domain/profile.ts';
import type { FeedKind } from '../domain/reading.ts';
import type { FactsFrame } from '../store/facts.ts';
import type { OpenedSource } from './open-sources.ts';

/** The kinds that signals of this profile are counted over. */
const countedKinds = ({ signals }: Profile): readonly FeedKind[] =>
  signals.flatMap(({ derived }) => (derived?.is === 'fact' ? [derived.fold.kind] : []));

/** What is read where only some kinds are: with signals go the facts that they count over. */
export const readKinds = (
  profile: Profile,
  only: readonly FeedKind[] | undefined,
): readonly FeedKind[] | undefined =>
  only?.includes('samples') === true ? [...new Set([...only, ...countedKinds(profile)])] : only;

/** One that is reached through another, and has not been: what it may give is waited for. */
const mayGive = ({ entry, gives }: OpenedSource, only: readonly FeedKind[]): boolean =>
  entry.via !== undefined && (gives === undefined || gives.kinds.some((kind) => only.includes(kind)));

/**
 * What the store judges rows by. Where only some kinds are read, what they do not answer is not asked for either: a
 * signal or source that is left out on purpose is not unknown.
 */
export const frameOf = (
  profile: Profile,
  sources: readonly OpenedSource[],
  memory: boolean,
  only: readonly FeedKind[] | undefined,
): FactsFrame => {
  const { system, env, limits } = profile;
  const answered = new Set(sources.flatMap(({ feeds }) => feeds.flatMap((feed) => feed.signals ?? [])));
  const readsSignals = only === undefined || only.includes('samples');
  const signals = readsSignals ? profile.signals : profile.signals.filter(({ id }) => answered.has(id));
  const shown =
    only === undefined
      ? sources
      : sources.filter((one) => one.feeds.length > 0 || one.problem !== undefined || mayGive(one, only));
  const entries = shown.map(({ entry, problem, gives }) => [
    entry.id,
    { type: entry.type, ...(problem === undefined ? {} : { problem }), ...gives },
  ]);
  return { system, env, limits, signals, memory, sources: Object.fromEntries(entries) };
};
