import { expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { feedInfo, frame, learn, sample, spec } from '../support/made-facts.ts';
import { monitored } from './support/monitored.ts';
import { cellOf, detailsOf, headsOf, rowOf, type Screen } from './support/screen.ts';
import { shopCockpit } from './support/shop.ts';
import { drawn } from './support/sizes.ts';
import { openCockpit, type User } from './support/user.ts';

/** The labels left of a chart, from top to bottom, its bottom line, and its bars. */
const chartOf = (screen: Screen): { y: readonly string[]; x: readonly string[]; bars: readonly string[] } => {
  const details = detailsOf(screen, 'MATRIX', 'error rate %  CRIT');
  const [lines, axis = ''] = [details.slice(2, -1), details.at(-1)];
  return {
    y: lines.map((line) => line.slice(0, 10).trim()).filter((label) => label !== ''),
    x: axis.trim().split(/ +/),
    bars: lines.map((line) => line.slice(10)),
  };
};

test.each([
  [80, 24],
  [120, 36],
  [200, 60],
] as const)(
  'a chart at %ix%i has its thresholds on the left, its time axis below, and ends at the last value',
  (...size) => {
    const screen = drawn(monitored(), '2 z enter', size);
    const { y, x, bars } = chartOf(screen);
    expect(y).toEqual(['6.4', '≥ 5', '≥ 1', '0']);
    expect(x).toEqual(['-20m', '-10m', 'now']);
    // The error rate is highest at the end, so each row of bars starts further left than the one above.
    const begins = bars.map((row) => row.search(/[▁-█]/));
    expect(begins).toEqual(begins.toSorted((a, b) => b - a));
    expect(new Set(bars.map((row) => row.at(-1)))).toEqual(new Set(['█']));
    expect(rowOf(screen, 'min 0.1')).toContain(
      'min 0.1 · max 6.4 · last 6.4 · 80 values in 20m · since 1m49s',
    );
  },
);

test('w cycles through the time ranges and names the current one', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('2 z w');
  expect(user.rowWith('MATRIX: the last')).toContain('1h');
  // Most of the hour has no data: dots instead of bars.
  expect(user.rowWith(' error rate %')).toMatch(/CRIT 6\.4 +·{10}▁▁▁▃▅▇█ /);
  await user.press('w');
  expect(user.rowWith('MATRIX: the last')).toContain('6h');
  await user.press('w');
  expect(user.rowWith('MATRIX: the last')).toContain('20m');
});

/** The thresholds of each signal, in wide layouts. */
const limits = (user: User): readonly (readonly string[])[] =>
  ['error rate %', 'p99 s', 'settled /min', 'errors /s', 'heap %'].map((name) => [
    name,
    cellOf(user.rows(), 'MATRIX', name, 'WARN'),
    cellOf(user.rows(), 'MATRIX', name, 'CRIT'),
  ]);

test('t shows the thresholds of the selected environment, for one and for several environments', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('2 t');
  expect(user.rowWith('t:')).toContain('only in the full pane');
  await user.press('z t');
  expect(headsOf(user.rows(), 'MATRIX')).toEqual('local  dev  staging  PRODUCTION  WARN  CRIT');
  expect(limits(user)).toEqual([
    ['error rate %', '≥ 1', '≥ 5'],
    ['p99 s', '≥ 1.5', '≥ 4'],
    ['settled /min', '< 100', '–'],
    ['errors /s', '–', '–'],
    ['heap %', '≥ 85', '–'],
  ]);
  await user.press('t');
  expect(user.rows().join('\n')).not.toContain('≥ 1.5');
  await user.resize(80, 24);
  await user.press('t');
  expect(limits(user)).toEqual([
    ['error rate %', '≥ 1', '≥ 5'],
    ['p99 s', '≥ 1.5', '≥ 4'],
    ['settled /min', '< 100', '–'],
    ['errors /s', '–', '–'],
    ['heap %', '≥ 85', '–'],
  ]);
});

test('h and l select an environment: its details, its chart', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('2 z h h j');
  expect(user.rowWith('p99 s · dev')).toContain('OK  warn at ≥ 1.5, crit at ≥ 4 · prom, 4s ago');
  await user.press('enter');
  const chart = detailsOf(user.rows(), 'MATRIX', 'p99 s · dev');
  expect(chart.slice(0, 2)).toEqual([
    ' p99 s · dev  OK  0.181, within limits · prom, 4s ago',
    '   min 0.14 · max 0.22 · last 0.18 · 16 values in 20m · since 15m · warn at ≥ 1.5, crit at ≥ 4',
  ]);
  expect(chart.map((line) => line.slice(0, 10).trim()).filter((label) => /^[\d.]+$/.test(label))).toEqual([
    '0.22',
    '0.14',
  ]);
  await user.press('l l l esc');
  expect(user.rowWith(' p99 s  ')).not.toContain('·  dev');
});

test('signals that an environment lacks or denies are marked as such', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('2 z h h h j j');
  expect(user.rowWith('settled /min · local')).toContain('not set: signal not defined in this environment');
  await user.press('l l j j');
  expect(user.rowWith('heap % · staging')).toContain('UNKNOWN  denied: prom: GET /api/v1/query: 403');
  await user.press('j');
  expect(user.rowWith('jobs waiting · staging')).toContain('OK  7, no limit set · prom, 4s ago');
  await user.press('l');
  expect(user.rowWith('jobs waiting · production')).toContain(
    'not set: signal not defined in this environment',
  );
});

test('a calculated signal shows its operands, and the reason if it has no value', async () => {
  const scene = monitored();
  const user = await openCockpit({ size: [120, 36], scene });
  await user.press('2 z');
  expect(user.rowWith(' error rate %  CRIT')).toContain('100 * e / n of errors, requests, 4s ago');
  const { facts } = scene;
  if (facts === undefined) throw new Error('no facts');
  const feed = facts.getState().feeds['prom/queries']?.feed;
  if (feed === undefined) throw new Error('no feed');
  const samples = [sample('errors', 3, { source: 'prom' }), sample('requests', 0, { source: 'prom' })];
  await user.happens(() => learn(facts, feed, { samples }));
  expect(user.rowWith(' error rate %  UNKNOWN')).toContain('UNKNOWN  n is 0 · warn at ≥ 1');
});

test('esc closes the chart first, then the pane', async () => {
  const user = await openCockpit({ size: [80, 24], scene: monitored() });
  await user.press('2 z enter esc');
  expect(user.rows().join('\n')).not.toContain('min 0.1');
  expect(user.rowWith('▌2 MATRIX')).toBeTruthy();
  await user.press('esc');
  expect(user.rowWith('HEALTH')).toBeTruthy();
});

test('labeled series are separate rows; an environment with other labels shows its worst series', async () => {
  const specs = [spec('cpu', { unit: '%', threshold: { warn: { op: '>=', value: 80 } } })];
  const environment = (env: string, byPod: Readonly<Record<string, number>>) => {
    const store = createFactsStore(frame({ system: 'shop', env, signals: specs }));
    const samples = Object.entries(byPod).map(([pod, value]) => sample('cpu', value, { labels: { pod } }));
    learn(store, feedInfo('bus/cpu', 'samples', { signals: ['cpu'] }), { samples });
    return store;
  };
  const user = await openCockpit({
    size: [120, 36],
    scene: {
      facts: environment('production', { a: 10, b: 90 }),
      across: new Map([
        ['dev', environment('dev', { a: 20, b: 30 })],
        ['staging', environment('staging', { x: 5, y: 85 })],
      ]),
      cockpit: shopCockpit,
    },
  });
  await user.press('2 z');
  expect(user.rowWith('cpu a %')).toMatch(/– not set +● OK {3}20 .*▲ WARN 85 .*● OK {3}10/);
  expect(user.rowWith('cpu b %')).toMatch(/– not set +● OK {3}30 .*▲ WARN 85 .*▲ WARN 90/);
  await user.press('h');
  expect(user.rowWith('cpu b % · staging')).toContain('worst of 2 series');
});

test('in ASCII the chart is ASCII, and gaps are blank', async () => {
  const user = await openCockpit({ size: [80, 24], scene: monitored(), ascii: true });
  await user.press('2 z j j enter');
  expect(detailsOf(user.rows(), 'MATRIX', 'settled /min  UNKNOWN')).toEqual([
    ' settled /min  UNKNOWN  last read 3m34s ago - ledger, 3m34s ago',
    '   min 103 - max 190 - last 103 - 66 values in 20m - warn at < 100',
    '      190 #######################*=:_',
    '          ###########################+-.',
    '          ###############################=.',
    '          ##################################*=.',
    '          #####################################*=-.',
    '          #########################################*-.',
    '          #############################################+:_',
    '          ################################################*=:',
    '    < 100 ####################################################+-....--------',
    '          -20m                           -10m                            now',
  ]);
  expect(user.rows().join('')).toMatch(/^[ -~]*$/);
});

test('signals with text values have no chart, and a note', async () => {
  const store = createFactsStore(frame({ system: 'shop', signals: [spec('mode', { unit: '' })] }));
  learn(store, feedInfo('bus/mode', 'samples', { signals: ['mode'] }), {
    samples: [sample('mode', 'drain')],
  });
  const user = await openCockpit({ size: [80, 24], scene: { facts: store, cockpit: shopCockpit } });
  await user.press('2 z enter');
  expect(user.rowWith('▌2 MATRIX')).toBeTruthy();
  expect(user.rowWith('mode')).toContain('● OK drain');
  expect(user.rowWith('no data in the last 20m')).toBeTruthy();
});
