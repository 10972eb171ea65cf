import { expect, test } from 'vitest';
import { pluralize } from '../../src/domain/count-text.ts';

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
