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
  ['inline modifiers', '(?i:a)'],
  ['a legacy octal escape', '\\01'],
  ['a Unicode property without the flag u', '\\p{L}'],
  ['an empty class', 'a[]'],
  ['a class with a negated class inside', '[\\Wa]'],
  ['more repetition than RE2 allows', 'a{1001}'],
  ['more nested repetition than RE2 allows', '(a{40}){40}'],
  ['a repeated assertion', '(?:a|\\b)*\\b{2}'],
  ['a repeated surrogate pair', '😀?'],
  ['a lone surrogate', '\ud83d'],
  ['a control character that no line contains', 'a\\x1bb'],
  ['a range that starts at a control character', '[\\x00-\\x1f]'],
])('%s is not translated', (_, source) => {
  expect(translateToRe2(source, '', false)).toBeUndefined();
});

test('a text is matched literally', () => {
  expect(escapeRe2Text('GET /a.b?c=[1] (x|y) $5 ^{2}*+\\', false)).toBe(
    'GET /a\\.b\\?c=\\[1\\] \\(x\\|y\\) \\$5 \\^\\{2\\}\\*\\+\\\\',
  );
});

test('an excluded character is matched by no negated class', () => {
  expect(translateToRe2('a.[^b]\\W\\D\\S[\\s\\S]', 'Q', false)).toBe(
    'a[^Q][^bQ][^0-9A-Za-z_Q][^0-9Q][^\\t \\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeffQ][^Q]',
  );
});

test("case-insensitive matching uses JavaScript's case folding", () => {
  expect(translateToRe2('k1[^x]\\w[j-l]µ', '', true)).toBe('[kK]1[^xX][0-9A-Za-z_][j-lJKL][µΜμ]');
  expect(escapeRe2Text('Größe', true)).toBe('[Gg][rR][öÖ]ß[eE]');
});
