import { expect, test } from 'vitest';
import { isBlankText } from '../../../src/domain/text/visible-text.ts';

test.each([
  ['blanks', ' \t\n\u00a0\u3000'],
  ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff'],
  ['bidi controls', '\u202e\u2066\u2069\u061c'],
  ['Hangul fillers', '\u3164\u115f\u1160\uffa0'],
  ['the blank of Braille', '\u2800'],
  ['tags and variation selectors', '\u{e0041}\ufe0f\u{e0100}'],
  ['controls', '\u0000\u001b\u009b'],
  ['private characters', '\ue000'],
])('a text of %s is blank', (_, text) => {
  expect(isBlankText(text)).toBe(true);
  expect(isBlankText(`${text}x${text}`)).toBe(false);
});

test('a text of nothing is blank; letters of any script and pictographs are not', () => {
  expect(['', '停电', 'сбой', '🔥', '.'].map(isBlankText)).toEqual([true, false, false, false, false]);
});
