import { expect, test } from 'vitest';
import { coveragePart, isInPart } from '../../coverage/support/part.ts';

const chosen = (text: string | undefined, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index).filter((index) => isInPart(coveragePart(text), index));

test.each([
  [undefined, [0, 1, 2, 3, 4, 5]],
  ['1', [0, 1, 2, 3, 4, 5]],
  ['3', [0, 3]],
  ['2/3', [2, 5]],
])('COVERAGE_SAMPLE=%s of six cases', (text, indexes) => {
  expect(chosen(text, 6)).toEqual(indexes);
});

test('the parts of one number have each case once', () => {
  const parts = ['0/4', '1/4', '2/4', '3/4'].flatMap((text) => chosen(text, 10));
  expect(parts.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test.each(['0', '4/4', 'x', '1/', '-1', ''])('COVERAGE_SAMPLE=%j is refused', (text) => {
  expect(() => coveragePart(text)).toThrow('not N from 1, or I/N');
});
