import { expect, test } from 'vitest';
import { answersQueries, hasLightGround } from '../../src/cli/command/process-env.ts';

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

test.each([
  [undefined, false],
  ['dumb', false],
  ['linux', false],
  ['vt100', false],
  ['xterm-256color', true],
  ['tmux-256color', true],
  ['screen', true],
  ['foot', true],
])('TERM=%s: the terminal is asked for its background is %s', (TERM, asked) => {
  expect(answersQueries(TERM === undefined ? {} : { TERM })).toBe(asked);
});
