import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toRe2 } from '../../../src/domain/regex/matcher.ts';
import { parseRegex } from '../../../src/domain/regex/parse.ts';
import { everyNth, longTest, rounds, sampled } from '../../support/layer.ts';

/** Positions and texts of all matches by V8. */
const matchesByV8 = (source: string, flags: string, text: string): readonly string[] =>
  [...text.matchAll(new RegExp(source, `g${flags}`))].map(({ index, 0: match }) => `${index} ${match}`);

/** Positions and texts of all matches by RE2; undefined: RE2 does not support the expression. */
const matchesByRe2 = (source: string, flags: string, text: string): readonly string[] | undefined => {
  const tree = parseRegex(source, flags);
  const re2 = tree && toRe2(tree, flags);
  if (re2 === undefined) return undefined;
  const matches = [...re2.matches(text)].map(({ span: [from, to], groups: [whole] }) => {
    expect(text.slice(from, to)).toBe(whole);
    return `${from} ${whole}`;
  });
  // `test` without groups uses another engine of RE2.
  expect(re2.test(text)).toBe(matches.length > 0);
  return matches;
};

const atom = fc.constantFrom(
  'a',
  'b',
  'A',
  ' ',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '\\S',
  '\\W',
  '\\D',
  '\\b',
  '\\B',
  '^',
  '$',
  '[ab]',
  '[^a]',
  '[a-c1-3_-]',
  '[\\s\\d]',
  '[^\\S\\n]',
  '[\\w.-]',
  '\\.',
  '\\/',
  '-',
  '\\x61',
  '\\u0061',
  '\\n',
  '\\t',
  '\\cJ',
  'é',
  '[à-ü]',
  'k',
  's',
  '[^k]',
  '[j-t]',
  '[^\\W_]',
  'ß',
  'µ',
  '\\u212a',
  'ſ',
  '\u{1f600}',
  '[\u{1f600}x]',
  '[^\u{1f600}]',
  '[\\u0080-\\uffff]',
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '+?', '??');
const piece = fc
  .tuple(atom, quantifier)
  .map(([part, times]) => (/^(?:\^|\$|\\[bB])$/.test(part) ? part : `${part}${times}`));
const sequence = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(''));
const source = fc
  .array(
    fc.oneof(
      sequence,
      fc.tuple(sequence, sequence).map(([left, right]) => `(${left}|${right})`),
      fc
        .tuple(sequence, quantifier)
        .map(([inside, times]) => (inside === '' ? '' : `(?:x${inside})${times}`)),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(''));
const text = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'c',
      'A',
      'x',
      '1',
      '_',
      '-',
      ' ',
      '\n',
      '\r',
      '\u00a0',
      '\u2028',
      'é',
      '.',
      '/',
      'c',
      'K',
      'S',
      '\u212a',
      'ſ',
      'ẞ',
      'Μ',
      'É',
      '\u{1f600}',
      '\u{1f601}',
      '\ud83d',
      '\ude00',
    ),
    {
      maxLength: 12,
    },
  )
  .map((letters) => letters.join(''));

describe('RE2 matches like JavaScript', () => {
  longTest.each(['', 'i', 's', 'u', 'iu', 'm', 'im'])('with the flags "%s"', (flags) => {
    fc.assert(
      fc.property(source, text, (expression, sample) => {
        fc.pre(!(flags.includes('u') && /\\-/.test(expression)));
        // JavaScript and Go place an empty match after another match differently.
        fc.pre(!new RegExp(`^(?:${expression})$`, flags).test(''));
        const re2 = matchesByRe2(expression, flags, sample);
        if (re2 !== undefined) expect(re2).toEqual(matchesByV8(expression, flags, sample));
      }),
      { numRuns: rounds(500) },
    );
  });

  longTest.each(['', 'i', 's', 'u', 'iu', 'm'])(
    'first match of any expression, with the flags "%s"',
    (flags) => {
      fc.assert(
        fc.property(source, text, (expression, sample) => {
          fc.pre(!(flags.includes('u') && /\\-/.test(expression)));
          const re2 = matchesByRe2(expression, flags, sample);
          if (re2 !== undefined) expect(re2[0]).toEqual(matchesByV8(expression, flags, sample)[0]);
        }),
        { numRuns: rounds(300) },
      );
    },
  );

  longTest('case folding of every cased letter equals that of V8', () => {
    const units = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code));
    const cased = units.filter((unit) => unit.toLowerCase() !== unit || unit.toUpperCase() !== unit);
    const letters = cased.join('');
    expect(cased.length).toBeGreaterThan(2300);
    const tried = sampled(
      cased.filter((_, index) => index % 9 === 0),
      everyNth(4),
    );
    for (const flags of ['i', 'iu'])
      for (const letter of tried) {
        expect(matchesByRe2(letter, flags, letters)).toEqual(matchesByV8(letter, flags, letters));
        const others = `[^${letter}]+`;
        expect(matchesByRe2(others, flags, letters)).toEqual(matchesByV8(others, flags, letters));
      }
  });

  test.each([
    ['^b$', 'm', 'a\nb\nc', '2 b'],
    ['\\u{1f600}+', 'u', 'x\u{1f600}\u{1f600}', '1 \u{1f600}\u{1f600}'],
    ['\\p{Lu}\\p{L}+', 'u', 'ein Wort', '4 Wort'],
    ['[^]', '', '\n', '0 \n'],
    ['[]', '', 'a', '-'],
    ['(?<name>a)b', '', 'ab', '0 ab'],
    ['(?i:a.B)c', 's', 'A\nbC a\nbc', '5 a\nbc'],
    ['(?-i:a)b', 'i', 'AB aB', '3 aB'],
    ['(?s:a.)b.', '', 'a\nb\n a\nbc', '5 a\nbc'],
    ['a{2', '', 'a{2', '0 a{2'],
    ['^b\\s', 'm', 'a\rb\rc', '2 b\r'],
    ['b$', 'm', 'b\u2028c', '0 b'],
    ['^.{2}$', '', '\u{1f600}', '0 \u{1f600}'],
    ['[\\w-z]+', '', '.a-z', '1 a-z'],
    ['[--/]+', '', 'a-./', '1 -./'],
    ['k', 'i', 'x\u212aK', '2 K'],
    ['k', 'iu', 'x\u212aK', '1 \u212a'],
    ['\\bx', 'iu', 'ſx x', '3 x'],
  ])('/%s/%s in %j', (expression, flags, sample, expected) => {
    expect([
      matchesByV8(expression, flags, sample)[0] ?? '-',
      matchesByRe2(expression, flags, sample)?.[0] ?? '-',
    ]).toEqual([expected, expected]);
  });

  test.each(['(?=a)b', '(?<!a)b', '(a)\\1', '(?<x>a)\\k<x>', 'a{2,5000}', '\\01'])(
    '/%s/ is not supported by RE2',
    (expression) => {
      expect(matchesByRe2(expression, '', 'b')).toBeUndefined();
    },
  );
});
