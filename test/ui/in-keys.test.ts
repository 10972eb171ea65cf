import { expect, test } from 'vitest';
import { createCockpitStore } from '../../src/store/cockpit.ts';
import { notArmedReason } from '../../src/ui/shell/state/blocked-reasons.ts';
import { cardArmKey, flagsToKeys } from '../../src/ui/shell/state/keys-in-text.ts';

test('cards name their keys, which cannot be rebound, instead of flags', () => {
  const readOnly = 'production is read-only until armed with a reason (A, or --arm "reason")';
  expect(flagsToKeys(readOnly)).toBe('production is read-only until armed with a reason (A)');
  expect(flagsToKeys('wait until that time is over, or override with a reason (--override "reason")')).toBe(
    'wait until that time is over, or override with a reason',
  );
  expect(
    flagsToKeys('type the exact name of the target: "psp" (--confirm NAME); wants "a2" (--done STEP)'),
  ).toBe('type the exact name of the target: "psp"; wants "a2"');
});

test('a message names the rebound key, or the command of a binding without a key', () => {
  const cockpit = createCockpitStore().getState();
  const withArm = (keys: readonly string[]) => ({
    ...cockpit,
    arming: { readOnly: true, forMs: 1 },
    settings: { ...cockpit.settings, keys: new Map([['arm', keys]]) },
  });
  expect(notArmedReason(withArm(['ctrl-a']))).toBe('read-only: press ctrl-a to arm');
  expect(notArmedReason(withArm([]))).toBe('read-only: press :arm to arm');
  // On a card.
  expect(notArmedReason(withArm(['ctrl-a']), cardArmKey)).toBe('read-only: press A to arm');
});
