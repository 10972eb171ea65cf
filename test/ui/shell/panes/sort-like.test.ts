import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortLike } from '../../../../src/ui/shell/panes/sort-like.ts';

interface Thing {
  readonly rank: number;
}

const byRank = (a: Thing, b: Thing): number => a.rank - b.rank;
const things = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 40 });
const edits = fc.array(fc.tuple(fc.nat({ max: 39 }), fc.integer({ min: 0, max: 5 })), { maxLength: 12 });

test('sorts like toSorted, whatever changed, and keeps the order of equal elements', () => {
  fc.assert(
    fc.property(things, fc.array(edits, { minLength: 1, maxLength: 4 }), (ranks, rounds) => {
      let given: readonly Thing[] = ranks.map((rank) => ({ rank }));
      let sorted = sortLike(given, byRank, undefined);
      for (const round of rounds) {
        const next = given.slice();
        for (const [index, rank] of round) if (index < next.length) next[index] = { rank };
        sorted = sortLike(next, byRank, { given, sorted });
        given = next;
        const expected = next.toSorted(byRank);
        expect(sorted).toHaveLength(expected.length);
        expect(sorted.every((thing, index) => thing === expected[index])).toBe(true);
      }
    }),
  );
});

test('an element that came or went sorts everything again', () => {
  const a = { rank: 2 };
  const b = { rank: 1 };
  const c = { rank: 0 };
  const before = { given: [a, b], sorted: [b, a] };
  expect(sortLike([a, b, c], byRank, before)).toEqual([c, b, a]);
  expect(sortLike([a], byRank, before)).toEqual([a]);
});

test('an unchanged list stays the same sorted object', () => {
  const a = { rank: 2 };
  const b = { rank: 1 };
  const before = { given: [a, b], sorted: [b, a] };
  expect(sortLike([a, b], byRank, before)).toBe(before.sorted);
});
