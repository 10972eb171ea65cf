import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRegex } from '../../../src/domain/regex/parse.ts';
import { toRe2 } from '../../../src/domain/regex/re2.ts';

/** Where both engines find the expression first; '-' where they find nothing. */
const placesBy = (source: string, flags: string, text: string): readonly string[] => {
  const native = new RegExp(source, flags).exec(text);
  const tree = parseRegex(source, flags);
  const re2 = tree && toRe2(tree, flags);
  if (re2 === undefined) return ['not taken'];
  const matcher = re2.matcher(text);
  // Without groups another of its engines is at work.
  expect(re2.test(text)).toBe(native !== null);
  return [
    native === null ? '-' : `${native.index} ${native[0]}`,
    matcher.find() ? `${matcher.start()} ${matcher.group()}` : '-',
  ];
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
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '+?', '??');
const piece = fc
  .tuple(atom, quantifier)
  .map(([one, times]) => (/^(?:\^|\$|\\[bB])$/.test(one) ? one : `${one}${times}`));
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
    ),
    {
      maxLength: 12,
    },
  )
  .map((letters) => letters.join(''));

describe('RE2 reads an expression as JavaScript does', () => {
  test.each(['', 'i', 's', 'u', 'iu'])('with the flags "%s"', (flags) => {
    fc.assert(
      fc.property(source, text, (expression, sample) => {
        fc.pre(!(flags.includes('u') && /\\-/.test(expression)));
        const [native, re2] = placesBy(expression, flags, sample);
        expect(re2).toBe(native);
      }),
      { numRuns: 1000, seed: 22 },
    );
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
  ])('/%s/%s in %j', (expression, flags, sample, found) => {
    expect(placesBy(expression, flags, sample)).toEqual([found, found]);
  });

  test.each(['(?=a)b', '(?<!a)b', '(a)\\1', '(?<x>a)\\k<x>', 'a{2,5000}', '\\01'])(
    '/%s/ is left to the engine that backtracks',
    (expression) => {
      expect(placesBy(expression, '', 'b')).toEqual(['not taken']);
    },
  );
});
