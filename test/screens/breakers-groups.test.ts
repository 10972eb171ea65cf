import { expect, test } from 'vitest';
import type { Note } from '../../src/domain/facts.ts';
import { feedInfo, learn, noon } from '../support/made-facts.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type Scene } from './support/user.ts';

const note = (title: string, text: string): Note => ({ source: 'bus', at: noon - 2000, title, text });

/** The shop, with the last calls of one instance as they are told when somebody asks. */
const withEvents = (): Scene => {
  const scene = shop();
  const { facts } = scene;
  if (facts === undefined) throw new Error('the scene has no facts');
  const onDemand = { everyMs: 0, staleMs: 300_000, instance: 'billing-0' };
  const items = [
    note('billing-0 psp ERROR', '2026-03-04T10:15:02Z timeout after 3000 ms 3000 ms'),
    note('billing-0 psp STATE_TRANSITION', '2026-03-04T10:02:07Z CLOSED_TO_OPEN'),
    note('billing-0 stock ERROR', '2026-03-04T10:01:00Z refused'),
  ];
  const feed = feedInfo('bus/events@billing-0', 'notes', { ...onDemand, source: 'bus', name: 'events' });
  learn(facts, feed, { items: items as never }, noon - 2000);
  return scene;
};

for (const size of [
  [80, 24],
  [120, 36],
  [200, 60],
] as const) {
  test(`breakers by service at ${size.join('x')}`, async () => {
    const user = await openCockpit({ size, scene: withEvents() });
    await user.press('3 z b');
    await user.seesScreen(`breakers-by-service-${size.join('x')}`);
  });
  test(`the calls behind a breaker at ${size.join('x')}`, async () => {
    const user = await openCockpit({ size, scene: withEvents() });
    await user.press('3 z enter');
    await user.seesScreen(`breakers-opened-${size.join('x')}`);
  });
}

test('opening a breaker asks its instance for its last calls, and shows no other breaker', async () => {
  const user = await openCockpit({ scene: withEvents() });
  await user.press('3 z enter');
  expect(user.given).toEqual([['read', ['bus/events@billing-0']]]);
  expect(user.rowWith('STATE_TRANSITION')).toContain('CLOSED_TO_OPEN');
  expect(user.rows().some((row) => row.includes('refused'))).toBe(false);
});

test('a group is folded and unfolded, is as bad as its worst, and nothing can be done to it', async () => {
  const user = await openCockpit({ scene: withEvents() });
  await user.press('3 z b g');
  expect(user.rowWith('▾ billing ')).toMatch(/✗ 2 OPEN/);
  await user.press('h');
  expect(user.rowWith('▸ billing ')).toBeTruthy();
  await user.press('C');
  expect(user.rowWith('C: ')).toContain('no breaker is selected');
  await user.press('b');
  expect(user.rowWith('BREAKERS: by instance')).toBeTruthy();
  await user.press('b b');
  expect(user.rows().some((row) => row.includes('▾'))).toBe(false);
});

test('too few calls for a rate are said to be too few', async () => {
  const user = await openCockpit({ scene: withEvents() });
  await user.press('3 z j j enter');
  expect(user.rowWith('no rate yet')).toContain('4 calls in the window');
});

test('what is wrong now tells breakers, not groups of them', async () => {
  const user = await openCockpit({ scene: withEvents() });
  await user.press('3 z b W');
  expect(user.rowWith('billing-1 · psp')).toBeTruthy();
});
