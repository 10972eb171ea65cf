import { expect, test } from 'vitest';
import { stripControls } from '../../../src/domain/text/controls.ts';
import { hasAlteredText, oneLine, sanitizeDeep } from '../../../src/platform/masking/sanitize.ts';

const cases: readonly (readonly [string, string, string])[] = [
  ['plain text', 'Zahlungsdienst läuft 🚀 日本', 'Zahlungsdienst läuft 🚀 日本'],
  ['newlines and tabs', 'a\n\tb', 'a\n\tb'],
  ['carriage returns', 'a\r\nb\rc', 'a\nbc'],
  ['colors', '\x1b[31;1mred\x1b[0m', 'red'],
  ['8-bit CSI', '\x9b2Jgone', 'gone'],
  ['a title, ended by BEL', '\x1b]0;owned\x07after', 'after'],
  ['a hyperlink, ended by ST', '\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\', 'click'],
  ['an unfinished OSC keeps the text that follows', 'a\x1b]0;b', 'a0;b'],
  ['a DCS', '\x1bP+q544e\x1b\\x', 'x'],
  ['an 8-bit OSC', '\x9d0;owned\x9cx', 'x'],
  ['a reset', '\x1bcx', 'x'],
  ['a character set', '\x1b(0x', 'x'],
  ['a sequence that forms once its inside is removed', '\x1b\x1b[m[31mx', '[31mx'],
  ['C0, DEL and C1', 'a\x00\x07\x08\x7f\x85b', 'ab'],
  ['bidi controls', 'a\u202eb\u2066c\u061cd\u200f', 'abcd'],
  ['private-use plane 16', 'a\u{100000}\u{10ffff}b', 'ab'],
  ['lone surrogates', 'a\ud800b\udc00', 'ab'],
];
test.each(cases)('%s', (_, text, shown) => expect(stripControls(text)).toBe(shown));

// In quadratic time, these would not end.
test.each([
  ['starts of sequences', '\x1b]', 500_000, ''],
  ['starts of sequences with a parameter', '\x9d0;', 300_000, '0;'],
])('a megabyte of %s is stripped', (_, start, times, left) => {
  expect(stripControls(start.repeat(times)) === left.repeat(times)).toBe(true);
});

test('keys and values of parsed JSON are sanitized alike', () => {
  expect(
    sanitizeDeep(JSON.parse('{"a\\u001b[31m":["\\u001b]0;x\\u0007b",1,null,{"c":"\\u202ed"}]}')),
  ).toEqual({
    a: ['b', 1, null, { c: 'd' }],
  });
});

test('reports whether anything was removed, at any depth', () => {
  const stripped = sanitizeDeep({ a: [{ b: 'x\r' }], c: { d: 'x\n\ty' }, e: { 'k\x1b[0m': 1 } });
  const of = (key: string): unknown => Object(stripped)[key];
  expect([stripped, of('a'), of('c'), of('e')].map(hasAlteredText)).toEqual([true, true, false, true]);
  expect([hasAlteredText('x'), hasAlteredText(undefined), hasAlteredText(null)]).toEqual([
    false,
    false,
    false,
  ]);
});

test('a message is one line of bounded length', () => {
  expect(oneLine('a\n\n  b\t\x1b[1mc')).toBe('a b c');
  expect(oneLine('x'.repeat(500), 10)).toBe('xxxxxxxxx…');
});
