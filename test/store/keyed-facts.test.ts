import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LastReading } from '../../src/domain/facts/reading.ts';
import type { Breaker } from '../../src/kinds/breakers/fact.ts';
import { hasSameKey } from '../../src/kinds/registry/registry.ts';
import type { StateSince } from '../../src/store/facts.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { keyedFacts } from '../../src/store/keyed-facts.ts';
import { rounds } from '../support/layer.ts';
import { breaker, feedInfo, frame, learn, noon } from '../support/made-facts.ts';

const reading = (items: readonly Breaker[]): LastReading => ({ items, samples: [], began: noon, at: noon });

/** Readings of a few objects, some of them listed twice, with and without the fact objects of the reading before. */
const anyReadings = fc.array(
  fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b', 'a/b', 'c%2F', 'c'),
      state: fc.constantFrom('open' as const, 'closed' as const),
      again: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
  { minLength: 1, maxLength: 8 },
);

const factsOf = (
  rows: readonly { readonly name: string; readonly state: 'open' | 'closed'; readonly again: boolean }[],
  before: readonly Breaker[],
): readonly Breaker[] =>
  rows.map(({ name, state, again }, index) => {
    const was = before[index];
    return again && was !== undefined ? was : breaker(name, { state });
  });

test('keys do not depend on the reading before', () => {
  fc.assert(
    fc.property(anyReadings, (readings) => {
      let before = reading([]);
      keyedFacts('breakers', before);
      for (const rows of readings) {
        const now = reading(factsOf(rows, before.items as readonly Breaker[]));
        const keys = keyedFacts('breakers', now, before).map(({ key }) => key);
        const fresh = reading((now.items as readonly Breaker[]).map((fact) => ({ ...fact })));
        expect(keys).toEqual(keyedFacts('breakers', fresh).map(({ key }) => key));
        expect(new Set(keys).size).toBe(keys.length);
        before = now;
      }
    }),
    { numRuns: rounds(300) },
  );
});

test('an unchanged fact keeps its keyed fact, wherever it moves', () => {
  const facts = ['a', 'b', 'c', 'd'].map((name) => breaker(name));
  const [a, b, c, d] = facts as [Breaker, Breaker, Breaker, Breaker];
  const [lastReading, two, three, four] = [
    facts,
    [b, c, d],
    [d, breaker('c', { state: 'open' }), b],
    [a, a],
  ].map(reading) as [LastReading, LastReading, LastReading, LastReading];
  const first = keyedFacts('breakers', lastReading);
  const second = keyedFacts('breakers', two, lastReading);
  expect(second.every((keyed, index) => keyed === first[index + 1])).toBe(true);
  const third = keyedFacts('breakers', three, two);
  expect([third[0] === first[3], third[1] === first[2], third[2] === first[1]]).toEqual([true, false, true]);
  expect(keyedFacts('breakers', four, lastReading).map(({ key }) => key)).toEqual([
    first[0]?.key,
    `${first[0]?.key}#2`,
  ]);
});

test('a state has been observed since its first reading, whichever rows change, move or leave', () => {
  fc.assert(
    fc.property(anyReadings, (readings) => {
      const store = createFactsStore(frame());
      const feed = feedInfo('bus/breakers', 'breakers');
      let expected: Readonly<Record<string, StateSince>> = {};
      let [before, time]: [readonly Breaker[], number] = [[], noon];
      for (const rows of readings) {
        time += 1000;
        const items = factsOf(rows, before);
        learn(store, feed, { items }, time);
        const had = expected;
        expected = Object.fromEntries(
          keyedFacts('breakers', reading(items)).map(({ key, fact }) => {
            const was = had[key];
            if (was?.word === fact.state) return [key, was];
            return [
              key,
              { word: fact.state, since: time, ...(time === noon + 1000 ? { seenSince: time } : {}) },
            ];
          }),
        );
        expect(store.getState().since).toEqual(expected);
        before = items;
      }
    }),
    { numRuns: rounds(300) },
  );
});

test('facts have the same key when source and identity are equal', () => {
  const onlyBreaker = breaker('a');
  expect(hasSameKey('breakers', onlyBreaker, { ...onlyBreaker, state: 'open' })).toBe(true);
  expect(hasSameKey('breakers', onlyBreaker, breaker('b'))).toBe(false);
  expect(hasSameKey('breakers', onlyBreaker, { ...onlyBreaker, source: 'other' })).toBe(false);
});
