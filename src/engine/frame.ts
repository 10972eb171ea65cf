import type { Profile } from '../domain/profile.ts';
import type { FactsFrame } from '../store/facts.ts';
import type { OpenedSource } from './open-sources.ts';

/**
 * What the store judges rows by. Where only some kinds are read (`partial`), what they do not answer is not asked
 * for either: a signal or source that is left out on purpose is not unknown.
 */
export const frameOf = (
  profile: Profile,
  sources: readonly OpenedSource[],
  memory: boolean,
  partial: boolean,
): FactsFrame => {
  const { system, env, limits } = profile;
  const answered = new Set(sources.flatMap(({ feeds }) => feeds.flatMap((feed) => feed.signals ?? [])));
  const signals = partial ? profile.signals.filter(({ id }) => answered.has(id)) : profile.signals;
  const shown = partial
    ? sources.filter(({ feeds, problem }) => feeds.length > 0 || problem !== undefined)
    : sources;
  const entries = shown.map(({ entry, problem, gives }) => [
    entry.id,
    { type: entry.type, ...(problem === undefined ? {} : { problem }), ...gives },
  ]);
  return { system, env, limits, signals, memory, sources: Object.fromEntries(entries) };
};
