import { rank } from '../../../domain/level.ts';
import { pendingOf } from '../pending.ts';
import { thingOf } from './about.ts';
import type { NowRow } from './rows.ts';

/** What is about to be raised stands between WARN and UNKNOWN, as in the header. */
const aboutToBe = 1.5;

const badness = (row: NowRow): number => {
  if (row.level !== 'ok') return rank[row.level];
  return pendingOf(row) === undefined ? 0 : aboutToBe;
};

const sinceOf = (row: NowRow): number => {
  if (row.is === 'finding') return row.finding.since ?? 0;
  return row.is === 'blind' ? row.since : 0;
};

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** How many findings there are about each thing. */
const countsOf = (rows: readonly NowRow[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const thing = thingOf(row.subject);
    if (thing !== '') counts.set(thing, (counts.get(thing) ?? 0) + 1);
  }
  return counts;
};

/**
 * Worst first. Of what is equally bad first what most findings are about: a service with three of them before one with
 * one, its findings together. Then what has been so for the shortest time: what is new explains a call sooner than what
 * has been so for days. Then by name.
 */
export const inRank = (rows: readonly NowRow[]): readonly NowRow[] => {
  const counts = countsOf(rows);
  const keyed = rows.map((row) => {
    const thing = thingOf(row.subject);
    return { row, thing, bad: badness(row), since: sinceOf(row), about: counts.get(thing) ?? 1 };
  });
  return keyed
    .toSorted(
      (a, b) =>
        b.bad - a.bad ||
        b.about - a.about ||
        (a.about > 1 ? byText(a.thing, b.thing) : 0) ||
        b.since - a.since ||
        byText(a.row.label, b.row.label),
    )
    .map(({ row }) => row);
};
