import { expect, test } from 'vitest';
import { hasLightGround } from '../../src/cli/process-env.ts';

test.each([
  [undefined, false],
  ['', false],
  ['15;0', false],
  ['15;8', false],
  ['0;15', true],
  ['0;7', true],
  ['0;default;15', true],
  ['12;default', false],
])('COLORFGBG=%s: light is %s', (COLORFGBG, light) => {
  expect(hasLightGround(COLORFGBG === undefined ? {} : { COLORFGBG })).toBe(light);
});
