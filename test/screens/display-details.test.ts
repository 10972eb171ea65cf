import { expect, test } from 'vitest';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  learn,
  noon,
  pool,
  sample,
  spec,
} from '../support/made-facts.ts';
import { proposed, running } from './support/runs.ts';
import { armed, shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const quiet = { ...shopCockpit, suggestions: [], messages: [] };

const lookAt = (facts: FactsStore, size: readonly [number, number] = [80, 24]): Promise<User> =>
  openCockpit({ size, scene: { facts, cockpit: quiet } });

const api = feedInfo('api/health', 'health', { everyMs: 5000, staleMs: 60_000 });
const bus = feedInfo('bus/samples', 'samples', { signals: ['queue', 'heap', 'load'] });

/** A value beyond its limit whose `for:` has not elapsed. */
const pendingFacts = (): FactsStore => {
  const limits = { crit: { op: '>=', value: 5 }, forMs: 60_000 } as const;
  const store = createFactsStore(
    frame({
      system: 'shop',
      signals: [
        spec('heap', { title: 'heap', unit: '%', threshold: { crit: { op: '>=', value: 90 } } }),
        spec('load', { title: 'load', unit: '', threshold: { crit: { op: '>=', value: 90 } } }),
        spec('queue', { title: 'queue', unit: '', threshold: limits }),
      ],
    }),
  );
  const samples = [sample('queue', 7), sample('heap', 61), sample('load', 1)];
  learn(store, bus, { samples: samples.map((currentSample) => ({ ...currentSample, at: noon })) });
  return store;
};

test('a pending level is counted, sorted before OK, and not folded', async () => {
  const store = pendingFacts();
  learn(store, api, { items: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => health(name)) });
  learn(store, feedInfo('bus/breakers', 'breakers'), {
    items: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => breaker(name)),
  });
  const user = await lookAt(store);
  expect(user.rows()[1]).toContain('▲ 1 ');
  expect(user.rows()[1]).toMatch(/^▌ ▲ No problem yet, but queue is beyond the limit/);
  const title = user.rows().findIndex((row) => row.includes('2 Threshold matrix'));
  expect(user.rows()[title + 1]).toMatch(/▲ queue +7 /);
  expect(user.rows()[title + 2]).toContain('2 more');
});

longTest('a count of one is in the singular', async () => {
  const store = createFactsStore(frame({ system: 'shop' }));
  learn(store, api, { items: [health('billing', { httpStatus: 200, latencyMs: 9 })] });
  learn(store, feedInfo('bus/breakers', 'breakers'), { items: [breaker('psp')] });
  learn(store, feedInfo('bus/pools', 'pools'), { items: [pool('hikari')] });
  const user = await lookAt(store);
  await user.press('/');
  await user.type('bill');
  await user.press('enter z');
  expect(user.rowWith('1 Health')).toContain('1 of 1 matches /bill/');
});

longTest('clock and columns stay in place when an age or latency gets another digit', async () => {
  const store = createFactsStore(frame({ system: 'shop' }));
  const seen = (latencyMs: number, time: number): void =>
    learn(store, api, { items: [health('billing', { httpStatus: 200, latencyMs, at: time })] }, time);
  seen(9, noon);
  const user = await lookAt(store, [120, 36]);
  await user.press('z');
  const columns = (): readonly number[] => [
    user.rows()[0]?.indexOf('10:15') ?? -1,
    user.rowWith('● billing').search(/\ds /),
  ];
  const before = columns();
  await user.wait('9s');
  await user.wait('3s');
  expect(user.rows()[0]).toContain('data 12s old');
  expect(user.rowWith('● billing')).toContain('  9ms 12s');
  await user.happens(() => seen(410, noon + 12_000));
  expect(user.rowWith('● billing')).toContain('410ms  0s');
  expect(columns()).toEqual(before);
});

longTest('a long reason is cut before the location', async () => {
  const scene = shop();
  const reason = 'the payment provider has been down since ten and its status page says so too';
  const arming = { ...armed, reason };
  for (const size of [
    [80, 24],
    [120, 36],
  ] as const) {
    const user = await openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, arming } } });
    expect(user.rows()[0]).toMatch(
      /^ ▲ ARMED {2}PRODUCTION .*14:52 left · "the.* prod-eu-1\/shop .*A disarm $/,
    );
  }
});

longTest('messages about keys have a time, like every message', async () => {
  const user = await openCockpit({ size: [80, 24], scene: shop() });
  await user.press('r');
  expect(user.rowWith('refreshing all sources')).toMatch(/^ 10:15:07 {2}refreshing/);
  await user.wait('60s');
  const message = { at: noon + 60_000, level: 'ok' as const, text: 'bus-1: down → up' };
  await user.happens(() => user.cockpit.setState({ messages: [message] }));
  expect(user.rowWith('bus-1: down → up')).toMatch(/^ 10:16:07 {2}bus-1/);
});

test('a warning stays for 20 s while less severe changes arrive', async () => {
  const user = await openCockpit({ size: [80, 24], scene: shop() });
  const warning = { at: noon, level: 'warn', text: 'history.db is corrupt' } as const;
  const change = (level: 'ok' | 'crit', time: number) =>
    ({ at: time, level, text: `bus-1: changed to ${level}`, inJournal: true }) as const;
  const show = (...messages: readonly (typeof warning | ReturnType<typeof change>)[]): Promise<void> =>
    user.happens(() => user.cockpit.setState({ messages }));
  await show(warning, change('ok', noon));
  expect(user.rowWith('history.db is corrupt')).toBeTruthy();
  await show(warning, change('crit', noon));
  expect(user.rowWith('bus-1: changed to crit')).toBeTruthy();
  await show({ ...warning, at: noon - 20_000 }, change('ok', noon));
  expect(user.rowWith('bus-1: changed to ok')).toBeTruthy();
});

longTest('beside a run in the background the newest message is shown if there is room', async () => {
  const scene = shop();
  const cockpit = { ...scene.cockpit, run: running({ background: true }) };
  const user = await openCockpit({ size: [120, 36], scene: { ...scene, cockpit } });
  expect(user.rowWith('running 0:')).toContain('10:14:58  breaker billing-1');
  await user.resize(80, 24);
  expect(user.rowWith('running 0:')).not.toContain('10:14:58');
});

longTest(
  'before an environment is open, keys that need one wait for it, say so and are not in the footer',
  async () => {
    const user = await openCockpit({ size: [120, 36] });
    for (const [key, waiting] of [
      ['R', 'R'],
      ['A', 'R A'],
      ['r', 'R A r'],
    ] as const) {
      await user.press(key);
      expect(user.rowWith(`${waiting}: when the environment is open`)).toBeTruthy();
    }
    expect(user.rows().at(-1)).not.toMatch(/runbook|arm|ask now/);
    expect(user.given).toEqual([]);
  },
);

test('while text is typed the footer offers no letter keys', async () => {
  const user = await openCockpit({ size: [80, 24], scene: shop() });
  for (const [keys, footer] of [
    ['ctrl-p', 'enter run  esc close'],
    ['esc A', 'enter arm  esc stay read-only'],
    ['esc ? /', 'enter keep  esc clear'],
    ['esc esc /', 'enter keep  esc clear'],
  ] as const) {
    await user.press(keys);
    expect(user.rows().at(-1)?.trim()).toMatch(new RegExp(`^${footer}$`));
  }
});

longTest('while armed, the footer shows that A disarms', async () => {
  const scene = shop();
  const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed } } });
  expect(user.rows().at(-1)).toContain('A disarm');
  expect(user.rows().at(-1)).not.toContain('A arm');
  await user.press('A');
  expect(user.given).toEqual([['disarm']]);
});

test('when every source is lost the header shows the age of the remaining data', async () => {
  const store = createFactsStore(
    frame({ system: 'shop', sources: { api: { type: 'http', kinds: ['health'] } } }),
  );
  const user = await lookAt(store);
  expect(user.rows()[0]).toContain('no data yet');
  await user.happens(() => {
    learn(store, api, { items: [health('billing')] }, noon - 300_000);
    learn(store, api, { faults: [{ ...fault('timeout', 'no answer in 3s', 'api'), at: noon }] }, noon);
  });
  expect(user.rows()[0]).toContain('no new data for 5m, 1 fault');
});

test('stale circuit breakers are counted separately', async () => {
  const store = createFactsStore(frame({ system: 'shop' }));
  const open = (name: string) => breaker(name, { state: 'open' });
  learn(store, feedInfo('bus/breakers', 'breakers'), { items: [open('psp'), open('mail')] });
  learn(store, feedInfo('old/breakers', 'breakers'), { items: [open('stock')] }, noon - 60_000);
  const user = await lookAt(store);
  expect(user.rowWith('3 Circuit breakers')).toMatch(/✗ 2 open ~ 1 open/);
});

longTest('an opened last response is complete', async () => {
  const store = createFactsStore(frame({ system: 'shop' }));
  const detail = `broker DOWN: connection refused by ${'the-broker-of-all '.repeat(6)}and-then-the-end`;
  learn(store, api, { items: [health('bus', { status: 'down', httpStatus: 503, detail })] });
  const user = await lookAt(store);
  await user.press('z');
  expect(user.rows().join('\n')).not.toContain('and-then-the-end');
  await user.press('enter');
  expect(user.rows().join('\n')).toContain('and-then-the-end');
});

test('of several checks and calls, one more is shown uncounted; more are counted', async () => {
  const scene = shop();
  const withLines = (count: number) => {
    const run = proposed();
    const lines = Array.from({ length: count }, (_, index) => `line ${index}`);
    const diagnosis = { d1: { title: 'What psp says', lines, faults: [], done: true } };
    return { ...scene, cockpit: { ...scene.cockpit, run: { ...run, diagnosis } } };
  };
  const three = await openCockpit({ size: [120, 36], scene: withLines(3) });
  expect(three.rowWith('line 2')).toBeTruthy();
  const four = await openCockpit({ size: [120, 36], scene: withLines(4) });
  expect(four.rowWith('2 more lines · tab shows all')).toBeTruthy();
  await four.press('tab end');
  expect(four.rowWith('line 3')).toBeTruthy();
  expect(four.rowWith('esc cancel')).toContain('tab short');
});

const unit = (node: string): Workload => ({
  source: 'hosts',
  at: noon,
  kind: 'unit',
  namespace: '',
  name: 'eventmesh-api',
  owner: '',
  node,
  status: 'failed',
  ready: 0,
  wanted: 1,
});

test('Problems distinguishes units of one name by their hosts, as Pods does', async () => {
  const store = createFactsStore(frame({ system: 'mesh' }));
  learn(store, feedInfo('hosts/units', 'workloads', { staleMs: 60_000 }), {
    items: [unit('vm-1'), unit('vm-2')],
  });
  const user = await lookAt(store, [110, 36]);
  await user.press('W');
  for (const node of ['vm-1', 'vm-2']) expect(user.rowWith(`eventmesh-api ${node}`)).toContain('CRIT');
});

test('a source with partial data shows the start of its fault, not the last poll', async () => {
  const store = createFactsStore(frame({ system: 'mesh' }));
  const probe = feedInfo('edge/health', 'health', { everyMs: 5000, staleMs: 60_000 });
  const down = { items: [health('edge', { status: 'down', at: noon })] };
  for (const ago of [240_000, 120_000, 5000])
    learn(
      store,
      probe,
      { ...down, faults: [{ ...fault('unreachable', 'cut', 'edge'), at: noon - ago }] },
      noon - ago,
    );
  const user = await lookAt(store, [110, 36]);
  await user.press('W');
  expect(user.rows().find((row) => /no data +.* edge /.test(row))).toMatch(/≥4m/);
});

test('without room, a cut name keeps its end', async () => {
  const store = createFactsStore(frame({ system: 'shop' }));
  const names = ['event-bus-service-7d7495464-n7mk9', 'event-bus-service-7d7495464-vsxtr'];
  learn(store, feedInfo('k8s/pods', 'workloads', { staleMs: 60_000 }), {
    items: names.map((name): Workload => ({ ...unit('n1'), kind: 'pod', name })),
  });
  const user = await lookAt(store, [80, 24]);
  for (const key of ['6', 'W']) {
    await user.press(key);
    for (const end of ['n7mk9', 'vsxtr']) expect(user.rows().slice(2).join('\n')).toMatch(`-${end} `);
  }
});

longTest('a maximized pane that shows part of its rows shows their range', async () => {
  const store = createFactsStore(frame({ system: 'shop' }));
  const items = Array.from({ length: 40 }, (_, index) => breaker(`b${index}`, { state: 'open' }));
  learn(store, feedInfo('bus/breakers', 'breakers', { staleMs: 60_000 }), { items });
  const user = await lookAt(store);
  await user.press('3 z');
  const first = /rows 1 to (\d+) of 40/.exec(user.rowWith('of 40'))?.[1];
  expect(user.rows().filter((row) => /^ ✗ OPEN/.test(row))).toHaveLength(Number(first));
  await user.press('G');
  expect(user.rowWith('to 40 of 40')).toBeTruthy();
  await user.resize(200, 60);
  expect(user.rows().join('\n')).not.toContain('of 40');
});

test('with enough room, Threshold matrix and Problems distinguish the series of a signal', async () => {
  const title = 'Scrape targets up';
  const limits = { crit: { op: '<', value: 1 } } as const;
  const store = createFactsStore(
    frame({ system: 'shop', signals: [spec('queue', { title, unit: '', threshold: limits })] }),
  );
  const samples = ['bus-0', 'bus-1'].map((instance) => sample('queue', 0, { labels: { instance } }));
  learn(store, feedInfo('bus/samples', 'samples', { signals: ['queue'] }), { samples });
  const user = await lookAt(store, [200, 60]);
  for (const key of ['0', '2', 'W']) {
    await user.press(key);
    // The second row of the screen shows the worst of them.
    const body = user.rows().slice(2).join('\n');
    for (const text of ['bus-0', 'bus-1']) expect(body).toContain(`${title} ${text} `);
  }
});

test('ctrl-c declines a question and does not quit', async () => {
  const scene = shop();
  const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, run: proposed() } } });
  await user.press('ctrl-c');
  expect(user.given).toEqual([['decline']]);
});
