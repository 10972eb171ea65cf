import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PageCursor } from '../../../../src/sources/promtext/scan/page-cursor.ts';
import { readNumber } from '../../../../src/sources/promtext/scan/sample-line.ts';
import { rounds } from '../../../support/layer.ts';

const read = (text: string) => {
  const cursor = new PageCursor(text);
  cursor.end = text.length;
  const value = readNumber(cursor);
  return { value, at: cursor.position };
};

test.each([
  ['0', 0],
  ['-0', -0],
  ['+7', 7],
  ['1027', 1027],
  ['3.', 3],
  ['.5', 0.5],
  ['-.5', -0.5],
  ['00012.500', 12.5],
  ['1.7560473e+07', 17_560_473],
  ['1.458255915e9', 1_458_255_915],
  ['8.4567314432E10', 84_567_314_432],
  ['4.7509e-05', 0.000047509],
  ['5e-324', 5e-324],
  ['1e400', Number.POSITIVE_INFINITY],
  ['9007199254740993', 9_007_199_254_740_992],
  ['123456789012345678901234567890', 1.2345678901234568e29],
  ['0.1234567890123456789', 0.12345678901234568],
  ['NaN', Number.NaN],
  ['nan', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['Inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['+infinity', Number.POSITIVE_INFINITY],
])('%s is a number', (text, value) => {
  expect(read(text)).toEqual({ value, at: text.length });
  expect(read(`${text} 5`)).toEqual({ value, at: text.length });
});

test.each([
  '',
  '-',
  '+',
  '.',
  '-.',
  '1e',
  '1e+',
  'e5',
  '0x10',
  '0b1',
  '1_000',
  '1,5',
  '1.2.3',
  '--1',
  '+NaN',
  '-nan',
  'Infinit',
  'five',
  '1a',
  '١',
])('"%s" is not a number', (text) => {
  expect(read(text).value).toBeUndefined();
});

test('every double formatted by JavaScript is parsed exactly', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Object.is(read(Object.is(value, -0) ? '-0' : String(value)).value, value)).toBe(true);
    }),
    { numRuns: rounds(2000) },
  );
});

test('decimals are rounded as in JavaScript', () => {
  const decimal = fc.tuple(
    fc.bigInt(0n, 10n ** 22n),
    fc.integer({ min: 0, max: 30 }),
    fc.integer({ min: -30, max: 30 }),
  );
  fc.assert(
    fc.property(decimal, ([digits, point, exponent]) => {
      const text = String(digits).padStart(point + 1, '0');
      const written = `${text.slice(0, text.length - point)}.${text.slice(text.length - point)}e${exponent}`;
      expect(read(written).value).toBe(Number(written));
    }),
    { numRuns: rounds(2000) },
  );
});
