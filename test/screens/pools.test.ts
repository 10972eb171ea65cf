import { expect, test } from 'vitest';
import type { Pool } from '../../src/kinds/pools/fact.ts';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { renderGauge } from '../../src/ui/kit/components/gauge.ts';
import { createTextPen } from '../../src/ui/kit/text/pen.ts';
import { longTest } from '../support/layer.ts';
import { feedInfo, frame, learn, noon, pool } from '../support/made-facts.ts';
import { cellOf, detailsOf, tableRows } from './support/screen.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { drawn, fitsEverySize } from './support/sizes.ts';
import { openCockpit, type Scene } from './support/user.ts';

const time = noon - 3000;
const every5s = { everyMs: 5000, staleMs: 15_000, timeoutMs: 3000 };

const session = (pid: number, application: string, more: Partial<DbSession> = {}): DbSession => ({
  source: 'pg',
  at: time,
  database: 'shop',
  pid,
  user: 'shop',
  state: 'active',
  waiting: '',
  blockedBy: [],
  query: 'SELECT * FROM orders WHERE id = $1',
  application,
  durationMs: 40,
  transactionMs: 40,
  ...more,
});

const hikari = (instance: string, service: string, more: Partial<Pool>): Pool =>
  pool('hikari', { service, instance, source: 'bus', at: time, ...more });

/** Two services whose pools may exceed the server's max_connections, and one without a known server. */
const crowded = (): Scene => {
  const store = createFactsStore(
    frame({
      system: 'shop',
      env: 'production',
      sources: {
        bus: { type: 'actuator', kinds: ['pools'] },
        pg: { type: 'postgres', kinds: ['sessions', 'pools'] },
      },
    }),
  );
  const pools: readonly Pool[] = [
    hikari('billing-0', 'billing', { active: 20, idle: 0, max: 60, pending: 0 }),
    hikari('orders-0', 'orders', { active: 9, idle: 31, max: 60, pending: 3 }),
    hikari('mail-0', 'mail', { active: 1, idle: 1, max: 5, pending: 0 }),
  ];
  const slots = pool('connections', {
    service: 'shop-db',
    instance: '',
    kind: 'postgres',
    source: 'pg',
    at: time,
    active: 31,
    idle: 32,
    max: 97,
  });
  const sessions: readonly DbSession[] = [
    session(41, 'billing', { state: 'idle in transaction', transactionMs: 845_000, query: 'UPDATE stock' }),
    session(42, 'billing', { blockedBy: [41], transactionMs: 12_000 }),
    session(50, 'orders'),
    session(60, 'reports', { transactionMs: 2_400_000, query: 'SELECT sum(amount) FROM payments' }),
  ];
  learn(store, feedInfo('bus/pools', 'pools', every5s), { items: pools }, time);
  learn(store, feedInfo('pg/pools', 'pools', every5s), { items: [slots] }, time);
  learn(store, feedInfo('pg/sessions', 'sessions', every5s), { items: sessions }, time);
  return { facts: store, cockpit: { ...shopCockpit, suggestions: [], messages: [] } };
};

test('pools that exceed max_connections are one row; opening it shows the connection holders', () => {
  const screen = drawn(crowded(), '5 z enter', [120, 36]);
  expect(cellOf(screen, 'Connection pools', 'over limit', 'POOL')).toBe('shop-db · 2 application pools');
  expect(cellOf(screen, 'Connection pools', 'over limit', 'MAX')).toBe('120/97');
  expect(detailsOf(screen, 'Connection pools', 'shop-db  billing')).toEqual([
    ' shop-db  billing, orders: at most 120 connections in total, shop-db allows 97: 23 over the limit',
    '   sessions per pool',
    '     billing-0 · hikari  20 active of 60',
    '     orders-0 · hikari  9 active of 60',
    '   connection holders',
    '        2 billing · 1 active, 1 idle in transaction, longest transaction 14m',
    '        1 orders · 1 active, longest transaction 0s',
    '        1 reports · 1 active, longest transaction 40m',
    '   not counted',
    '     opsdeck cannot tell which sessions on shop-db belong to mail-0',
  ]);
});

test('pools can be grouped by server, with sums', () => {
  const screen = drawn(crowded(), '5 z b', [120, 36]);
  const shown = tableRows(screen, 'Connection pools', 'shop-db  billing').map((row) =>
    ['Connection pools', 'POOL', 'IN USE', 'MAX'].map((head) =>
      cellOf(screen, 'Connection pools', row, head),
    ),
  );
  expect(shown).toEqual([
    ['▲ 3 pools', '▾ shop-db', '29', '120'],
    ['▲ over limit', 'shop-db · 2 application pools', '29', '120/97'],
    ['● OK', 'billing-0 · hikari', '20', '60'],
    ['● OK', 'orders-0 · hikari', '9', '60'],
    ['● OK', 'shop-db · connections', '31', '97'],
    ['● 1 pool', '▾ unknown server', '1', '5'],
    ['● OK', 'mail-0 · hikari', '1', '5'],
  ]);
});

test.each(['5 z enter', '5 z b'])('pools after %s fit every size', (keys) => {
  fitsEverySize(crowded(), keys, 'Connection pools');
});

test('an opened pool shows its connection holders and waiting threads', async () => {
  const user = await openCockpit({ scene: crowded() });
  await user.press('5 z /');
  await user.type('billing-0');
  await user.press('enter enter');
  expect(user.rowWith('on shop-db')).toContain('2 sessions of billing, 1 blocked');
  expect(user.rowWith('41 idle in transaction')).toContain('14m · UPDATE stock');
  expect(user.rowWith('42 active')).toContain('waits for 41');
});

longTest('a pool without session data says so', async () => {
  const user = await openCockpit({ scene: crowded() });
  await user.press('5 z /');
  await user.type('mail-0');
  await user.press('enter enter');
  expect(user.rowWith('no database session matches this pool')).toBeTruthy();
});

test('b cycles through server, service and kind, then ungroups step by step', async () => {
  const user = await openCockpit({ scene: crowded() });
  await user.press('5 z b');
  expect(user.rowWith('Connection pools: by server')).toBeTruthy();
  expect(user.rowWith('▾ unknown server')).toContain('1 pool');
  await user.press('b');
  expect(user.rowWith('▾ billing')).toBeTruthy();
  await user.press('h h');
  expect(user.rows().some((row) => row.includes('▸'))).toBe(true);
  await user.press('b');
  expect(user.rowWith('▾ postgres')).toBeTruthy();
  await user.press('b');
  expect(user.rows().some((row) => row.includes('▾'))).toBe(false);
});

test('the bar is proportional: one cell is the least of what is used, and only a full pool fills it', () => {
  const bar = (share: number | undefined): string =>
    renderGauge(createTextPen(false), share, 10, 'ok')
      .map(({ text }) => text)
      .join('');
  expect([0, 0.02, 0.3, 0.96, 1, 1.4, undefined].map(bar)).toEqual([
    '──────────',
    '━─────────',
    '━━━───────',
    '━━━━━━━━━─',
    '━━━━━━━━━━',
    '━━━━━━━━━━',
    '–',
  ]);
});

test('a limit has its place in the bar; beyond the end there are none', () => {
  const bar = (limit: number): string =>
    renderGauge(createTextPen(false), 0.5, 10, 'ok', limit)
      .map(({ text }) => text)
      .join('');
  expect([0.8, 1].map(bar)).toEqual(['━━━━━───┃─', '━━━━━─────']);
});

test('a narrow overview names pools without the port that their instances share, unless it tells them apart', async () => {
  const named = async (...instances: readonly string[]): Promise<readonly string[]> => {
    const { facts, ...scene } = shop();
    if (facts === undefined) throw new Error('the scene has no facts');
    const items = instances.map((instance) => hikari(instance, 'trading', { active: 10, idle: 0, max: 10 }));
    learn(facts, feedInfo('bus/pools', 'pools', every5s), { items }, time);
    const user = await openCockpit({ size: [120, 36], scene: { ...scene, facts } });
    return user.rows().flatMap((row) => /▲ (\S+) .*10\/10/.exec(row)?.[1] ?? []);
  };
  expect(await named('trade-0:8080', 'trade-1:8080')).toEqual(['trade-0', 'trade-1']);
  expect(await named('vm-1:8080', 'vm-1:8081')).toEqual(['vm-1:8080', 'vm-1:8081']);
});
