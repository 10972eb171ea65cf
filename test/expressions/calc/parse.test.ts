import { expect, test } from 'vitest';
import { parseCalc } from '../../../src/expressions/calc/parse.ts';

const invalid: readonly (readonly [text: string, col: number, message: string])[] = [
  ['', 1, 'the calculation is empty. Write 100 * a / b'],
  ['   ', 4, 'the calculation is empty. Write 100 * a / b'],
  ['a +', 4, 'expected a number or a signal, found the end. Write a name of of:, or a number'],
  ['a + * b', 5, 'expected a number or a signal, found "*". Write a name of of:, or a number'],
  ['a b', 3, 'unexpected "b". Join with + - * /'],
  ['(a + b', 7, 'a bracket is not closed, found the end. Write )'],
  ['a + b)', 6, 'unexpected ")". Join with + - * /'],
  ['100 * a / c', 11, 'of: lists no signal called c. Valid: a, b'],
  ['min', 1, 'min is a function. Write min(a, b)'],
  ['min()', 1, 'min() needs at least one argument. Write min(a, b)'],
  ['max(a; b)', 6, 'unexpected ";". A calculation takes numbers, names, + - * / ( ) min max raised'],
  ['max(a b)', 7, 'max(…) is not closed, found "b". Write , or )'],
  ['avg(a, b)', 1, 'unknown function avg(…). Use min(…), max(…) or raised(…)'],
  ['a / b %', 7, '% is not an operator. Write a percentage as 100 * a / b'],
  ['a ^ 2', 3, 'powers are not supported. Write a * a'],
  ['${a} / b', 1, 'name an operand without ${ }: a / b, with of: { a: SIGNAL, b: SIGNAL }'],
  ['"a" / b', 1, 'a calculation cannot contain text. Write numbers and names of signals'],
  ['5ms * a', 1, '"5ms" is not a number. Write the number without a unit'],
  ['1.2.3', 1, '"1.2.3" is not a number. Write the number without a unit'],
  ['1e999 * a', 1, 'the number 1e999 is too large to calculate with'],
];

test.each(invalid)('rejects %j with its column', (text, col, message) => {
  expect(parseCalc(text, ['a', 'b'])).toEqual({ ok: false, col, message });
});

test('rejects deeply nested brackets and signs. Split the calculation into two signals without a stack overflow', () => {
  for (const text of [`${'('.repeat(100_000)}a`, `${'-'.repeat(100_000)}a`, `${'min('.repeat(100_000)}a`])
    expect(parseCalc(text, ['a'])).toMatchObject({
      ok: false,
      message: 'more than 50 nested brackets and signs. Split the calculation into two signals',
    });
});

test('accepts a long sum', () => {
  expect(parseCalc(Array.from({ length: 5000 }, () => 'a').join(' + '), ['a']).ok).toBe(true);
});

test('lists each operand once, in the order of the text', () => {
  const parsed = parseCalc('100 * b / (a + b) - min(c, a)');
  expect(parsed).toMatchObject({ ok: true, calc: { operands: ['b', 'a', 'c'] } });
});
