import { expect, test } from 'vitest';
import type { Fault } from '../../src/domain/base/fault.ts';
import type { Alert } from '../../src/kinds/alerts/fact.ts';
import type { FactsChange } from '../../src/store/facts.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { fault, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { alert, alertsFeed, monitored } from './support/monitored.ts';
import { bodyOf, detailsOf, footer, rowOf } from './support/screen.ts';
import { closeBreaker, shopCockpit } from './support/shop.ts';
import { drawn } from './support/sizes.ts';
import { openCockpit, type User } from './support/user.ts';

longTest('an opened alert shows its labels, its runbook and the rules that mention it', () => {
  const screen = drawn(monitored(), '7 z j enter', [120, 36]);
  expect(detailsOf(screen, 'Alerts', 'PspErrorBudgetBurn  firing')).toEqual([
    ' PspErrorBudgetBurn  firing, severity page · since 10:04:07, 11m ago · am, seen 2s ago',
    expect.stringMatching(
      /^ {3}enter ▸ psp-outage The payment provider does not answer · matches: alerts Ps/,
    ),
    '   burns 14× the budget',
    '   service  billing',
    '   team     payments',
    '   slo      psp-availability',
  ]);
});

const am = { am: { type: 'alertmanager', kinds: ['alerts'] as const } };

/** Alerts of a source with this history. */
const alertsOf = (...changes: readonly FactsChange[]): FactsStore => {
  const store = createFactsStore(frame({ system: 'shop', sources: am }));
  store.apply([{ is: 'opened', feeds: [alertsFeed] }, ...changes], noon);
  return store;
};
const answered = (time: number, items: readonly Alert[], faults: readonly Fault[] = []): FactsChange => ({
  is: 'learned',
  feed: alertsFeed.id,
  reading: { items, faults },
  began: time,
  at: time,
});
const lookAt = async (facts: FactsStore): Promise<User> => {
  const user = await openCockpit({
    size: [80, 24],
    scene: { facts, cockpit: { ...shopCockpit, suggestions: [] } },
  });
  await user.press('7 z');
  return user;
};

test('an empty list is shown only after a response', async () => {
  const user = await lookAt(alertsOf(answered(noon - 2000, [])));
  expect(user.rowWith('∅')).toContain('∅ No alerts (checked 2s ago)');
});

test('denied: shows the rejected request', async () => {
  const user = await lookAt(alertsOf(answered(noon, [], [fault('denied', 'GET /api/v2/alerts: 403', 'am')])));
  expect(user.rowWith('⊘')).toContain('⊘ Denied: am: GET /api/v2/alerts: 403');
});

test('stale: keeps old alerts, dimmed and marked, with their age', async () => {
  const user = await lookAt(alertsOf(answered(noon - 60_000, [alert('PspDown', { at: noon - 60_000 })])));
  expect(rowOf(bodyOf(user.rows(), 'Alerts'), 'PspDown')).toMatch(/~ FIRING/);
  expect(user.rowWith('~ Stale: am')).toContain('~ Stale: am last read 1m ago (every 5s)');
});

test('partial data: shows the readable alerts and the failed reads', async () => {
  const lost = fault('timeout', 'am-1: no answer in 3s', 'am');
  const user = await lookAt(alertsOf(answered(noon - 1000, [alert('PspDown')], [lost])));
  expect(rowOf(bodyOf(user.rows(), 'Alerts'), 'PspDown')).toMatch(/▲ FIRING/);
  expect(user.rowWith('⊗')).toContain('am-1: no answer in 3s');
});

test('silenced and inhibited alerts are dimmed and sorted last, whatever their severity', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('7 z');
  const names = user
    .rows()
    .flatMap((row) => /^ \S (?:FIRING|PENDING|SILENCED|INHIBITED) +\S+ +(\S+)/.exec(row)?.[1] ?? []);
  expect(names).toEqual([
    'ConsumerLagHigh',
    'PspErrorBudgetBurn',
    'SearchSlow',
    'PodRestarting',
    'CertificateExpires',
    'DiskFilling',
  ]);
  expect(user.lookOf('CertificateExpires').fg).toBe(user.lookOf('DiskFilling').fg);
  expect(user.lookOf('CertificateExpires').fg).not.toBe(user.lookOf('SearchSlow').fg);
});

test('a silenced alert stays dimmed, also if the profile maps silenced alerts to warning', async () => {
  const limits = { alerts: { silenced: 'crit' } };
  const store = createFactsStore(frame({ system: 'shop', sources: am, limits }));
  learn(store, alertsFeed, {
    items: [alert('Loud', { state: 'pending' }), alert('Hushed', { state: 'silenced' })],
  });
  const user = await lookAt(store);
  expect(user.rows().findIndex((row, y) => y > 1 && row.includes('Hushed'))).toBe(5);
  expect(user.rows()[5]).toMatch(/○ SILENCED/);
});

longTest('S proposes a silence for the selected alert with a runbook of its source', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('7 z j S');
  expect(user.given).toEqual([['propose', 'silence-alert', { alert: 'PspErrorBudgetBurn' }]]);
});

test('S reports why it is unavailable: already silenced, no Alertmanager, a disabled source', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('7 z j j j j S');
  expect(user.rowWith('S: ')).toContain('already silenced');
  const off = { am: { type: 'alertmanager', problem: fault('unconfigured', 'AM_TOKEN is not set', 'am') } };
  for (const [sources, why] of [
    [{ prom: { type: 'prometheus' } }, 'this profile has no Alertmanager, so alerts cannot be silenced'],
    [off, 'am is unavailable: AM_TOKEN is not set'],
  ] as const) {
    const store = createFactsStore(frame({ system: 'shop', sources }));
    learn(store, feedInfo('prom/alerts', 'alerts'), { items: [alert('X', { source: 'prom' })] });
    const other = await lookAt(store);
    await other.press('S');
    expect(other.rowWith('S: ')).toContain(why);
    expect(other.given).toEqual([]);
  }
});

test('with focus, the narrow overview shows the selected alert', async () => {
  const user = await openCockpit({ size: [80, 24], scene: monitored() });
  await user.press('7');
  // Beside the circuit breakers, with all that are firing.
  expect(rowOf(user.rows(), '7 Alerts')).toMatch(
    /3 Circuit breakers .*▌7 Alerts {3}✗ 2 critical ▲ 2 warning/,
  );
  for (const alert of ['✗ ConsumerLagHigh', '✗ PspErrorBudgetBurn', '▲ SearchSlow', '▲ PodRestarting'])
    expect(rowOf(user.rows(), alert)).toMatch(/ \d+m *$/);
  expect(footer(user.rows())).toMatch(/^S silence /);
});

test('an inhibited alert that a matching runbook names is never folded, and names its runbook', async () => {
  const names = Array.from({ length: 30 }, (_, nth) => `Slow${nth}`);
  const inhibited = ['PspDown', ...names].map((name) => alert(name, { state: 'inhibited' }));
  const runbook = { ...closeBreaker, when: 'alert(PspDown) or any(breakers | state = open)' };
  const shown = async (fits: 'yes' | 'no') => {
    const user = await openCockpit({
      size: [120, 24],
      scene: {
        facts: alertsOf(answered(noon - 2000, [alert('Root', { severity: 'critical' }), ...inhibited])),
        cockpit: { ...shopCockpit, suggestions: [{ runbook, fits, why: '' }] },
      },
    });
    await user.press('7');
    return bodyOf(user.rows(), 'Alerts').join('\n');
  };
  const matching = await shown('yes');
  expect(matching).toMatch(/INHIBITED +PspDown/);
  expect(matching).toMatch(/muted .*30 inhibited/);
  const other = await shown('no');
  expect(other).not.toContain('PspDown');
  expect(other).toMatch(/muted .*31 inhibited/);
});
