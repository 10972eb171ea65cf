import { expect, test } from 'vitest';
import type { FactsFrame } from '../../src/store/facts.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { breaker, fault, feedInfo, frame, health, learn, noon, sample, spec } from '../support/made-facts.ts';

const breakers = feedInfo('bus/breakers', 'breakers');
const probe = feedInfo('bus/health', 'health', {
  probe: true,
  expects: [{ service: 'event-bus', instance: 'bus-0' }],
});
const metrics = feedInfo('bus/metrics', 'samples', { signals: ['q'] });
const later = noon + 60_000;

const storeOf = (more: Partial<FactsFrame> = {}): FactsStore => createFactsStore(frame(more));
const take = (store: FactsStore, now = noon) => buildSnapshot(store.getState(), now);
const open = (store: FactsStore, ...feeds: (typeof breakers)[]): void =>
  store.apply([{ is: 'opened', feeds }], noon);

test('rows have a level, a stale flag and a since time', () => {
  const store = storeOf({ limits: { breakers: { disabled: 'ok' } } });
  learn(store, breakers, {
    items: [breaker('psp', { state: 'open' }), breaker('old', { state: 'disabled' })],
  });
  expect(take(store).kinds.breakers).toMatchObject({
    rows: [
      { fact: { name: 'psp' }, level: 'crit', stale: false, since: noon, feed: 'bus/breakers' },
      { fact: { name: 'old' }, level: 'ok' },
    ],
    faults: [],
    isProvided: true,
    waiting: 0,
  });
});

test('a stale row is unknown', () => {
  const store = storeOf();
  learn(store, breakers, { items: [breaker('psp')] });
  expect(take(store).level).toBe('ok');
  expect(take(store, later).kinds.breakers.rows).toMatchObject([{ level: 'unknown', stale: true }]);
  expect(take(store, later).level).toBe('unknown');
});

test('rows with equal identity get different keys', () => {
  const store = storeOf();
  learn(store, breakers, { items: [breaker('psp'), breaker('psp')] });
  expect(new Set(take(store).kinds.breakers.rows.map((row) => row.key)).size).toBe(2);
});

test('lists each fault once, next to the rows that were read', () => {
  const store = storeOf();
  learn(store, breakers, { items: [breaker('psp')], faults: [fault('denied')] });
  learn(store, feedInfo('bus/breakers@2', 'breakers'), { faults: [fault('denied')] });
  expect(take(store).kinds.breakers.rows).toHaveLength(1);
  expect(take(store).kinds.breakers.faults).toEqual([fault('denied')]);
  expect(take(store).faults).toEqual([fault('denied')]);
});

test('a kind without a source is not polled; a kind without a reading is waiting', () => {
  const store = storeOf();
  open(store, breakers);
  expect(take(store).kinds.breakers).toMatchObject({ isProvided: true, waiting: 1, rows: [], faults: [] });
  expect(take(store).kinds.pools).toMatchObject({ isProvided: false, waiting: 0, rows: [], faults: [] });
});

test('a declared kind is waiting before its source is open', () => {
  const store = storeOf({ sources: { bus: { type: 'actuator', kinds: ['breakers'] } } });
  expect(take(store).kinds.breakers).toMatchObject({ isProvided: true, waiting: 1 });
  expect(take(store).level).toBe('unknown');
});

test('a source without a token makes only its own kinds incomplete', () => {
  const problem = fault('unconfigured', 'BUS_TOKEN is not set', 'dark');
  const sources = { bus: { type: 'actuator' }, dark: { type: 'actuator', problem } };
  const store = storeOf({ sources });
  learn(store, breakers, { items: [breaker('psp')] });
  learn(store, feedInfo('am/alerts', 'alerts', { source: 'am' }), {});
  const { kinds, faults, level } = take(store);
  expect(kinds.breakers.faults).toEqual([problem]);
  expect(kinds.alerts.faults).toEqual([]);
  expect(kinds.pools.faults).toEqual([problem]);
  expect(faults).toEqual([problem]);
  expect(level).toBe('unknown');
});

test('an on-demand feed does not count as waiting', () => {
  const store = storeOf();
  open(store, feedInfo('bus/breakers@detail', 'breakers', { everyMs: 0 }));
  expect(take(store).kinds.breakers).toMatchObject({ isProvided: false, waiting: 0 });
});

test('lists every configured check, also before its first read and after a failed one', () => {
  const store = storeOf();
  open(store, probe);
  const row = () => take(store).kinds.health.rows;
  expect(row()).toMatchObject([
    {
      level: 'unknown',
      fact: { service: 'event-bus', instance: 'bus-0', status: 'unknown', detail: 'not read yet' },
    },
  ]);
  learn(store, probe, { faults: [fault('denied', 'bus requires a login')] });
  expect(row()).toMatchObject([
    { fact: { service: 'event-bus', status: 'unknown', detail: 'bus requires a login' } },
  ]);
  learn(store, probe, { items: [health('event-bus', { instance: 'bus-0' })] });
  expect(row()).toMatchObject([{ level: 'ok', fact: { status: 'up' } }]);
});

test.each([
  [
    feedInfo('bus/health@api', 'health', { name: 'health', instance: 'api', probe: true }),
    { service: 'bus', instance: 'api' },
  ],
  [feedInfo('bus/api', 'health', { probe: true }), { service: 'api', instance: '' }],
])('a probe without expected rows is listed by name', (feed, expected) => {
  const store = storeOf();
  open(store, feed);
  expect(take(store).kinds.health.rows).toMatchObject([{ fact: expected }]);
});

test('lists the checks of a disabled source', () => {
  const problem = fault('unconfigured', 'API_URL is not set', 'api');
  const expects = [{ service: 'gateway', instance: '' }];
  const store = storeOf({ sources: { api: { type: 'http', problem, kinds: ['health'], expects } } });
  expect(take(store).kinds.health.rows).toMatchObject([
    {
      level: 'unknown',
      fact: { service: 'gateway', status: 'unknown', detail: 'API_URL is not set', source: 'api' },
    },
  ]);
});

test('the same state and time return the same snapshot; unchanged rows keep their identity', () => {
  const store = storeOf();
  learn(store, breakers, { items: [breaker('psp')] });
  const first = take(store);
  expect(take(store)).toBe(first);
  expect(take(store, noon + 1000).kinds.breakers.rows[0]).toBe(first.kinds.breakers.rows[0]);
});

test('a signal always has a row', () => {
  const store = storeOf({ signals: [spec('q', { threshold: { warn: { op: '>=', value: 100 } } })] });
  const row = () => take(store).signals;
  expect(row()).toMatchObject([{ key: 'q', level: 'unknown', labels: {} }]);
  open(store, metrics);
  expect(row()).toMatchObject([{ level: 'unknown' }]);
  learn(store, metrics, { faults: [fault('timeout')] });
  expect(row()).toMatchObject([{ level: 'unknown', fault: { kind: 'timeout' } }]);
  learn(store, metrics, { samples: [sample('q', undefined, { why: 'no such metric' })] });
  expect(row()).toMatchObject([{ level: 'unknown', fault: { kind: 'missing', message: 'no such metric' } }]);
  learn(store, metrics, { samples: [sample('q', 500)] });
  expect(row()).toMatchObject([{ level: 'warn', value: 500, at: noon, stale: false, unit: 'ms' }]);
  expect(row()[0]).not.toHaveProperty('fault');
  expect(buildSnapshot(store.getState(), later).signals).toMatchObject([
    { level: 'unknown', value: 500, stale: true, verdict: { since: noon + 15_000, why: 'last read 1m ago' } },
  ]);
});

test.each([
  [
    'its source is disabled',
    { sources: { bus: { type: 'http', problem: fault('unconfigured') } } },
    'unconfigured',
  ],
  [
    'its own configuration is incomplete',
    { signals: [spec('q', { problem: fault('unconfigured') })] },
    'unconfigured',
  ],
  ['no source reads it', { signals: [spec('q', { source: '' })] }, 'missing'],
])('a signal is unknown, with the reason, when %s', (_, more, kind) => {
  const store = storeOf({ signals: [spec('q')], ...more });
  expect(take(store).signals).toMatchObject([{ level: 'unknown', fault: { kind } }]);
});

test('each series of a signal is a row', () => {
  const store = storeOf({ signals: [spec('q')] });
  learn(store, metrics, { samples: ['a', 'b'].map((pod) => sample('q', 5, { labels: { pod } })) });
  expect(take(store).signals.map((row) => row.key)).toEqual(['q{pod=a}', 'q{pod=b}']);
});

test('an instance without an answer keeps its row', () => {
  const store = storeOf({ signals: [spec('q')] });
  const feedOf = (instance: string) =>
    feedInfo(`bus/metrics@${instance}`, 'samples', { instance, signals: ['q'] });
  open(store, feedOf('a'), feedOf('b'));
  learn(store, feedOf('a'), { samples: [sample('q', 5, { labels: { instance: 'a' } })] });
  learn(store, feedOf('b'), { faults: [fault('timeout')] });
  expect(take(store).signals).toMatchObject([
    { labels: { instance: 'a' }, value: 5 },
    { labels: { instance: 'b' }, level: 'unknown', fault: { kind: 'timeout' } },
  ]);
});

const alerts = feedInfo('am/alerts', 'alerts', { source: 'am' });
const firing = { source: 'am', at: noon, name: 'Down', severity: 'page', labels: {}, summary: '' };
const sessions = feedInfo('bus/sessions', 'sessions');

test.each([
  ['everything is ok', [[breakers, { items: [breaker('psp')] }]], 'ok'],
  ['a breaker is open', [[breakers, { items: [breaker('psp', { state: 'open' })] }]], 'crit'],
  ['the table has no rows', [[breakers, {}]], 'ok'],
  ['a source times out', [[breakers, { faults: [fault('timeout')] }]], 'unknown'],
  [
    'one of two feeds is denied',
    [
      [breakers, { faults: [fault('denied')] }],
      [probe, { items: [health('event-bus', { instance: 'bus-0' })] }],
    ],
    'unknown',
  ],
  [
    'the source lacks the kind',
    [
      [breakers, { faults: [fault('missing')] }],
      [probe, { items: [health('event-bus', { instance: 'bus-0' })] }],
    ],
    'ok',
  ],
  ['a reading is partial', [[breakers, { items: [breaker('psp')], faults: [fault('denied')] }]], 'ok'],
  ['a paging alert fires', [[alerts, { items: [{ ...firing, state: 'firing' }] }]], 'crit'],
  [
    'a paging alert is silenced',
    [
      [breakers, {}],
      [alerts, { items: [{ ...firing, state: 'silenced' }] }],
    ],
    'ok',
  ],
  [
    'another environment is down',
    [
      [breakers, {}],
      [feedInfo('bus/across', 'health'), { items: [health('api', { env: 'dev', status: 'down' })] }],
    ],
    'ok',
  ],
  [
    'sessions are denied',
    [
      [breakers, {}],
      [sessions, { faults: [fault('denied')] }],
    ],
    'ok',
  ],
] as const)('overall level when %s: %s', (_, readings, level) => {
  const store = storeOf();
  for (const [feed, batch] of readings) learn(store, feed, batch);
  expect(take(store).level).toBe(level);
});

test('a profile without sources is unknown', () => {
  expect(take(storeOf({ sources: {} })).level).toBe('unknown');
});
