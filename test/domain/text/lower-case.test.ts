import { expect, test } from 'vitest';
import { findIgnoringCase, lowerCaseWithOffsets } from '../../../src/domain/text/lower-case.ts';

const found = (text: string, expected: string): readonly string[] =>
  findIgnoringCase(text, expected).map(([from, to]) => text.slice(from, to));

test.each([
  ['İstanbul: Timeout, timeout', 'timeout', ['Timeout', 'timeout']],
  ['İİİ error İ ERROR', 'error', ['error', 'ERROR']],
  ['plain Error', 'error', ['Error']],
  ['😀 İ 😀 Error', 'error', ['Error']],
  ['İx', 'i', ['İ']],
  ['none', '', []],
])('positions in %s survive letters whose lower case is longer', (text, wantedPart, expected) => {
  expect(found(text, wantedPart)).toEqual(expected);
});

test('the end of the text is mapped to its end', () => {
  const text = 'aİ';
  const lower = lowerCaseWithOffsets(text);
  expect(lower.text).toBe('ai\u0307');
  expect(lower.end(lower.text.length)).toBe(text.length);
});
