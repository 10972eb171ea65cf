import { expect, test } from 'vitest';
import { closestWord, closestWordHint } from '../../src/domain/closest-word.ts';

const kinds = ['health', 'breakers', 'lag', 'pools'];

test.each([
  ['breaker', 'breakers'],
  ['braekers', 'breakers'],
  ['POOLS', 'pools'],
  ['hleath', 'health'],
  ['lags', 'lag'],
  ['workflows', undefined],
])('%s probably means %s', (word, meant) => {
  expect(closestWord(word, kinds)).toBe(meant);
});

test('where nothing is near, everything there is is told', () => {
  expect(closestWordHint('workflows', kinds)).toBe('valid: health, breakers, lag, pools');
  expect(closestWordHint('pool', kinds)).toBe('did you mean pools?');
});
