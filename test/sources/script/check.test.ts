import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openScript, programs } from './opened.ts';

const oneCheck = async (run: readonly string[], parse = 'nagios', more = {}) => {
  const { read } = await openScript({ checks: [{ service: 'disk', run, parse, ...more }] });
  const { rows, faults } = await read();
  expect(rows).toHaveLength(1);
  const [row] = rows;
  return { row, faults };
};

test.each([
  ['nagios', 0, 'DISK OK | /=1MB', 'up', 'DISK OK'],
  ['nagios', 1, 'DISK WARNING - 9% left', 'degraded', 'DISK WARNING - 9% left'],
  ['nagios', 2, 'DISK CRITICAL\nmore', 'down', 'DISK CRITICAL'],
  ['nagios', 3, 'DISK UNKNOWN', 'unknown', 'DISK UNKNOWN'],
  ['nagios', 2, '', 'down', 'exited with status 2'],
  ['nagios', 7, 'odd', 'down', 'exited with status 7: odd'],
  ['exit', 0, 'all is well', 'up', ''],
  ['exit', 1, 'no', 'down', 'exited with status 1: no'],
  ['exit', 3, '', 'down', 'exited with status 3'],
  ['number', 0, '42', 'up', ''],
  ['number', 1, '42', 'down', 'exited with status 1: 42'],
  ['json', 0, '{"a":1}', 'up', ''],
  ['csv', 0, 'a,b', 'up', ''],
])('as %s, status %i with %j is %s: %j', async (parse, status, text, expected, detail) => {
  const { row, faults } = await oneCheck(['./prints-and-exits', String(status), text], parse);
  expect(row).toMatchObject({ service: 'disk', instance: '', env: 'test', status: expected, detail });
  expect(faults).toEqual([]);
  expect(row).not.toHaveProperty('latencyMs');
});

test.each([
  ['a missing program', ['./absent'], 'missing', 'absent not found'],
  [
    'a program not found in PATH',
    ['no-such-program'],
    'missing',
    'program "no-such-program" not found in PATH',
  ],
  ['a file that is not executable', ['./not-executable'], 'denied', 'permission denied'],
  ['a missing interpreter', ['./names-no-interpreter'], 'missing', 'interpreter'],
  [
    'a script whose own program is missing',
    ['./prints-and-exits', '127', 'sh: no-such'],
    'missing',
    'status 127',
  ],
])('%s: the check could not run, so its status is unknown', async (_, run, kind, words) => {
  const { row, faults } = await oneCheck(run);
  expect(row).toMatchObject({ status: 'unknown', detail: expect.stringContaining(words) });
  expect(faults).toMatchObject([{ kind, source: 'scripts', message: expect.stringContaining(`${run[0]}`) }]);
  expect(row).not.toHaveProperty('httpStatus');
});

test.each([
  ['number', 'forty-two', 'expected a number, got "forty-two"'],
  ['number', '', 'expected a number, got ""'],
  ['json', '{"a":', 'expected JSON'],
])('as %s, %j is invalid output: down, with a fault', async (parse, text, words) => {
  const { row, faults } = await oneCheck(['./prints-and-exits', '0', text], parse);
  expect(row).toMatchObject({ status: 'down', detail: expect.stringContaining(words) });
  expect(faults).toMatchObject([{ kind: 'malformed' }]);
});

test('a program killed by a signal is down, with its output', async () => {
  const { row, faults } = await oneCheck(['./kills-itself']);
  expect(row).toMatchObject({ status: 'down', detail: 'killed by SIGSEGV: about to end' });
  expect(faults).toEqual([]);
});

test('a program that prints a gigabyte is down, with the beginning of its output', async () => {
  const { row, faults } = await oneCheck(['./prints-a-gigabyte']);
  expect(row).toMatchObject({ status: 'down', detail: expect.stringContaining('too much output') });
  expect(row?.detail.length).toBeLessThan(400);
  expect(faults).toMatchObject([{ kind: 'malformed' }]);
});

test('no row contains control sequences', async () => {
  const { row } = await oneCheck(['./prints-ansi']);
  expect(row).toMatchObject({ status: 'up', detail: 'OK - fine' });
});

test('a timeout is down, with the last output, and a canceled read has no row', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-script-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const started = join(dir, 'started');
  const run = ['sh', '-c', `echo first; echo half; : > ${started}; exec sleep 600`];
  const { clock, source } = await openScript({ checks: [{ service: 'slow', run, timeout: '4s' }] });
  const [feed] = source.feeds;
  expect(feed?.timeoutMs).toBe(4000);
  const batch = feed?.read(clock.deadline(4000).signal);
  while (!existsSync(started)) await clock.settle();
  await clock.settle();
  await clock.advance(4000);
  expect(await batch).toMatchObject({
    items: [{ status: 'down', detail: 'no answer in 4000 ms. Last output: half' }],
    faults: [{ kind: 'timeout', message: expect.stringMatching(/^sh -c .*: no answer in 4000 ms$/) }],
  });
  expect(await feed?.read(AbortSignal.abort())).toMatchObject({ items: [], faults: [{ kind: 'cancelled' }] });
});

test('signals read the output of the same run', async () => {
  const { read } = await openScript(
    {
      checks: [
        { service: 'disk', run: ['./prints-and-exits', '1', "WARNING | '/ used'=81%;80;90 inodes=U"] },
        { service: 'queue', id: 'depth', run: ['./prints-and-exits', '0', '17'], parse: 'number' },
        { service: 'rollout', run: ['./prints-and-exits', '0', '{"ready":3,"name":"api"}'], parse: 'json' },
        { service: 'costs', run: ['./prints-and-exits', '0', 'day,usd', 'today,4', 'today,5'], parse: 'csv' },
      ],
    },
    {
      used: { perf: 'disk', label: '/ used' },
      inodes: { perf: 'disk', label: 'inodes' },
      none: { perf: 'disk', label: 'boot' },
      status: { status: 'disk' },
      latency: { latency: 'queue' },
      depth: { value: 'depth' },
      ready: { value: 'rollout', path: 'ready' },
      name: { value: 'rollout', path: 'name' },
      usd: { value: 'costs', column: 'usd', fold: 'sum' },
    },
  );
  const { values, faults } = await read();
  expect(values).toEqual({
    used: 81,
    inodes: 'performance data "inodes" has no value',
    none: 'no "boot" in the performance data. Available: / used, inodes',
    status: 1,
    latency: 0,
    depth: 17,
    ready: 3,
    name: 'api',
    usd: 9,
  });
  expect(faults).toEqual([]);
});

test('a check that could not run leaves its signals without a value, with the reason', async () => {
  const { read } = await openScript(
    { checks: [{ service: 'disk', run: ['./absent'] }] },
    { status: { status: 'disk' }, used: { perf: 'disk', label: '/' } },
  );
  const why = `file ${programs}/absent not found`;
  expect((await read()).values).toEqual({ status: why, used: why });
});

test('checks of one service are distinguished by their ids', async () => {
  const { source, read } = await openScript({
    checks: [
      { service: 'disk', id: 'root', run: ['./prints-and-exits', '0'] },
      { service: 'disk', id: 'home', run: ['./prints-and-exits', '2'], every: '5m', timeout: '2s' },
    ],
  });
  expect((await read()).rows.map(({ instance, status }) => `${instance} ${status}`)).toEqual([
    'root up',
    'home down',
  ]);
  expect(source.feeds.map(({ id, everyMs, timeoutMs }) => ({ id, everyMs, timeoutMs }))).toEqual([
    { id: 'scripts/health@root', everyMs: 30_000, timeoutMs: 10_000 },
    { id: 'scripts/health@home', everyMs: 300_000, timeoutMs: 2000 },
  ]);
});

test('a check is started in the profile directory, with its environment', async () => {
  const { read } = await openScript(
    {
      env: { A: 'source', B: 'source' },
      checks: [
        { service: 'here', run: ['./prints-invocation'], env: { B: 'check' }, parse: 'exit' },
        { service: 'there', run: [`${programs}/prints-invocation`], cwd: '..', parse: 'exit' },
      ],
    },
    {
      pwd: { exec: ['sh', '-c', 'printf \'"%s %s"\' "$A" "$PWD"'], parse: 'json' },
    },
  );
  const { rows, values } = await read();
  expect(rows.map(({ status }) => status)).toEqual(['up', 'up']);
  expect(values).toEqual({ pwd: `source ${programs}` });
});
