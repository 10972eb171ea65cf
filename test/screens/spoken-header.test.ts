import { expect, test } from 'vitest';
import type { CockpitState } from '../../src/store/cockpit.ts';
import { spokenHeader } from '../../src/ui/shell/frame/spoken-header.ts';
import { noon } from '../support/made-facts.ts';
import { openBare } from './support/headless.ts';
import { armed, shop } from './support/shop.ts';

/** The header that a screen reader reads. */
const spoken = (arming: CockpitState['arming']): string => {
  const scene = shop();
  const opened = openBare({ ...scene, cockpit: { ...scene.cockpit, arming } });
  return spokenHeader(opened.context().view);
};

/** Production that stays armed for so many seconds. */
const armedFor = (seconds: number): CockpitState['arming'] => ({
  ...armed,
  armedUntil: noon + seconds * 1000,
});

test('the header says the state, the system and the marks, without seconds or ages', () => {
  expect(spoken({ readOnly: true })).toBe('production, read-only, shop, prod-eu-1/shop, 1 fault, 10:15 UTC');
});

test('while production is armed it says so first, with the time that is left in steps of five minutes', () => {
  expect(spoken(armed)).toBe(
    'armed, production, at least 10 minutes left, reason: psp outage, shop, prod-eu-1/shop, 1 fault, 10:15 UTC',
  );
  expect(spoken(armedFor(880))).toBe(spoken(armed));
  expect(spoken(armedFor(299))).toContain('armed, production, less than 5 minutes left');
  expect(spoken(armedFor(119))).toContain('less than 2 minutes left');
  expect(spoken(armedFor(59))).toContain('less than 1 minute left');
});
