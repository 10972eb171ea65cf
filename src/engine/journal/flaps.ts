import { ageText } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { Change } from './change.ts';

/** Changes of one thing that follow each other within so long belong together. */
const togetherMs: Millis = 120_000;
/** So many of them are told as they come: that it broke, and that it came back. */
const toldAtOnce = 2;

interface Flapping {
  readonly told: number;
  readonly last: Millis;
  /** What was not told yet, since when, and how it stood before that. */
  readonly held?: {
    readonly since: Millis;
    readonly from: string;
    readonly count: number;
    readonly newest: Change;
  };
}

/** What one thing is known by: a burst has no name of its own, and goes by its noun. */
const nameOf = ({ kind, noun, what, row }: Change): string => `${kind} ${row === undefined ? noun : what}`;

const summary = ({ since, from, count, newest }: NonNullable<Flapping['held']>, at: Millis): Change => ({
  ...newest,
  at,
  from,
  why: `${count} times in ${ageText(at - since)}${newest.why === undefined ? '' : `, ${newest.why}`}`,
});

/**
 * Folds what goes to and fro. The first two changes of a thing are told at once; further ones within two minutes of the
 * last are held back and told as one, with their number, every two minutes.
 */
export const createFlaps = (): ((changes: readonly Change[], at: Millis) => readonly Change[]) => {
  const things = new Map<string, Flapping>();

  const take = (change: Change): readonly Change[] => {
    const name = nameOf(change);
    const { told, held, last } = things.get(name) ?? { told: 0, last: Number.NEGATIVE_INFINITY };
    const isApart = change.at - last > togetherMs && held === undefined;
    if (isApart || told < toldAtOnce) {
      things.set(name, { told: isApart ? 1 : told + 1, last: change.at });
      return [change];
    }
    const { since = change.at, from = change.from, count = 0 } = held ?? {};
    things.set(name, { told, last: change.at, held: { since, from, count: count + 1, newest: change } });
    return [];
  };

  const due = (at: Millis): readonly Change[] => {
    const told: Change[] = [];
    for (const [name, { held, last }] of things) {
      if (held !== undefined && at - held.since >= togetherMs) {
        told.push(held.count === 1 ? { ...held.newest, at } : summary(held, at));
        things.set(name, { told: toldAtOnce, last });
      } else if (held === undefined && at - last > togetherMs) things.delete(name);
    }
    return told;
  };

  return (changes, at) => [...due(at), ...changes.flatMap(take)];
};
