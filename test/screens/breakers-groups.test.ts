import { expect, test } from 'vitest';
import type { Note } from '../../src/domain/facts/facts.ts';
import type { Breaker } from '../../src/kinds/breakers/fact.ts';
import { longTest } from '../support/layer.ts';
import { breaker, feedInfo, learn, noon } from '../support/made-facts.ts';
import { cellOf, detailsOf, tableRows } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { drawn, fitsEverySize } from './support/sizes.ts';
import { openCockpit, type Scene } from './support/user.ts';

const note = (title: string, text: string): Note => ({ source: 'bus', at: noon - 2000, title, text });

/** The shop, with the recent calls of one instance, which are read on demand. */
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

longTest('circuit breakers are grouped by service with print the worst level and the highest rates', () => {
  const screen = drawn(withEvents(), '3 z b', [120, 36]);
  const rows = tableRows(screen, 'Circuit breakers', 'billing-0 · psp  limits');
  const shown = rows.map((row) =>
    ['Circuit breakers', 'INSTANCE', 'BREAKER', 'FAIL', 'SINCE'].map((head) =>
      cellOf(screen, 'Circuit breakers', row, head),
    ),
  );
  expect(shown).toEqual([
    ['✗ 2 OPEN', '▾ billing', '', '≤82.0 %', '≥13m'],
    ['✗ OPEN', 'billing-0', 'psp', '82.0 %', '13m'],
    ['✗ OPEN', 'billing-1', 'psp', '79.0 %', '13m'],
    ['▲ 1 HALF-OPEN', '▾ checkout', '', '–', '≥13m'],
    ['▲ HALF-OPEN', 'checkout-2', 'billing', '–', '13m'],
    ['○ 1 DISABLED', '▾ search', '', '–', '≥13m'],
    ['○ DISABLED', 'search-0', 'suggest', '–', '13m'],
    ['● 1 CLOSED', '▾ notify', '', '≤0.0 %', '≥6h'],
    ['● CLOSED', 'notify-0', 'mail', '0.0 %', '≥6h'],
    ['● 1 CLOSED', '▾ orders', '', '≤2.0 %', '≥6h'],
    ['● CLOSED', 'orders-0', 'stock', '2.0 %', '≥6h'],
  ]);
});

longTest('an opened circuit breaker shows its calls, its rates and its history, newest first', () => {
  const screen = drawn(withEvents(), '3 z enter', [110, 36]);
  expect(detailsOf(screen, 'Circuit breakers', 'billing-0 · psp  limits')).toEqual([
    ' billing-0 · psp  limits 50 % fail, 80 % slow · bus, 3s ago',
    '   enter ▸ close-breaker Close a circuit breaker · matches: breakers billing-0 · psp is open',
    '   CLOSED → [OPEN 13m] → HALF-OPEN  calls are rejected without being tried',
    '   failed ━━━━━━━━━━━━┃━━━━━━━      82.0 %  82 of 100 calls  limit 50 %',
    '   slow   ━━━━━━━━━━━━━━━━━━━┃━━    91.0 %  91 of 100 calls  limit 80 %',
    '   rejected 1,204 calls',
    '   calls and transitions, newest first, 2s ago',
    '     ERROR  2026-03-04T10:15:02Z timeout after 3000 ms 3000 ms',
    '     STATE_TRANSITION  2026-03-04T10:02:07Z CLOSED_TO_OPEN',
  ]);
});

/** The shop, with a hundred rejected calls in 13 s, as resilience4j keeps them, newest first. */
const withRejections = (): Scene => {
  const scene = shop();
  const { facts } = scene;
  if (facts === undefined) throw new Error('the scene has no facts');
  const at = (index: number): string => new Date(noon - 2000 - index * 130).toISOString();
  const items = [
    ...Array.from({ length: 100 }, (_, index) => note('billing-0 psp NOT_PERMITTED', at(index))),
    note('billing-0 psp no transition', 'none in the last 100 events'),
  ];
  const onDemand = { everyMs: 0, staleMs: 300_000, instance: 'billing-0' };
  const feed = feedInfo('bus/events@billing-0', 'notes', { ...onDemand, source: 'bus', name: 'events' });
  learn(facts, feed, { items: items as never }, noon - 2000);
  return scene;
};

test('equal events are one line with count, rate, first and last time, and bars; V shows each', async () => {
  const user = await openCockpit({ size: [120, 60], scene: withRejections() });
  await user.press('3 z enter');
  const events = (): readonly string[] => user.rows().filter((row) => row.includes('NOT_PERMITTED'));
  expect(events()).toHaveLength(1);
  expect(events()[0]).toMatch(/ \d\d:\d\d:\d\d – \d\d:\d\d:\d\d {2}NOT_PERMITTED {2}× 100/);
  expect(user.rowWith('Rejected per second')).toMatch(/ 7\.8 \/s · 100 in 12s/);
  // Bars of three rows with the highest rate beside them, and below them their first and last time.
  const bars = user.rows().slice(user.rows().findIndex((row) => / 8 \/s [▁-▇ ]/u.test(row)));
  expect(bars[0]).toMatch(/ 8 \/s (?:[ ▁-▇]{4} ?){13,14}/u);
  expect(bars[2]).toMatch(/ 0 .*(?:█{2,4} ?){12}/u);
  expect(bars[3]).toMatch(/ \d\d:\d\d:\d\d {20,}\d\d:\d\d:\d\d/);
  expect(user.rowWith('V shows all 101')).toBeTruthy();
  expect(user.rowWith('no transition')).toContain('none in the last 100 events');
  await user.press('V');
  expect(events().length).toBeGreaterThan(10);
  await user.press('V');
  expect(events()).toHaveLength(1);
});

test('from 120 columns on an opened circuit breaker is explained beside the list, with its state in boxes', async () => {
  const user = await openCockpit({ size: [120, 36], scene: withEvents() });
  await user.press('3 z enter');
  const rows = user.terminal.rows();
  expect(rows[2]).toMatch(/^╭▌3 Circuit breakers .*─╮╭─ ✗ billing-0 · psp ─+ 13m ─╮$/u);
  const detail = rows.map((row) => row.slice(44, -1).trimEnd());
  expect(detail).toContain(' The breaker is OPEN: calls are rejected without being tried.');
  expect(detail).toContain(' │ CLOSED │──▸ │ OPEN     │──▸ │ HALF-OPEN │');
  expect(detail).toContain(' │        │    │ now, 13m │    │           │');
  expect(detail.join('\n')).toMatch(/failed ━+┃━+─+ {2}82\.0 %/u);
  // What helps stands left, below the list, its title in lines of its own; then the charts of what it is about.
  expect(detail.join('\n')).not.toContain('close-breaker');
  const list = rows.map((row) => row.slice(0, 43));
  const runbooks = list.findIndex((row) => row.startsWith('├─ Suggested runbooks ─'));
  expect(list[runbooks + 1]).toMatch(/^│ enter ▸ close-breaker · /u);
  expect(list[runbooks + 2]).toMatch(/^│ {9}Close a circuit breaker +│$/u);
  expect(list.findIndex((row) => row.includes('RELATED SIGNALS'))).toBeGreaterThan(runbooks);
  expect(rows.find((row) => row.includes('RELATED SIGNALS'))).toMatch(/^│ RELATED SIGNALS/u);
});

test('beside a list that fills its pane, the detail of an opened breaker has the runbooks', async () => {
  const user = await openCockpit({ size: [120, 24], scene: withEvents() });
  await user.press('3 z enter');
  const detail = user.terminal.rows().map((row) => row.slice(44));
  expect(detail.join('\n')).toContain('enter ▸ close-breaker');
});

test('an opened circuit breaker that is no longer read is not said to be in its state now', async () => {
  const user = await openCockpit({ size: [120, 36], scene: withEvents() });
  await user.press('3 z enter');
  await user.wait('3m');
  const detail = user.terminal.rows().map((row) => row.slice(44));
  expect(detail.join('\n')).toMatch(/When last read, \S+ ago, the breaker was OPEN: calls are rejected/);
  expect(detail.join('\n')).not.toContain('now,');
  expect(user.terminal.rows()[2]).not.toContain('─ ✗ billing-0');
});

longTest('grouped circuit breakers fit every size', () => {
  fitsEverySize(withEvents(), '3 z b', 'Circuit breakers');
});

test('opening a circuit breaker requests the recent calls of its instance only', async () => {
  const user = await openCockpit({ scene: withEvents() });
  await user.press('3 z enter');
  expect(user.given).toEqual([['read', ['bus/events@billing-0']]]);
  expect(user.rowWith('STATE_TRANSITION')).toContain('CLOSED_TO_OPEN');
  expect(user.rows().some((row) => row.includes('refused'))).toBe(false);
});

test('a group can be folded and unfolded, shows its worst level and offers no action', async () => {
  const user = await openCockpit({ scene: withEvents() });
  await user.press('3 z b g');
  expect(user.rowWith('▾ billing ')).toMatch(/✗ 2 OPEN/);
  await user.press('h');
  expect(user.rowWith('▸ billing ')).toBeTruthy();
  await user.press('C');
  expect(user.rowWith('C: ')).toContain('no breaker is selected: move the cursor to a breaker');
  await user.press('b');
  expect(user.rowWith('Circuit breakers: by instance')).toBeTruthy();
  await user.press('b b');
  expect(user.rows().some((row) => row.includes('▾'))).toBe(false);
});

longTest('too few calls for a rate are marked as such', async () => {
  const user = await openCockpit({ scene: withEvents() });
  await user.press('3 z j j enter');
  expect(user.rowWith('no rate yet')).toContain('4 calls in the window');
});

test('Problems shows circuit breakers, not groups', async () => {
  const user = await openCockpit({ scene: withEvents() });
  await user.press('3 z b W');
  expect(user.rowWith('billing-1 · psp')).toBeTruthy();
});

test('a row of several breakers has the sum of calls that all of them report, and none where one does not', async () => {
  const scene = shop();
  const { facts } = scene;
  if (facts === undefined) throw new Error('the scene has no facts');
  const mail = (instance: string, more: Partial<Breaker>): Breaker =>
    breaker('mail', {
      service: 'notify',
      instance,
      at: noon - 2000,
      bufferedCalls: 10,
      failedCalls: 1,
      ...more,
    });
  const instances = ['notify-0', 'notify-1', 'notify-2', 'notify-3', 'notify-4', 'notify-5', 'notify-6'];
  const items = instances.map((instance, index) =>
    mail(instance, index === 0 ? { notPermittedCalls: 5 } : {}),
  );
  learn(
    facts,
    feedInfo('bus/breakers', 'breakers', { everyMs: 5000, staleMs: 15_000 }),
    { items },
    noon - 2000,
  );
  const user = await openCockpit({ size: [80, 24], scene });
  expect(user.rowWith('mail in')).toMatch(/CLOSED ×7 +7 of 70 failed +– /);
});
