import { expect, test } from 'vitest';
import { closestWord, closestWordHint } from '../../../src/domain/text/closest-word.ts';

const kinds = ['health', 'breakers', 'lag', 'pools'];

test.each([
  ['breaker', 'breakers'],
  ['braekers', 'breakers'],
  ['POOLS', 'pools'],
  ['hleath', 'health'],
  ['lags', 'lag'],
  ['workflows', undefined],
])('closest word to %s: %s', (word, expected) => {
  expect(closestWord(word, kinds)).toBe(expected);
});

test('the hint lists all words if none is close', () => {
  expect(closestWordHint('workflows', kinds)).toBe('valid: health, breakers, lag, pools');
  expect(closestWordHint('pool', kinds)).toBe('did you mean pools?');
});
