import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { writeSimulatorFiles } from '../../src/simulator/files.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { manualClock } from '../support/manual-clock.ts';

const run = (file: string, ...args: readonly string[]): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    execFile(file, [...args], (error, out) => resolve({ code: Number(error?.code ?? 0), out }));
  });

test('writes metrics, one row per service and write, and three nightly backups', async () => {
  const clock = manualClock();
  const dir = await mkdtemp(join(tmpdir(), 'files-test-'));
  const model = new SystemModel(systemSpec('event-bus'), { startedAt: clock.now() });
  const view = { model, clock, env: 'production' };
  await writeSimulatorFiles(view, dir);
  await clock.advance(2000);
  await writeSimulatorFiles(view, dir);
  await writeSimulatorFiles(view, dir);
  const rows = (await readFile(join(dir, 'metrics.csv'), 'utf8')).trimEnd().split('\n');
  expect(rows[0]).toBe('time,service,requests_per_second,error_rate_percent,p95_ms,sla_percent');
  expect(rows.slice(1).map((row) => row.split(',').slice(0, 3).join(' '))).toEqual([
    '2026-03-04T10:15:07.000Z event-bus-service 24',
    '2026-03-04T10:15:09.000Z event-bus-service 24',
  ]);
  const metrics: unknown = JSON.parse(await readFile(join(dir, 'metrics.json'), 'utf8'));
  expect(metrics).toMatchObject({
    at: '2026-03-04T10:15:09.000Z',
    env: 'production',
    slaPercent: 100,
    services: { 'event-bus-service': { requestsPerSecond: 24 } },
  });
  expect(await readdir(join(dir, 'backups'))).toEqual([
    'eventbus_20260302.sql.gz',
    'eventbus_20260303.sql.gz',
    'eventbus_20260304.sql.gz',
  ]);
  const newest = await stat(join(dir, 'backups/eventbus_20260304.sql.gz'));
  expect(newest.mtime.toISOString()).toBe('2026-03-04T02:00:00.000Z');
  expect(newest.size).toBeGreaterThan(100);
  await rm(dir, { recursive: true });
});

test('a running simulator updates its files, checks itself with them, and deletes them', async () => {
  const clock = manualClock();
  const simulator = await startSimulator('event-bus', { clock });
  const vars = simulator.vars('production');
  const [dir = '', check = ''] = [vars['world.files'], vars['world.check-script']];
  expect(await run(check)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^OK - errorRatePercent is /),
  });
  simulator.rehearse('dependency-down');
  await clock.advance(10_000);
  expect(await run(check)).toMatchObject({ code: 2, out: expect.stringMatching(/^CRITICAL .*\|.*;1;5\n$/) });
  expect((await run(check, 'slaPercent', '95', '90')).code).toBe(2);
  expect(await run(check, 'requestsPerSecond', '1', '1000')).toMatchObject({ code: 1 });
  expect(await run(check, 'moons')).toEqual({ code: 3, out: 'UNKNOWN - there is no moons\n' });
  const report = await run(check, '--json');
  expect(report.code, 'a report, whatever it holds').toBe(0);
  expect(JSON.parse(report.out)).toMatchObject({ system: 'event-bus' });
  // Rows are written asynchronously, so their number depends on the disk.
  await vi.waitFor(
    async () => {
      await clock.advance(2000);
      expect((await readFile(join(dir, 'metrics.csv'), 'utf8')).split('\n').length).toBeGreaterThan(5);
    },
    { timeout: 20_000, interval: 20 },
  );
  await simulator.close();
  expect(existsSync(dir)).toBe(false);
  expect(clock.pending()).toBe(0);
});
