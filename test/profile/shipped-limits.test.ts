import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Level } from '../../src/domain/facts/level.ts';
import { judgeThresholdOnce } from '../../src/domain/facts/threshold.ts';
import { shippedProfile } from './support/shipped-profile.ts';

/** Values on both sides of each number of the runbooks, with their levels. Values are in the unit of the signal. */
const judgements: readonly {
  readonly row: string;
  readonly env: string;
  readonly signal: string;
  readonly levels: Readonly<Record<number, Level>>;
}[] = [
  ...['S0-R07', 'S0-R19'].map((row) => ({
    row,
    env: 'event-bus/production',
    signal: 'sla',
    levels: { 95: 'ok', 94.9: 'warn', 90: 'warn', 89.9: 'crit' } as const,
  })),
  { row: 'S0-R08', env: 'event-bus/production', signal: 'p95', levels: { 199: 'ok', 201: 'warn' } },
  {
    row: 'S0-R09',
    env: 'event-bus/production',
    signal: 'heap.bytes',
    levels: { 1.5e9: 'ok', 2.1e9: 'crit' },
  },
  ...['S0-R10', 'S0-R18'].map((row) => ({
    row,
    env: 'event-bus/production',
    signal: 'heap',
    levels: { 70: 'ok', 80: 'warn', 80.1: 'crit' } as const,
  })),
  { row: 'S0-R12', env: 'event-bus/production', signal: 'threads', levels: { 1000: 'ok', 1001: 'warn' } },
  { row: 'S0-R13', env: 'event-bus/production', signal: 'error.rate', levels: { 1: 'warn', 1.01: 'crit' } },
  { row: 'S0-R14', env: 'event-bus/production', signal: 'cpu', levels: { 80: 'ok', 80.1: 'warn' } },
  { row: 'S0-R15', env: 'event-bus/production', signal: 'events', levels: { 1000: 'ok', 999: 'warn' } },
  { row: 'S0-R17', env: 'event-bus/production', signal: 'up', levels: { 1: 'ok', 0: 'crit' } },
  { row: 'S1-R05', env: 'trading/production', signal: 'error.rate', levels: { 1: 'warn', 1.01: 'crit' } },
  {
    row: 'S1-R17',
    env: 'trading/production',
    signal: 'db.query',
    levels: { 10: 'ok', 11: 'warn', 30: 'warn', 31: 'crit' },
  },
  { row: 'S1-R21', env: 'trading/production', signal: 'alerts.firing', levels: { 0: 'ok', 1: 'warn' } },
  {
    row: 'S2-R05',
    env: 'event-processing/production',
    signal: 'availability',
    levels: { 99.99: 'ok', 99.98: 'warn', 99.9: 'warn', 99.89: 'crit' },
  },
  {
    row: 'S2-R06',
    env: 'event-processing/production',
    signal: 'throughput',
    levels: { 100000: 'ok', 99999: 'warn', 50000: 'warn', 49999: 'crit' },
  },
  {
    row: 'S2-R07',
    env: 'event-processing/production',
    signal: 'p99',
    levels: { 999: 'ok', 1001: 'warn', 2000: 'warn', 2001: 'crit' },
  },
  {
    row: 'S2-R08',
    env: 'event-processing/production',
    signal: 'error.rate',
    levels: { 0.09: 'ok', 0.1: 'warn', 5: 'warn', 5.1: 'crit' },
  },
  {
    row: 'S2-R09',
    env: 'event-processing/production',
    signal: 'delivery',
    levels: { 99.9: 'ok', 99.8: 'warn', 99: 'warn', 98.9: 'crit' },
  },
  {
    row: 'S2-R10',
    env: 'event-processing/production',
    signal: 'lag',
    levels: { 999: 'ok', 1000: 'warn', 10000: 'warn', 10001: 'crit' },
  },
  {
    row: 'S2-R10',
    env: 'event-processing/production',
    signal: 'lag.alert',
    levels: { 5000: 'ok', 5001: 'warn' },
  },
  {
    row: 'S3-R01',
    env: 'saga/production',
    signal: 'saga.ok',
    levels: { 99.6: 'ok', 99.5: 'warn', 99: 'warn', 98.9: 'crit' },
  },
  ...['S3-R02', 'S3-R27'].map((row) => ({
    row,
    env: 'saga/production',
    signal: 'p95',
    levels: { 0.499: 'ok', 0.501: 'warn' } as const,
  })),
  { row: 'S3-R03', env: 'saga/production', signal: 'availability', levels: { 99.96: 'ok', 99.95: 'warn' } },
  { row: 'S3-R04', env: 'saga/production', signal: 'error.rate', levels: { 0.09: 'ok', 0.1: 'warn' } },
  { row: 'S3-R23', env: 'saga/production', signal: 'pg.long', levels: { 300: 'ok', 301: 'warn' } },
  { row: 'S3-R26', env: 'saga/production', signal: 'error.rate', levels: { 1: 'warn', 1.01: 'crit' } },
  { row: 'S3-R28', env: 'saga/production', signal: 'saga.failing', levels: { 0.5: 'ok', 0.51: 'warn' } },
  { row: 'S3-R29', env: 'saga/production', signal: 'pg.conn', levels: { 80: 'ok', 80.1: 'warn' } },
  {
    row: 'S4-R15',
    env: 'eventmesh/production',
    signal: 'health.ms',
    levels: { 499: 'ok', 500: 'warn', 2000: 'warn', 2001: 'crit' },
  },
  {
    row: 'S4-R16',
    env: 'eventmesh/production',
    signal: 'api.ms',
    levels: { 199: 'ok', 200: 'warn', 1000: 'warn', 1001: 'crit' },
  },
  {
    row: 'S4-R17',
    env: 'eventmesh/production',
    signal: 'mem',
    levels: { 69.9: 'ok', 70: 'warn', 85: 'warn', 85.1: 'crit' },
  },
  {
    row: 'S4-R18',
    env: 'eventmesh/production',
    signal: 'cpu',
    levels: { 59.9: 'ok', 60: 'warn', 80: 'warn', 80.1: 'crit' },
  },
  {
    row: 'S4-R19',
    env: 'eventmesh/production',
    signal: 'error.rate',
    levels: { 0.99: 'ok', 1: 'warn', 5: 'warn', 5.1: 'crit' },
  },
  ...['build.time', 'ci.time'].map((signal) => ({
    row: 'S4-R20',
    env: 'eventmesh/production',
    signal,
    levels: { [30 * 60 - 1]: 'ok', [30 * 60]: 'warn', [40 * 60]: 'warn', [40 * 60 + 1]: 'crit' } as const,
  })),
  {
    row: 'S4-R49',
    env: 'eventmesh/production',
    signal: 'secrets.age',
    levels: { 80: 'ok', 90: 'warn', 91: 'crit' },
  },
];

const cases = judgements.flatMap(({ row, env, signal, levels }) =>
  Object.entries(levels).map(([value, level]) => ({ row, env, signal, value: Number(value), level })),
);

test.each(cases)('$row: $signal judges $value as $level', async ({ env, signal, value, level }) => {
  const { signals } = await shippedProfile(env);
  const spec = signals.find(({ id }) => id === signal);
  expect(judgeThresholdOnce(value, spec?.threshold ?? {}, 0).level).toBe(level);
});

/** Rows whose number selects what is listed: no level depends on it. */
const selections: ReadonlySet<string> = new Set(['S2-R37']);

test('every limit of the runbooks is judged at its own number', async () => {
  const { rows } = JSON.parse(await readFile('docs/catalogue.json', 'utf8')) as {
    readonly rows: readonly { readonly id: string; readonly says: string }[];
  };
  const judged = new Set(judgements.map(({ row }) => row));
  const limited = rows.filter(({ id, says }) => /^S\d-R/.test(id) && /(?<![a-z])[<>] ?\d/.test(says));
  expect(limited.length).toBeGreaterThan(25);
  expect(limited.filter(({ id }) => !judged.has(id) && !selections.has(id))).toEqual([]);
});

test('the degraded state of EventMesh counts the levels of CPU, memory and error rate', async () => {
  const { signals } = await shippedProfile('eventmesh/production');
  const derived = signals.find(({ id }) => id === 'state.degraded')?.derived;
  expect(derived).toMatchObject({
    of: { cpu: 'cpu', memory: 'mem', errors: 'error.rate' },
    calc: { readsLevels: true },
  });
});
