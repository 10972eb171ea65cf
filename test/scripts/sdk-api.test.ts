import { expect, test } from 'vitest';
import { apiChange, isAtLeast, leastVersion } from '../../scripts/sdk/change.ts';
import { isCompatibleSdk } from '../../src/plugins/sdk-version.ts';

test.each([
  ['a\nb\nc', 'a\nb\nc', 'none'],
  ['a\nb\nc', 'a\nnew\nb\nc', 'addition'],
  ['a\nb\nc', 'a\nb\nc\nnew', 'addition'],
  ['a\nb\nc', 'a\nc', 'breaking'],
  ['a\nb\nc', 'a\nother\nc', 'breaking'],
  ['a\nb\nc', 'b\na\nc', 'breaking'],
  ['f(a: A): B;', 'f(a: A, b?: C): B;', 'addition'],
  ['f(a: A): B;', 'f(a: A, b: C): B;', 'breaking'],
  ['f(a: A, b?: C): B;', 'f(a: A): B;', 'breaking'],
  ["type K = 'a' | 'b';", "type K = 'a' | 'b' | 'c';", 'addition'],
  ["type K = 'a' | 'b';", "type K = 'a' | 'c';", 'breaking'],
  ["type K = 'a' | 'b';", "type L = 'a' | 'b' | 'c';", 'breaking'],
  ["type K = 'a' | 'b';", "type K = 'a' | 'b' | C;", 'breaking'],
])('%j → %j: %s', (before, after, change) => {
  expect(apiChange(before, after)).toBe(change);
});

test.each([
  ['0.1.0', 'none', '0.1.0'],
  ['0.1.0', 'addition', '0.1.1'],
  ['0.1.4', 'breaking', '0.2.0'],
  ['1.2.3', 'addition', '1.3.0'],
  ['1.2.3', 'breaking', '2.0.0'],
] as const)('after %s, the change "%s" requires %s', (before, change, least) => {
  expect(leastVersion(before, change)).toBe(least);
});

test.each([
  ['0.1.0', '0.1.0', true],
  ['0.2.0', '0.1.9', true],
  ['1.0.0', '0.9.9', true],
  ['0.1.9', '0.2.0', false],
  ['1.9.9', '2.0.0', false],
])('%s is %s or later: %s', (version, least, is) => {
  expect(isAtLeast(version, least)).toBe(is);
});

test.each([
  ['0.1', '0.1.0', true],
  ['^0.1.0', '0.1.3', true],
  ['0.1.4', '0.1.3', false],
  ['0.1', '0.2.0', true],
  ['0.1.28', '0.2.4', true],
  ['0.1', '0.3.0', false],
  ['0.2', '0.1.28', false],
  ['0.2.1', '0.2.0', false],
  ['0.2', '0.3.0', false],
  ['1', '1.4.2', true],
  ['1.4', '1.4.2', true],
  ['1.5', '1.4.2', false],
  ['2', '1.4.2', false],
  ['1', '2.0.0', false],
  ['*', '1.0.0', false],
  ['>=0', '1.0.0', false],
  ['', '1.0.0', false],
])('a plugin for SDK %j runs on %s: %s', (required, ours, runs) => {
  expect(isCompatibleSdk(required, ours)).toBe(runs);
});
