import { expect, test } from 'vitest';
import { parseCalc } from '../../../src/expressions/calc/parse.ts';

const wrong: readonly (readonly [text: string, col: number, message: string])[] = [
  ['', 1, 'there is nothing to calculate'],
  ['   ', 4, 'there is nothing to calculate'],
  ['a +', 4, 'the end stands where a number, a name or a bracket is needed'],
  ['a + * b', 5, '"*" stands where a number, a name or a bracket is needed'],
  ['a b', 3, '"b" cannot follow here; join with + - * /'],
  ['(a + b', 7, 'the end stands where the bracket needs )'],
  ['a + b)', 6, '")" cannot follow here; join with + - * /'],
  ['100 * a / c', 11, 'of: says nothing of c; there is a, b'],
  ['min', 1, 'min is written min(a, b)'],
  ['min()', 1, 'min() needs something to choose from'],
  ['max(a; b)', 6, '";" does not belong here; a calculation has numbers, names, + - * / ( ) min max'],
  ['max(a b)', 7, '"b" stands where max(…) needs , or )'],
  ['avg(a, b)', 1, 'there is no avg(…); there are min(…) and max(…)'],
  ['a / b %', 7, 'a percentage is written out: 100 * a / b'],
  ['a ^ 2', 3, 'there are no powers here: write a * a'],
  ['${a} / b', 1, 'an operand stands by its name alone: a / b, with of: { a: SIGNAL, b: SIGNAL }'],
  ['"a" / b', 1, 'texts cannot be calculated with'],
  ['5ms * a', 1, '"5ms" is no number; a number stands without its unit'],
  ['1.2.3', 1, '"1.2.3" is no number; a number stands without its unit'],
  ['1e999 * a', 1, '1e999 is too large for a number'],
];

test.each(wrong)('%j is refused with its column', (text, col, message) => {
  expect(parseCalc(text, ['a', 'b'])).toEqual({ ok: false, col, message });
});

test('brackets and signs without end are refused, not followed to the end of the stack', () => {
  for (const text of [`${'('.repeat(100_000)}a`, `${'-'.repeat(100_000)}a`, `${'min('.repeat(100_000)}a`])
    expect(parseCalc(text, ['a'])).toMatchObject({
      ok: false,
      message: 'more than 50 brackets and signs inside each other',
    });
});

test('a long sum is no deep one', () => {
  expect(parseCalc(Array.from({ length: 5000 }, () => 'a').join(' + '), ['a']).ok).toBe(true);
});

test('operands are told once each, in the order of the text', () => {
  const parsed = parseCalc('100 * b / (a + b) - min(c, a)');
  expect(parsed).toMatchObject({ ok: true, calc: { operands: ['b', 'a', 'c'] } });
});
