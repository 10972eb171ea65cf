import { expect, test } from 'vitest';
import { javaFloat } from '../../src/simulator/servers/spring/actuator-breakers.ts';

test.each([
  [-1, '-1.0'],
  [0, '0.0'],
  [50, '50.0'],
  [100, '100.0'],
  [100 / 3, '33.333332'],
  [200 / 3, '66.666664'],
  [12.5, '12.5'],
  [100 / 7, '14.285714'],
])('formats %d like a Java float: %s', (value, text) => {
  expect(javaFloat(value)).toBe(text);
});
