import { describe, expect, test } from 'vitest';
import { formatBound, formatNumber } from '../../../src/ui/features/signals/values.ts';

test.each([
  [99.95, '%', '≤ 99.95'],
  [0.001, 's', '≤ 0.001'],
  [1000, '', '≤ 1,000'],
  [1234.5, '/min', '≤ 1,234.5'],
  [1024 ** 3, 'B', '≤ 1 GiB'],
])('the limit %d %s is written in full', (value, unit, text) => {
  expect(formatBound({ op: '<=', value }, unit)).toBe(text);
});

describe('values', () => {
  test.each([
    [0, '%', '0'],
    [0.004, '%', '0.004'],
    [6.412, '%', '6.41'],
    [93.75, '%', '93.8'],
    [99.29, '%', '99.29'],
    [99.96, '%', '99.96'],
    [99.999, '%', '99.99'],
    [100, '%', '100'],
    [99.96, 'ms', '100'],
    [1586.4, '', '1,586'],
  ])('%d %s is %s', (value, unit, text) => {
    expect(formatNumber(value, unit)).toBe(text);
  });
});
