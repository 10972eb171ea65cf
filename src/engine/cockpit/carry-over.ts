import { isDeepStrictEqual } from 'node:util';
import type { Profile, SignalSpec, SourceEntry } from '../../domain/profile.ts';
import { signalOf } from '../../persistence/history/newest.ts';
import type { FactsStore } from '../../store/facts-store.ts';

interface Environment {
  readonly profile: Pick<Profile, 'sources' | 'signals' | 'limits'>;
  readonly engine: { readonly facts: FactsStore };
}

/** Where it stands in the file is no part of what it is. */
const said = (entry: SourceEntry | SignalSpec | undefined): unknown =>
  entry === undefined ? undefined : { ...entry, position: undefined };

const sourceOf = ({ profile }: Environment, id: string): unknown =>
  said(profile.sources.find((source) => source.id === id));

/** Signals that are read from the same place and judged in the same way in both. */
const unchanged = (from: Environment, to: Environment): ReadonlySet<string> =>
  new Set(
    to.profile.signals
      .filter((signal) => {
        const before = from.profile.signals.find(({ id }) => id === signal.id);
        return (
          isDeepStrictEqual(said(before), said(signal)) &&
          isDeepStrictEqual(sourceOf(from, signal.source), sourceOf(to, signal.source))
        );
      })
      .map(({ id }) => id),
  );

/**
 * Hands on what still holds when an environment is opened again with a changed profile: values and verdicts of signals
 * that are read and judged as before, and, where every source is as before, since when rows stand as they do. Readings
 * themselves are not handed on: the first answers come at once, and what nobody has answered yet is not shown as known.
 */
export const carryOver = (from: Environment, to: Environment): void => {
  const same = unchanged(from, to);
  const was = from.engine.facts.getState();
  const of = <T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(entries).filter(([key]) => same.has(signalOf(key))));
  const everySource =
    isDeepStrictEqual(from.profile.limits, to.profile.limits) &&
    isDeepStrictEqual(from.profile.sources.map(said), to.profile.sources.map(said));
  to.engine.facts.setState((is) => ({
    verdicts: { ...of(was.verdicts), ...is.verdicts },
    history: { ...of(was.history), ...is.history },
    past: { ...of(was.past), ...is.past },
    since: everySource ? { ...was.since, ...is.since } : is.since,
  }));
};
