import { expect, test } from 'vitest';
import { withOneByteText } from '../../scripts/build/one-byte-text.ts';

const built = (text: string): string => withOneByteText('main.js', text);

test.each([
  ['/^[<≤]\\s*/', '≤ 3', true],
  ['/^[–-…]$/', '—', true],
  ['/^[^…]$/u', '😀', true],
  ['/^😀$/u', '😀', true],
  ['/^[😀-😂]$/u', '😁', true],
  ['/^😀$/', '😀', true],
  ['/^\\\\→$/', '\\→', true],
  ['/^→$/', '->', false],
  ['/^[µ·]s$/', 'µs', true],
])('%s matches the same when its source has one byte per character', (literal, text, isMatch) => {
  const narrow = built(`(${literal}).test(${JSON.stringify('')});`);
  expect(narrow).not.toMatch(/[^\0-\x7f]/);
  const pattern = new RegExp(...partsOf(narrow));
  expect(pattern.test(text)).toBe(isMatch);
});

/** The pattern and the flags of the only literal of a file. */
const partsOf = (text: string): [string, string] => {
  const [, pattern = '', flags = ''] = /^\(\/(.*)\/(\w*)\)\.test/.exec(text) ?? [];
  return [pattern, flags];
};

test('a text stays as it is where an escape would mean something else, and where it is ASCII', () => {
  expect(built('const a = String.raw`→`;')).toBe('const a = String.raw`→`;');
  expect(built('const a = 1 / 2; /e/.test(b);')).toBe('const a = 1 / 2; /e/.test(b);');
});
