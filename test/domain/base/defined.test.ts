import { expect, test } from 'vitest';
import { defined } from '../../../src/domain/base/defined.ts';

test('fields without a value are absent; empty, zero and false values stay, in their order', () => {
  const fields = { c: '', missing: undefined, a: 0, b: false, d: null };
  expect(Object.entries(defined(fields))).toEqual([
    ['c', ''],
    ['a', 0],
    ['b', false],
    ['d', null],
  ]);
});
