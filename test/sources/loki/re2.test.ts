import { expect, test } from 'vitest';
import { escapeRe2Text, translateToRe2 } from '../../../src/sources/loki/re2.ts';

test.each([
  ['timeout', 'timeout'],
  ['ERROR|WARN', 'ERROR|WARN'],
  ['(a)(?:b)(?<name>c)', '(?:a)(?:b)(?:c)'],
  ['took \\d{3,}ms', 'took [0-9]{3,}ms'],
  ['a/b-c', 'a/b-c'],
  ['[\\w.-]+@', '[0-9A-Za-z_.\\-]+@'.replace('.', '\\.')],
  ['^done$', '^done\\r?$'],
  ['\\u0041\\x42\\t', 'AB\\x09'],
  ['x{,3}', 'x\\{,3\\}'],
  ['a]b}', 'a\\]b\\}'],
  ['\\e\\-\\#', 'e-#'],
  ['[\\s\\S]*?', '(?s:.)*?'],
  ['[^\\n]+', '(?s:.)+'],
  ['[[a]', '[\\[a]'],
  ['\\bid\\B', '\\bid\\B'],
])('%s → %s', (source, re2) => {
  expect(() => new RegExp(source)).not.toThrow();
  expect(translateToRe2(source, '', false)).toBe(re2);
});

test.each([
  ['a lookahead', 'a(?=b)'],
  ['a negative lookahead', 'a(?!b)'],
  ['a lookbehind', '(?<=a)b'],
  ['a negative lookbehind', '(?<!a)b'],
  ['a backreference', '(a)\\1'],
  ['a named backreference', '(?<x>a)\\k<x>'],
  ['modifiers of a group', '(?i:a)'],
  ['an old octal', '\\01'],
  ['what is a property only with the flag u', '\\p{L}'],
  ['a class that nothing is in', 'a[]'],
  ['a part of a class that says what it is not', '[\\Wa]'],
  ['more repetition than RE2 bears', 'a{1001}'],
  ['more nested repetition than RE2 bears', '(a{40}){40}'],
  ['a repeated assertion', '(?:a|\\b)*\\b{2}'],
  ['a repeated character of two units', '😀?'],
  ['half a character', '\ud83d'],
  ['a control that no line has', 'a\\x1bb'],
  ['a range from a control on', '[\\x00-\\x1f]'],
])('%s is not told', (_, source) => {
  expect(translateToRe2(source, '', false)).toBeUndefined();
});

test('a text is meant as it stands', () => {
  expect(escapeRe2Text('GET /a.b?c=[1] (x|y) $5 ^{2}*+\\', false)).toBe(
    'GET /a\\.b\\?c=\\[1\\] \\(x\\|y\\) \\$5 \\^\\{2\\}\\*\\+\\\\',
  );
});

test('what is said not to be there, no class that says what it is not takes', () => {
  expect(translateToRe2('a.[^b]\\W\\D\\S[\\s\\S]', 'Q', false)).toBe(
    'a[^Q][^bQ][^0-9A-Za-z_Q][^0-9Q][^\\t \\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeffQ][^Q]',
  );
});

test('without regard to case, letters are those that JavaScript takes for the same', () => {
  expect(translateToRe2('k1[^x]\\w[j-l]µ', '', true)).toBe('[kK]1[^xX][0-9A-Za-z_][j-lJKL][µΜμ]');
  expect(escapeRe2Text('Größe', true)).toBe('[Gg][rR][öÖ]ß[eE]');
});
