import { expect, test } from 'vitest';
import { blockedText, blockerNames, isBlockedByPrepared } from '../../../src/kinds/sessions/state.ts';

test.each([
  [[], '', false],
  [[41], 'waits for 41', false],
  [[41, 12], 'waits for 41, 12', false],
  [[0], 'blocked by a prepared transaction', true],
  [[41, 0], 'waits for 41, a prepared transaction', true],
])('blocked by %j', (pids, expected, isPrepared) => {
  expect(blockedText(pids)).toBe(expected);
  expect(isBlockedByPrepared(pids)).toBe(isPrepared);
  expect(blockerNames(pids)).not.toMatch(/\b0\b/);
});
