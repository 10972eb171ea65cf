import { expect, test } from 'vitest';
import { goldenSignalOf, pulseSignals } from '../../src/ui/features/signals/golden-signals.ts';
import { tileGrid } from '../../src/ui/features/signals/tiles.ts';
import { gathered } from './support/gathered.ts';
import { rowOf, titles } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

test.each([
  ['http.errors', 'Error rate', '%', 'errors'],
  ['saga.failed', 'Failed sagas', '/min', 'errors'],
  ['http.p95', 'Response time p95', 's', 'latency'],
  ['query.mean', 'Slowest query', 'ms', 'latency'],
  ['http.requests', 'Requests', '/s', 'traffic'],
  ['heap', 'Heap', '%', 'saturation'],
  ['lag', 'Consumer lag', '', 'saturation'],
  ['backups', 'Backups', '', undefined],
] as const)('%s measures %s', (id, title, unit, golden) => {
  expect(goldenSignalOf({ id, title, unit })).toBe(golden);
});

const signal = (id: string, title: string, unit: string, value: number | string | undefined = 1) => ({
  key: id,
  id,
  title,
  unit,
  value,
  level: 'ok' as const,
  source: 's',
  labels: {},
  stale: false,
});

test('one of each golden signal in turn, then the others; texts are left out', () => {
  const signals = [
    signal('a.p95', 'p95', 'ms'),
    signal('b.p99', 'p99', 'ms'),
    signal('c.version', 'Version', '', '1.2'),
    signal('d.replicas', 'Replicas', ''),
    signal('e.errors', 'Errors', '%'),
  ];
  const order = pulseSignals({ signals } as unknown as Parameters<typeof pulseSignals>[0], () => false);
  expect(order.map(({ id }) => id)).toEqual(['e.errors', 'a.p95', 'b.p99', 'd.replicas']);
});

test('signals with a problem come first, worst first. The others keep their order', () => {
  const signals = [
    signal('a.p95', 'p95', 'ms'),
    { ...signal('b.replicas', 'Replicas', ''), level: 'warn' as const },
    { ...signal('c.lag', 'Consumer lag', ''), level: 'crit' as const },
    signal('e.errors', 'Errors', '%'),
  ];
  const order = pulseSignals({ signals } as unknown as Parameters<typeof pulseSignals>[0], () => false);
  expect(order.map(({ id }) => id)).toEqual(['c.lag', 'b.replicas', 'e.errors', 'a.p95']);
});

test('another measurement of a problem comes after the other problems, the shortest name first', () => {
  const critical = (id: string, title: string) => ({ ...signal(id, title, '%'), level: 'crit' as const });
  const signals = [
    critical('a', 'Error rate (Prometheus)'),
    critical('b', 'Error rate'),
    critical('c', 'SLA compliance'),
    signal('d', 'Response time p95 (report)', 'ms'),
  ];
  const order = pulseSignals({ signals } as unknown as Parameters<typeof pulseSignals>[0], () => false);
  expect(order.map(({ id }) => id)).toEqual(['b', 'c', 'a', 'd']);
});

test('of several series of a signal the pulse shows the pending one, before the healthy signals', () => {
  const pending = { level: 'warn' as const, since: 0 };
  const verdict = { level: 'ok' as const, since: 0, why: '9 > 0', pending };
  const signals = [
    signal('a.errors', 'Errors', '%'),
    { ...signal('held', 'Held', '', 0), key: 'held{pod="a"}' },
    { ...signal('held', 'Held', '', 9), key: 'held{pod="b"}', verdict },
  ];
  const order = pulseSignals({ signals } as unknown as Parameters<typeof pulseSignals>[0], () => false);
  expect(order.map(({ id, value }) => [id, value])).toEqual([
    ['held', 9],
    ['a.errors', 1],
  ]);
});

test('a signal whose value is gone stays if it had one; one that never had a value is left out', () => {
  const { value: _, ...gone } = signal('http.errors', 'Errors', '%');
  const { value: __, ...never } = signal('heap', 'Heap', '%');
  const snapshot = { signals: [gone, never] } as unknown as Parameters<typeof pulseSignals>[0];
  expect(pulseSignals(snapshot, (key) => key === 'http.errors').map(({ id }) => id)).toEqual(['http.errors']);
});

test.each([
  [1, 118, 20, { columns: 1, rows: 1 }],
  [4, 118, 20, { columns: 4, rows: 1 }],
  [6, 118, 20, { columns: 3, rows: 2 }],
  [24, 118, 7, { columns: 4, rows: 1 }],
] as const)('%i tiles in %i×%i cells', (count, width, height, grid) => {
  expect(tileGrid(count, width, height)).toMatchObject(grid);
});

test('the pulse takes the rows that other panes leave, shows value, scale and limit, and enter opens the chart', async () => {
  const user = await openCockpit({ scene: gathered.healthy(), size: [120, 36] });
  expect(rowOf(user.rows(), 'error rate')).toMatch(/^ {2}error rate {5,}.* 0\.2 %/);
  expect(user.rows().some((row) => /\b1 ╌{10}/.test(row))).toBe(true);
  expect(rowOf(user.rows(), 'now')).toMatch(/-\d+m .* now/);
  await user.press('P enter enter');
  expect(titles(user.rows())).toEqual(['Threshold matrix']);
  expect(rowOf(user.rows(), '1 value in 1m')).toContain('last 0.2');
});

test('without spare rows the overview has no pulse', async () => {
  const user = await openCockpit({ scene: shop(), size: [80, 24] });
  expect(titles(user.rows())).not.toContain('Charts');
});
