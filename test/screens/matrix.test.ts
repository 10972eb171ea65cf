import { expect, test } from 'vitest';
import type { JournalEntry, JournalKind } from '../../src/domain/facts/journal.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { fault, feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';
import { alert, monitored } from './support/monitored.ts';
import { cellOf, detailsOf, headRow, headsOf, rowOf, type Screen } from './support/screen.ts';
import { shopCockpit } from './support/shop.ts';
import { drawn } from './support/sizes.ts';
import { openCockpit, type User } from './support/user.ts';

const hour = 3_600_000;

const entry = (minutesAgo: number, kind: JournalKind, what: string, change: string): JournalEntry => ({
  at: noon - minutesAgo * 60_000,
  kind,
  level: 'ok',
  what,
  change,
  source: 'k8s',
});

interface SeenChart {
  /** The labels left of the plot, from top to bottom. */
  readonly y: readonly string[];
  /** The clock times below. */
  readonly x: readonly string[];
  readonly plot: readonly string[];
  /** The lines below the time axis. */
  readonly below: readonly string[];
}

/** The chart in the details that begin with this text. */
const chartOf = (screen: Screen, head = 'error rate %  CRIT'): SeenChart => {
  const details = detailsOf(screen, 'Threshold matrix', head).slice(2);
  const axis = details.findIndex((line) => /^[ A-Z]*( +\d\d:\d\d)+ *$/.test(line));
  const rows = details.slice(0, axis);
  return {
    y: rows.map((line) => line.slice(0, 10).trim()).filter((label) => label !== ''),
    x: (details[axis] ?? '').trim().split(/ +/),
    plot: rows.map((line) => line.slice(10)),
    below: details.slice(axis + 1).map((line) => line.trim()),
  };
};

const evenMinutes = [
  '09:56',
  '09:58',
  '10:00',
  '10:02',
  '10:04',
  '10:06',
  '10:08',
  '10:10',
  '10:12',
  '10:14',
];

longTest.each([
  [80, 24, ['10', '≥ 5', '≥ 1'], ['10:00', '10:05', '10:10']],
  [120, 36, ['8', '6', '≥ 5', '4', '2', '≥ 1', '0'], evenMinutes],
  [200, 60, ['7', '6', '≥ 5', '4', '3', '2', '≥ 1', '0'], evenMinutes],
] as const)(
  'a chart at %ix%i has values and limits on the left, clock times below, and ends at the last value',
  (width, height, values, times) => {
    const screen = drawn(monitored(), '2 z enter', [width, height]);
    const { y, x, plot } = chartOf(screen);
    expect(y).toEqual(values);
    expect(x).toEqual(times);
    // The error rate is highest at the end, so the line starts further left in each row below.
    const begins = plot.map((row) => row.search(/[⠁-⣿]/)).filter((begin) => begin >= 0);
    expect(begins).toEqual(begins.toSorted((a, b) => b - a));
    expect(begins.at(-1)).toBe(0);
    expect(Math.max(...plot.map((row) => row.trimEnd().length))).toBe(width - 14);
    expect(rowOf(screen, 'min 0.1')).toContain(
      'min 0.1 · max 6.4 · last 6.4 · 80 values in 20m · since 1m49s',
    );
  },
);

test('h and l move a crosshair that shows its time and value; . returns to now', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('2 z enter h');
  expect(user.rowWith('mean of 11s')).toMatch(/^ {3}10:15:05 {2}6\.4 {2}mean of 11s, 0s ago/);
  await user.press('h h h h h left left left left left');
  expect(user.rowWith('mean of 11s')).toMatch(/^ {3}10:13:12 {2}5\.54 {2}mean of 11s, 1m53s ago/);
  const { plot } = chartOf(user.rows());
  const column = plot[0]?.indexOf('│') ?? -1;
  expect(column).toBeGreaterThan(80);
  const letters = plot.at(-1);
  expect(letters?.trim()).toMatch(/^A +A$/);
  expect(plot.slice(0, -1).every((row) => /[│⠁-⣿]/.test(row[column] ?? ''))).toBe(true);
  await user.wait('60s');
  expect(user.rowWith('mean of 11s'), 'it stays at its time').toMatch(/^ {3}10:13:12/);
  await user.press('right');
  expect(user.rowWith('mean of 11s')).toMatch(/^ {3}10:13:23/);
  await user.press('.');
  expect(user.rowWith('min 0.1')).toBeTruthy();
  await user.press('l');
  expect(user.rowWith('the chart already shows the newest values')).toBeTruthy();
});

test('in a split the crosshair moves by one cell of the narrower chart', async () => {
  const user = await openCockpit({ size: [160, 40], scene: monitored() });
  await user.press('2 | enter h h');
  const secondsAt = (): number => {
    const [, minutes, seconds] = /10:(\d\d):(\d\d) .* mean of 18s/.exec(user.rowWith('mean of')) ?? [];
    return Number(minutes) * 60 + Number(seconds);
  };
  const before = secondsAt();
  await user.press('h h h h h');
  expect((before - secondsAt()) / 5, 'seconds per press').toBeCloseTo(18, 0);
});

test('+ and - zoom; a crosshair further back stays in the middle of the chart', async () => {
  const scene = monitored();
  const user = await openCockpit({ size: [120, 36], scene });
  const stepMs = 240_000;
  const earlier = Array.from({ length: 300 }, (_, ago) => ({
    at: noon - (300 - ago) * stepMs,
    value: 2,
    stepMs,
  }));
  await user.happens(() =>
    scene.facts?.apply([{ is: 'recalled', points: new Map([['error.rate', earlier]]) }], noon),
  );
  await user.press('2 z enter - -');
  expect(user.rowWith('Threshold matrix: the last')).toContain('6h');
  await user.press('-');
  expect(user.rowWith('Threshold matrix: the last')).toContain('1d');
  const now = user.clock.now();
  expect(user.given, 'the source is asked for what the cockpit does not have').toEqual([
    ['readHistory', 'error.rate', { from: now - 24 * hour, to: now - 6 * hour }, 'recalled'],
  ]);
  await user.press('-');
  expect(user.rowWith('-:')).toContain('this is the longest window of the chart');
  await user.press('h h h h h h h h h h + + +');
  expect(user.rowWith('Threshold matrix: the last')).toContain('20m');
  const { plot, x } = chartOf(user.rows());
  expect(plot[4]?.indexOf('│')).toBe(52);
  expect(x).toContain('08:14');
  await user.press('= = = =');
  expect(user.rowWith('Threshold matrix: the last')).toContain('1m');
  await user.press('=');
  expect(user.rowWith('=:')).toContain('this is the shortest window of the chart');
});

longTest(
  'deploys, runs and alerts are marked on the time axis, with their text at the crosshair',
  async () => {
    const journal = [
      entry(40, 'run', 'Close a breaker', 'before the window'),
      entry(12, 'rollout', 'deployment billing', '1.4.2 → 1.4.3'),
      entry(11, 'verdict', 'error rate', 'OK → WARN'),
      entry(9, 'alert', 'PspErrorBudgetBurn', 'firing'),
      entry(1, 'run', 'Roll back billing', 'started'),
    ];
    const scene = monitored();
    const user = await openCockpit({
      size: [120, 36],
      scene: { ...scene, cockpit: { ...scene.cockpit, journal } },
    });
    await user.press('2 z enter');
    const { plot, below } = chartOf(user.rows());
    expect(plot.at(-1)?.trim().replaceAll(/ +/g, ' ')).toBe('D A A R');
    expect(plot[0]?.match(/┊/g)).toHaveLength(4);
    expect(below[0]).toBe('D 1 deploy · R 1 run · A 3 alerts');
    await user.press('h h h h h h h');
    expect(chartOf(user.rows()).below[0]).toBe('10:14:07  run      Roll back billing  started');
  },
);

test('an annotation is marked on the time axis', async () => {
  const journal = [entry(6, 'annotation', 'annotation billing', 'load test, by ana')];
  const scene = monitored();
  const user = await openCockpit({
    size: [120, 36],
    scene: { ...scene, cockpit: { ...scene.cockpit, journal } },
  });
  await user.press('2 z enter');
  const { plot, below } = chartOf(user.rows());
  expect(plot.at(-1)).toContain('N');
  expect(below[0]).toContain('N 1 annotation');
});

longTest('an alert that was firing before the cockpit opened is marked at its start', async () => {
  const { facts, ...scene } = monitored();
  if (facts === undefined) throw new Error('no facts');
  const user = await openCockpit({ size: [120, 36], scene: { ...scene, facts } });
  const firing = alert('QueueFull', { since: noon - 5 * 60_000, labels: { service: 'billing' } });
  await user.happens(() => learn(facts, feedInfo('am/alerts', 'alerts'), { items: [firing] }));
  await user.press('2 z enter');
  const { plot, below } = chartOf(user.rows());
  expect(plot.at(-1)?.lastIndexOf('A')).toBe(78);
  expect(below[0]).toBe('A 1 alert');
});

test('c compares with a day and a week earlier, as a dotted line', async () => {
  const scene = monitored();
  const user = await openCockpit({ size: [120, 36], scene });
  await user.press('2 z enter c');
  const given = user.given.at(-1);
  expect(given?.slice(0, 2)).toEqual(['readHistory', 'error.rate']);
  expect(given?.at(-1)).toBe('compared');
  expect(chartOf(user.rows()).below[0]).toBe('A 2 alerts · 24 h earlier: no data');
  const stepMs = 60_000;
  const day = Array.from({ length: 20 }, (_, ago) => ({
    at: noon - 24 * hour - (19 - ago) * stepMs,
    value: 3,
    stepMs,
  }));
  await user.happens(() =>
    scene.facts?.apply([{ is: 'compared', points: new Map([['error.rate', day]]) }], noon),
  );
  const { plot, below } = chartOf(user.rows());
  expect(below[0]).toBe('A 2 alerts · dotted: 24 h earlier');
  expect(plot.filter((row) => row.includes('-24h') || row.includes('production'))).toHaveLength(2);
  await user.press('h h');
  expect(user.rowWith('mean of')).toContain(' · 24 h earlier 3');
  await user.press('c');
  expect(user.rowWith('Threshold matrix:')).toContain('7 d earlier');
  expect(user.given).toHaveLength(2);
  await user.press('c');
  expect(user.rowWith('Threshold matrix:')).toContain('no comparison');
});

test('a shows the other environments in the chart, with their names and values', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('2 z j enter a');
  const names = chartOf(user.rows(), 'p99 s  WARN').plot.map((row) => row.slice(96).trim());
  expect(names.filter((name) => name !== '').toSorted()).toEqual(['dev', 'local', 'production', 'staging']);
  await user.press('h h');
  expect(user.rowWith('mean of')).toMatch(
    /10:1\d:\d\d {2}1\.\d+ · local 0\.\d+ · dev 0\.\d+ · staging 0\.\d+ /,
  );
  await user.press('a');
  expect(chartOf(user.rows(), 'p99 s  WARN').plot.join('')).not.toContain('staging');
});

longTest('without a chart its keys say how to open one', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('2 z c');
  expect(user.rowWith('c:')).toContain('open the chart of a signal first');
});

longTest('w cycles through the time ranges and names the current one', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('2 z w');
  expect(user.rowWith('Threshold matrix: the last')).toContain('1h');
  // Most of the hour has no data: dots instead of bars.
  expect(user.rowWith(' error rate %')).toMatch(/CRIT +6\.4 +·{8}▁▁▁▃▆▇ /);
  await user.press('w');
  expect(user.rowWith('Threshold matrix: the last')).toContain('6h');
  await user.press('w');
  expect(user.rowWith('Threshold matrix: the last')).toContain('1d');
  await user.press('w');
  expect(user.rowWith('Threshold matrix: the charts')).toContain('show all readings, up to 20m');
});

/** The thresholds of each signal, in wide layouts. */
const limits = (user: User): readonly (readonly string[])[] =>
  ['error rate %', 'p99 s', 'settled /min', 'errors /s', 'heap %'].map((name) => [
    name,
    cellOf(user.rows(), 'Threshold matrix', name, 'WARN'),
    cellOf(user.rows(), 'Threshold matrix', name, 'CRIT'),
  ]);

longTest(
  't shows the thresholds of the selected environment, for one and for several environments',
  async () => {
    const user = await openCockpit({ size: [120, 36], scene: monitored() });
    await user.press('2 t');
    expect(user.rowWith('t:')).toContain('only in the full pane');
    await user.press('z t');
    expect(headsOf(user.rows(), 'Threshold matrix')).toEqual(
      '✗ 1 critical ▲ 1 warning ? 1 unknown ● 2 ok  SIGNAL  local  dev  staging  PRODUCTION  WARN  CRIT',
    );
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
  },
);

longTest('h and l select an environment: its details, its chart', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('2 z h h j');
  expect(user.rowWith('p99 s · dev')).toContain('OK  warn at ≥ 1.5, crit at ≥ 4 · prom, 4s ago');
  await user.press('enter');
  const chart = detailsOf(user.rows(), 'Threshold matrix', 'p99 s · dev');
  expect(chart.slice(0, 2)).toEqual([
    ' p99 s · dev  OK  181 ms, within limits · prom, 4s ago',
    '   min 0.14 · max 0.22 · last 0.18 · 16 values in 20m · since ≥15m · warn at ≥ 1.5, crit at ≥ 4',
  ]);
  expect(chart.map((line) => line.slice(0, 10).trim()).filter((label) => /^[\d.]+$/.test(label))).toEqual([
    '3',
    '2',
    '1',
    '0',
  ]);
  await user.press('esc l l');
  expect(user.rowWith(' p99 s  ')).not.toContain('·  dev');
});

longTest('signals that an environment lacks or denies are marked as such', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('2 z h h h j j');
  expect(user.rowWith('settled /min · local')).toContain(
    'not set: this environment does not define the signal',
  );
  await user.press('l l j j');
  expect(user.rowWith('heap % · staging')).toContain('UNKNOWN  denied: prom: GET /api/v1/query: 403');
  await user.press('j');
  expect(user.rowWith('jobs waiting · staging')).toContain('OK  7. No limit is set · prom, 4s ago');
  await user.press('l');
  expect(user.rowWith('jobs waiting · production')).toContain(
    'not set: this environment does not define the signal',
  );
});

longTest('a calculated signal shows its operands, and the reason if it has no value', async () => {
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
  expect(user.rowWith('▌2 Threshold matrix')).toBeTruthy();
  await user.press('esc');
  expect(user.rowWith('Health')).toBeTruthy();
});

const cpuSpecs = [spec('cpu', { unit: '%', threshold: { warn: { op: '>=', value: 80 } } })];
/** An environment with one signal, cpu, and a series of it for each pod. */
const environment = (env: string, byPod: Readonly<Record<string, number>>) => {
  const store = createFactsStore(frame({ system: 'shop', env, signals: cpuSpecs }));
  const samples = Object.entries(byPod).map(([pod, value]) => sample('cpu', value, { labels: { pod } }));
  learn(store, feedInfo('bus/cpu', 'samples', { signals: ['cpu'] }), { samples });
  return store;
};

longTest(
  'labeled series are separate rows; an environment with other labels shows its worst series',
  async () => {
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
  },
);

test('a series that another environment does not have shows no other series there', async () => {
  const user = await openCockpit({
    size: [120, 36],
    scene: {
      facts: environment('production', { a: 10, b: 90 }),
      across: new Map([['dev', environment('dev', { a: 20 })]]),
      cockpit: shopCockpit,
    },
  });
  await user.press('2 z');
  expect(user.rowWith('cpu a %')).toContain('● OK   20');
  expect(user.rowWith('cpu b %')).toContain('– no series');
  expect(user.rowWith('cpu b %')).not.toContain('20');
});

test('in ASCII the chart is ASCII, and gaps are blank', async () => {
  const user = await openCockpit({ size: [80, 24], scene: monitored(), ascii: true });
  await user.press('2 z j j enter');
  expect(detailsOf(user.rows(), 'Threshold matrix', 'settled /min  UNKNOWN')).toEqual([
    ' settled /min  UNKNOWN  last read 3m34s ago - ledger, 3m34s ago',
    '   min 103 - max 190 - 66 values in 20m - since 2m49s - warn at < 100',
    '      200 ******************************      :',
    '                                       :**********',
    '                                       :      :   **********',
    '    < 100 --------------------------------------------------********--------',
    '                                       :      :                     no data',
    '                                       :      :',
    '        0                              :      :',
    '                                       A      A',
    '                        10:00           10:05            10:10',
    '   A 2 alerts',
  ]);
  expect(user.rows().join('')).toMatch(/^[ -~]*$/);
});

longTest('signals with text values have no chart, and a note', async () => {
  const store = createFactsStore(frame({ system: 'shop', signals: [spec('mode', { unit: '' })] }));
  learn(store, feedInfo('bus/mode', 'samples', { signals: ['mode'] }), {
    samples: [sample('mode', 'drain')],
  });
  const user = await openCockpit({ size: [80, 24], scene: { facts: store, cockpit: shopCockpit } });
  await user.press('2 z enter');
  expect(user.rowWith('▌2 Threshold matrix')).toBeTruthy();
  expect(user.rowWith('mode')).toContain('○ INFO drain');
  expect(user.rowWith('no data in the last 20m')).toBeTruthy();
});

longTest('the values of a column line up at the decimal point', () => {
  const screen = drawn(monitored(), '2 z', [160, 36]);
  const points = ['error rate %', 'p99 s', 'heap %'].map((name) =>
    rowOf(screen, ` ${name} `).lastIndexOf('.'),
  );
  expect(points[0]).toBeGreaterThan(100);
  expect(new Set(points).size).toBe(1);
});

longTest('a signal whose absence the profile expects (noData: ok) is no fault of the pane', async () => {
  const hpa = spec('hpa', { title: 'HPA replicas', source: 'k8s', unit: '%', threshold: { noData: 'ok' } });
  const other = spec('heap', { title: 'Heap', source: 'k8s', unit: '%' });
  const store = createFactsStore(
    frame({
      system: 'shop',
      env: 'production',
      signals: [hpa, other],
      sources: { k8s: { type: 'kubernetes' } },
    }),
  );
  const missing = { ...fault('missing', 'hpa orders not found', 'k8s'), at: noon - 1000 };
  const feedOf = (id: string) => feedInfo(`k8s/${id}`, 'samples', { signals: [id] });
  learn(store, feedOf('hpa'), { faults: [missing] }, noon - 1000);
  learn(
    store,
    feedOf('heap'),
    { samples: [sample('heap', 40, { source: 'k8s', at: noon - 1000 })] },
    noon - 1000,
  );
  const user = await openCockpit({ scene: { facts: store, cockpit: shopCockpit }, size: [120, 36] });
  await user.press('2 z');
  expect(user.rowWith('HPA replicas %')).toContain('– no data');
  expect(headRow(user.rows(), 'Threshold matrix')).not.toContain('fault');
  expect(user.rows().join('\n')).not.toContain('Failed: hpa orders not found');
  const denied = { ...fault('denied', 'metrics denied', 'k8s'), at: noon - 500 };
  learn(store, feedOf('heap'), { faults: [denied] }, noon - 500);
  await user.wait('1s');
  expect(user.rows().join('\n')).toContain('metrics denied');
});
