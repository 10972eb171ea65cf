import { expect, test } from 'vitest';
import { joinFirst, pluralize } from '../../../src/domain/text/count-text.ts';

test.each([
  [0, '0 pods'],
  [1, '1 pod'],
  [2, '2 pods'],
])('%i pods are counted with their noun', (count, text) => {
  expect(pluralize(count, 'pod')).toBe(text);
});

test('a noun may have a plural of its own', () => {
  expect([1, 2].map((count) => pluralize(count, 'policy', 'policies'))).toEqual(['1 policy', '2 policies']);
});

test.each([
  [[], 2, ''],
  [['a'], 2, 'a'],
  [['a', 'b'], 2, 'a, b'],
  [['a', 'b', 'c'], 2, 'a, b and 1 more'],
])('%j with at most %i named is %j', (texts, most, text) => {
  expect(joinFirst(texts, most)).toBe(text);
});

test('the separator of a list is also that of its beginning', () => {
  expect(joinFirst(['a=', 'b=', 'c='], 2, ' ')).toBe('a= b= and 1 more');
});
