import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/kinds/alerts/fact.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  noon,
  pool,
  sample,
  spec,
} from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

const sceneOf = (facts: FactsStore): Scene => ({
  facts,
  cockpit: { ...shopCockpit, suggestions: [], messages: [] },
});

const lookAt = (facts: FactsStore, size: readonly [number, number]): Promise<User> =>
  openCockpit({ size, scene: sceneOf(facts) });

const checks = feedInfo('api/health', 'health', { staleMs: 15_000 });
const alertsFeed = feedInfo('am/alerts', 'alerts', { source: 'am' });

const alert: Alert = {
  source: 'am',
  at: noon,
  name: 'PaymentsDown',
  severity: 'critical',
  state: 'firing',
  since: noon - 720_000,
  labels: {},
  summary: '',
};

/** Everything is down or over its limit at the first reading, three seconds ago. */
const brokenAtStart = (): FactsStore => {
  const signals = [spec('errors', { title: 'errors', threshold: { crit: { op: '>=', value: 5 } } })];
  const store = createFactsStore(frame({ signals, sources: { ledger: { type: 'http' } } }));
  const time = noon - 3000;
  learn(store, checks, { items: [health('billing', { status: 'down', at: time })] }, time);
  learn(
    store,
    feedInfo('bus/breakers', 'breakers'),
    { items: [breaker('psp', { state: 'open', at: time })] },
    time,
  );
  learn(
    store,
    feedInfo('bus/lag', 'lag'),
    { items: [lag('mails', { motion: 'stalled', lag: 9, at: time })] },
    time,
  );
  learn(
    store,
    feedInfo('bus/pools', 'pools'),
    { items: [pool('hikari', { active: 9, max: 9, pending: 3, at: time })] },
    time,
  );
  learn(
    store,
    feedInfo('prom/errors', 'samples', { signals: ['errors'] }),
    { samples: [sample('errors', 9, { at: time })] },
    time,
  );
  learn(store, alertsFeed, { items: [alert] }, time);
  learn(
    store,
    feedInfo('ledger/health', 'health', { source: 'ledger' }),
    { faults: [{ ...fault('timeout', 'no answer', 'ledger'), at: time }] },
    time,
  );
  return store;
};

describe('a problem that was already there when opsdeck started', () => {
  test.each([
    [80, 24],
    [110, 36],
  ] as const)('has lasted at least since then in Problems, at %i×%i', async (columns, rows) => {
    const user = await lookAt(brokenAtStart(), [columns, rows]);
    await user.press('W');
    for (const name of ['billing', 'psp', 'mails', 'hikari', 'errors', 'ledger'])
      expect(
        user.rows().find((row, y) => y > 1 && row.includes(name)),
        name,
      ).toMatch(/≥3s/);
  });

  test('began when its source says so', async () => {
    const user = await lookAt(brokenAtStart(), [120, 36]);
    await user.press('W');
    expect(user.rowWith('PaymentsDown')).toMatch(/ 12m/);
    expect(user.rowWith('PaymentsDown')).not.toContain('≥');
  });

  test('has lasted at least since then in Health', async () => {
    const user = await lookAt(brokenAtStart(), [80, 24]);
    expect(user.rows().find((row) => /✗ billing/.test(row))).toMatch(/ ≥3s *$/);
  });

  test('is drawn in ASCII, too', async () => {
    const user = await openCockpit({ size: [80, 24], scene: sceneOf(brokenAtStart()), ascii: true });
    expect(user.rows().find((row) => /X billing/.test(row))).toMatch(/ >=3s *$/);
  });

  test.each([
    ['2', /errors .* ≥3s/],
    ['3', /✗ OPEN .*psp .* ≥3s *$/],
    ['4', /▲ . mails .* ≥3s *$/],
    ['5', /✗ exhausted .* ≥3s *$/],
  ])('has lasted at least since then in pane %s', async (pane, row) => {
    const user = await lookAt(brokenAtStart(), [80, 24]);
    await user.press(`${pane} z`);
    expect(user.rows().join('\n')).toMatch(new RegExp(row.source, 'm'));
  });

  longTest('is explained with the time since which it has been seen', async () => {
    const user = await lookAt(brokenAtStart(), [120, 36]);
    await user.press('1 z');
    expect(user.rowWith('billing · production')).toContain('CRIT for ≥3s seen since 10:15:04');
    await user.press('?');
    expect(user.rowWith('seen since')).toContain('10:15:04, ≥3s ago');
  });
});

test('a problem whose beginning was read has its exact age', async () => {
  const store = brokenAtStart();
  learn(store, checks, { items: [health('billing', { status: 'up', at: noon - 2000 })] }, noon - 2000);
  learn(store, checks, { items: [health('billing', { status: 'down', at: noon - 1000 })] }, noon - 1000);
  const user = await lookAt(store, [110, 36]);
  await user.press('1 z');
  expect(user.rowWith('billing · production')).toContain('CRIT for 1s since 10:15:06');
  await user.press('W');
  expect(user.rowWith('1 Health    billing')).toMatch(/ 1s/);
});

test('a source that was lost after a good reading has its exact age', async () => {
  const store = brokenAtStart();
  learn(
    store,
    checks,
    { faults: [{ ...fault('timeout', 'no answer', 'api'), at: noon - 1000 }] },
    noon - 1000,
  );
  const user = await lookAt(store, [110, 36]);
  await user.press('W');
  expect(user.rowWith('no answer · r refresh')).toMatch(/ 1s/);
});
