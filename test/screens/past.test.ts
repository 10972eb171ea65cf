import { expect, test } from 'vitest';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import type { TimeTravel } from '../../src/store/past/decode-state.ts';
import { features } from '../../src/ui/app/features.ts';
import { longTest } from '../support/layer.ts';
import { breaker, feedInfo, learn, noon } from '../support/made-facts.ts';
import { running } from './support/runs.ts';
import { bodyOf, cardOf, cellOf, footer, marks, tableRows, titles } from './support/screen.ts';
import { armed, shop } from './support/shop.ts';
import { keptShop, keptSince } from './support/stored-history.ts';
import { openCockpit } from './support/user.ts';

const sizes = [
  [80, 24],
  [120, 36],
  [200, 60],
] as const;

for (const size of sizes)
  longTest(`${size.join('×')}: every pane shows the past, and the screen names the time`, async () => {
    const user = await openCockpit({ size, scene: keptShop() });
    await user.press(': a t');
    await user.type(' -25m');
    await user.press('enter');
    expect(titles(user.rows())).toEqual([
      'Health',
      'Threshold matrix',
      'Circuit breakers',
      'Connection pools',
    ]);
    expect(new Set(marks(bodyOf(user.rows(), 'Health')))).toEqual(new Set(['●']));
    expect(footer(user.rows())).toMatch(/PAST$/);
    expect(user.rows()[0]).toContain('PAST 09:50:00');
    await user.press('.');
    expect(user.rows().join('\n')).not.toContain('PAST');
  });

longTest('keys step back and forward by a minute; at the newest time the view is live again', async () => {
  const user = await openCockpit({ scene: keptShop() });
  await user.press('<');
  expect(user.rows()[0]).toContain('PAST 10:14:00 · 1m07s ago · . live');
  await user.press('< <');
  expect(user.rows()[0]).toContain('PAST 10:12:00 · 3m07s ago');
  await user.press('>');
  expect(user.rows()[0]).toContain('PAST 10:13:00');
  await user.press('> >');
  expect(user.rows()[0]).not.toContain('PAST');
  await user.press('>');
  expect(user.rowWith('>: already live')).toBeTruthy();
});

test('the PAST mark is visible without color, under a card, and in narrow layouts', async () => {
  const user = await openCockpit({ size: [80, 24], color: 'none', scene: keptShop() });
  await user.press('<');
  expect(user.lookOf('PAST')).toMatchObject({ inverse: true });
  await user.press('?');
  expect(user.rows()[0]).toContain('PAST 10:14:00');
  await user.resize(60, 10);
  expect(user.rows()[0]).toMatch(/^ PAST +.*PRODUCTION.* 10:14:00 $/);
});

longTest('Threshold matrix ends at that time; environments without history say so', async () => {
  const user = await openCockpit({ size: [160, 40], scene: keptShop() });
  await user.press('2 z');
  await user.type(':at -25m');
  await user.press('enter');
  const heads = ['local', 'dev', 'staging', 'PRODUCTION'];
  const signals = tableRows(user.rows(), 'Threshold matrix', 'error rate %  OK');
  expect(
    signals.map((row) =>
      heads.map((head) => cellOf(user.rows(), 'Threshold matrix', row, head).slice(0, 10).trim()),
    ),
  ).toEqual([
    ['– not set', '– not set', '◇ no histo', '● OK 0.1 ▄'],
    ['– not set', '– not set', '◇ no histo', '● OK 61 ▅▅'],
    ['– not set', '– not set', '◇ no histo', '● OK 0.21'],
    ['– not set', '– not set', '◇ no histo', '● OK 301 ·'],
  ]);
  await user.press('1');
  const services = tableRows(user.rows(), 'Health', 'billing · production');
  expect(services).toHaveLength(6);
  for (const row of services) {
    expect(cellOf(user.rows(), 'Health', row, 'staging')).toBe('◇ no history');
    expect(cellOf(user.rows(), 'Health', row, 'PRODUCTION')).toMatch(/^● OK/);
  }
  expect(user.rowWith('billing')).toContain('◇ no history');
});

test('for a time before the history starts every pane says so, and the next key jumps to its start', async () => {
  const user = await openCockpit({ scene: keptShop(keptSince(20)) });
  await user.type(':at 03:10');
  await user.press('enter');
  expect(user.rows()[0]).toMatch(/PAST 03:10:00 · 7h05m ago · \. live .* no history/);
  expect(titles(user.rows())).toEqual([
    'Health',
    'Threshold matrix',
    'Consumer lag',
    'DB sessions',
    'Pods',
    'Circuit breakers',
    'Connection pools',
    'Alerts',
  ]);
  for (const title of titles(user.rows()))
    expect(bodyOf(user.rows(), title)[0], title).toMatch(/^ ◇ No history for 03:10 · > 09:55:15/);
  expect(user.rowWith('No history for 03:10 · > 09:55:15')).toBeTruthy();
  await user.press('<');
  expect(user.rowWith('no older data')).toBeTruthy();
  await user.press('>');
  expect(user.rows()[0]).toContain('PAST 09:55:15');
});

test('for such a time Problems and Changes say the same, without a row count', async () => {
  const user = await openCockpit({ scene: keptShop(keptSince(20)) });
  await user.type(':at 03:10');
  await user.press('enter');
  for (const [key, title] of [
    ['W', 'Problems'],
    ['J', 'Changes'],
  ] as const) {
    await user.press(key);
    expect(user.rows()[1]).toMatch(new RegExp(`^ ${title} +$`));
    expect(user.rowWith('No history for 03:10 · > 09:55:15')).toBeTruthy();
    expect(user.rows().join('\n')).not.toContain('opening');
  }
});

test('a pane shows how many rows have no history', async () => {
  const unkept = { workloads: { ok: 9960, other: 0 }, breakers: { ok: 1200, other: 3 } };
  const user = await openCockpit({ scene: keptShop(keptSince(60, { unkept })) });
  await user.press('< 3 z');
  expect(user.rowWith('1,200 OK and 3 not OK circuit breakers omitted from history')).toBeTruthy();
});

const refusal = 'showing 10:14:00: press . to return to live';

longTest('no key can act during time travel', async () => {
  const user = await openCockpit({ scene: keptShop() });
  await user.press('3 z <');
  for (const key of ['x', 'R', 'C', 'O', 'A', 'u']) {
    await user.press(key);
    expect(user.rowWith(`${key}: ${refusal}`), key).toBeTruthy();
  }
  await user.type(':run close-breaker name=psp');
  await user.press('enter');
  expect(user.rowWith(refusal)).toBeTruthy();
  await user.press('esc');
  await user.type(':arm because');
  await user.press('enter');
  expect(user.rowWith(refusal)).toBeTruthy();
  await user.press('esc');
  expect(user.given).toEqual([]);
  await user.press('. A');
  expect(user.rowWith('ARM')).toBeTruthy();
});

longTest('an active run keeps its live card and can be canceled', async () => {
  const scene = keptShop();
  const run = { ...running(), background: true };
  const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } } });
  await user.press('<');
  await user.press('R');
  expect(user.given).toEqual([['background', false]]);
  await user.happens(() => user.cockpit.setState({ run: { ...run, background: false } }));
  expect(cardOf(user)[0]).toMatch(/^◌ Running {2}Close a circuit breaker +DISRUPTIVE {2}0:37$/);
  expect(cardOf(user).at(-1)).toMatch(/^ctrl-c stop waiting \(sent calls are not undone\) .*esc background$/);
  expect(user.rows()[0]).toContain('PAST 10:14:00');
  await user.press('ctrl-c');
  expect(user.given.at(-1)).toEqual(['cancel']);
});

test('a new critical finding is reported, and the past view does not change', async () => {
  const scene = keptShop();
  const user = await openCockpit({ scene });
  await user.press('< x');
  const before = user.rows().slice(2, -2);
  const bus = feedInfo('bus/queue', 'breakers', { everyMs: 5000, staleMs: 60_000 });
  const item = (state: 'closed' | 'open', time: number) =>
    breaker('cart', { instance: 'cart-0', state, at: time });
  const { facts } = scene;
  if (facts === undefined) throw new Error('the shop has facts');
  await user.happens(() => learn(facts, bus, { items: [item('closed', noon + 1000)] }, noon + 1000));
  await user.happens(() => learn(facts, bus, { items: [item('open', noon + 2000)] }, noon + 2000));
  expect(user.rowWith('LIVE')).toContain('✗ critical since: breakers: cart-0 · cart');
  expect(user.rows().slice(2, -2)).toEqual(before);
});

test('journal changes are stops, and panes see entries up to that time', async () => {
  const entry = (minutes: number, change: string) =>
    ({
      at: noon - minutes * 60_000,
      kind: 'verdict',
      level: 'warn',
      what: 'b',
      change,
      source: 'bus',
    }) as const;
  const scene = keptShop();
  const journal = [entry(40, 'a'), entry(12, 'b')];
  const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, journal } } });
  await user.press('{');
  expect(user.rows()[0]).toContain('PAST 10:03:15');
  await user.press('{');
  expect(user.rows()[0]).toContain('PAST 09:35:15');
  await user.press('{');
  expect(user.rowWith('there is no earlier change in the journal')).toBeTruthy();
  await user.press('}');
  expect(user.rows()[0]).toContain('PAST 10:03:15');
  await user.press('}');
  expect(user.rows()[0]).not.toContain('PAST');
});

test('opening another environment returns to live; without history the keys give the reason', async () => {
  const user = await openCockpit({ scene: keptShop() });
  await user.press('< e j enter');
  expect(user.given).toEqual([['openEnvironment', expect.any(String)]]);
  expect(user.rows()[0]).not.toContain('PAST');
  const off = await openCockpit({ scene: shop() });
  await off.press('<');
  expect(off.rowWith('history is off in config.yaml, so there is no earlier data')).toBeTruthy();
  await off.type(':at nonsense');
  await off.press('enter');
  expect(off.rows().join('\n')).not.toContain('PAST 1');
});

longTest('the past is masked in share mode, including names that no longer exist', async () => {
  const kept = keptSince(60);
  const session: DbSession = {
    source: 'ledger',
    database: 'ledger',
    pid: 4711,
    user: 'anna.lindqvist',
    state: 'active',
    waiting: '',
    blockedBy: [],
    query: 'select 1',
    at: noon,
  };
  const known = { items: [session], samples: [], began: noon, at: noon };
  const feed = feedInfo('ledger/sessions', 'sessions', { staleMs: 10 ** 12 });
  const past: TimeTravel = {
    ...kept,
    snapshotAt: (place, live, moment) => {
      const snapshot = kept.snapshotAt(place, live, moment);
      if (snapshot.is !== 'kept') return snapshot;
      const sessions = { feed, known, faults: [], losses: 0, doing: { is: 'idle' } } as const;
      const feeds = { ...snapshot.state.feeds, 'ledger/sessions': sessions };
      return { ...snapshot, state: { ...snapshot.state, feeds } };
    },
  };
  const user = await openCockpit({ size: [160, 40], scene: keptShop(past) });
  await user.press('< D z');
  expect(user.rowWith('anna.lindqvist')).toBeTruthy();
  await user.press('s');
  expect(user.rows().join('\n')).not.toContain('lindqvist');
  expect(user.rows()[0]).toContain('SHARED');
  expect(user.rows()[0]).toContain('PAST 10:14:00');
});

longTest('runbook matches are not shown for the past', async () => {
  const user = await openCockpit({ scene: keptShop() });
  const id = features.panes.all().find(({ title }) => title === 'Runbooks')?.id;
  await user.type(`:${id}`);
  await user.press('enter');
  const live = user.rowWith('Close a circuit breaker');
  await user.press('<');
  expect(user.rowWith('Close a circuit breaker')).not.toBe(live);
  expect(cellOf(user.rows(), 'Runbooks', 'Close a circuit breaker', 'Runbooks')).toBe('○ manual');
  expect(user.rowWith('runbooks are matched against live data only: return to live data first')).toBeTruthy();
});
