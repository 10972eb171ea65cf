import { expect, test } from 'vitest';
import { RoundCache } from '../../../src/domain/base/round-cache.ts';

const a = { name: 'a' };
const b = { name: 'b' };

test('keeps what each round asks for, and forgets the rest', () => {
  const cache = new RoundCache<object, number>();
  expect(cache.set(a, 1)).toBe(1);
  cache.set(b, 2);
  cache.endRound();
  for (let round = 0; round < 3; round++) {
    expect(cache.get(a)).toBe(1);
    cache.endRound();
  }
  expect(cache.get(b)).toBeUndefined();
  expect(cache.get(a)).toBe(1);
});

test('a new value replaces that of the round before', () => {
  const cache = new RoundCache<object, number>();
  cache.set(a, 1);
  cache.endRound();
  cache.set(a, 2);
  expect(cache.get(a)).toBe(2);
  cache.endRound();
  expect(cache.get(a)).toBe(2);
});
