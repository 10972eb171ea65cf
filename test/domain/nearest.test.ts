import { expect, test } from 'vitest';
import { nearest, nearestHint } from '../../src/domain/nearest.ts';

const kinds = ['health', 'breakers', 'lag', 'pools'];

test.each([
  ['breaker', 'breakers'],
  ['braekers', 'breakers'],
  ['POOLS', 'pools'],
  ['hleath', 'health'],
  ['lags', 'lag'],
  ['workflows', undefined],
])('%s probably means %s', (word, meant) => {
  expect(nearest(word, kinds)).toBe(meant);
});

test('where nothing is near, everything there is is told', () => {
  expect(nearestHint('workflows', kinds)).toBe('there is health, breakers, lag, pools');
  expect(nearestHint('pool', kinds)).toBe('did you mean pools?');
});
