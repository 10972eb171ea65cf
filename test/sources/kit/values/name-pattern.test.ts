import { expect, test } from 'vitest';
import {
  matchesAny,
  matchesPattern,
  prefixOf,
  splitPatterns,
} from '../../../../src/sources/kit/values/name-pattern.ts';

const cases: readonly (readonly [pattern: string, name: string, matches: boolean])[] = [
  ['orders', 'orders', true],
  ['orders', 'orders-dlq', false],
  ['orders', 'Orders', false],
  ['orders*', 'orders', true],
  ['orders*', 'orders-dlq', true],
  ['orders*', 'my-orders', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['', '', true],
  ['', 'orders', false],
  ['a*b', 'a*b', true],
  ['a*b', 'axb', false],
  ['a.*', 'a.b', true],
  ['a.*', 'axb', false],
];

test.each(cases)('"%s" and "%s": %s', (pattern, name, matches) => {
  expect(matchesPattern(pattern, name)).toBe(matches);
});

test('a name matches any of several patterns, and none of no patterns', () => {
  expect(matchesAny(['mail', 'orders*'], 'orders-dlq')).toBe(true);
  expect(matchesAny(['mail', 'orders'], 'orders-dlq')).toBe(false);
  expect(matchesAny([], 'orders')).toBe(false);
});

test('the prefix of * is empty, and differs from that of a name', () => {
  expect(prefixOf('*')).toBe('');
  expect(prefixOf('orders')).toBeUndefined();
  expect(splitPatterns(['mail', '*', 'orders-*'])).toEqual({ names: ['mail'], prefixes: ['', 'orders-'] });
});
