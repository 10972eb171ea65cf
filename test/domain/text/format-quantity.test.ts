import { expect, test } from 'vitest';
import { formatQuantity } from '../../../src/domain/text/format-quantity.ts';

test.each([
  [1_078_537_731, 'B', '1 GiB'],
  [1_181_116_006, 'bytes', '1.1 GiB'],
  [2048, 'B/s', '2 KiB/s'],
  [0.97, 's', '970 ms'],
  [187.2, 'h', '7.8 d'],
  [4812.123456789, 'ms', '4.8 s'],
  [90, 's', '90 s'],
  [300, 's', '5 min'],
  [1.31, 'h', '79 min'],
  [250, 'ns', '250 ns'],
  [0, 's', '0 s'],
  [99.95, '%', '99.95 %'],
  [33.333333333333336, '%', '33.33 %'],
  [23.99999999999, '/s', '24 /s'],
  [0.00212345, '/s', '0.0021 /s'],
  [1_798_823, '', '1,798,823'],
  [1.23e18, '', '1.23e+18'],
  [Number.NaN, 'ms', '–'],
  [undefined, '', '–'],
])('formats %s %s as %s', (value, unit, text) => {
  expect(formatQuantity(value, unit)).toBe(text);
});
