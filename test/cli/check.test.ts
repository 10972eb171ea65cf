// biome-ignore-all lint/suspicious/noTemplateCurlyInString: profile references use this syntax

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';
import { localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

const answering = (status: number, body = '{"status":"up"}') =>
  localServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });

describe('the exit code is print the worst level', () => {
  const slow =
    'signals: [{ id: latency, title: Latency, source: api, read: { latency: api }, unit: ms, warn: ">=0" }]';
  const blind =
    '  token: { type: http, url: "http://127.0.0.1:1", auth: { bearer: "${env:NOT_SET}" }, checks: [{ service: t }] }';
  test.each([
    { name: 'all services up', status: 200, more: '', code: 0, level: 'ok' },
    { name: 'a signal above its warning limit', status: 200, more: slow, code: 1, level: 'warn' },
    { name: 'a service down', status: 503, more: '', code: 2, level: 'crit' },
    { name: 'a source without credentials', status: 200, more: blind, code: 3, level: 'unknown' },
  ])('$name: $code', async ({ status, more, code, level }) => {
    await using wire = await answering(status);
    await workspace.put('profiles/dev.yaml', shopProfile(wire.url, more));
    const ended = await workspace.run(['check', '--env', 'dev', '--json']);
    expect({ code: ended.code, level: JSON.parse(ended.stdout).level, stderr: ended.stderr }).toEqual({
      code,
      level,
      stderr: 'opsdeck: profile profiles/dev.yaml\n',
    });
  });

  test('exits 4 for a malformed profile, with the line, and contacts nothing', async () => {
    await using wire = await answering(200);
    await workspace.put('profiles/dev.yaml', shopProfile(wire.url, 'signls: []\n'));
    const ended = await workspace.run(['check', '--env', 'dev', '--json']);
    expect(ended.code).toBe(4);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(/^profiles\/dev\.yaml:12:1: .*signls.*Did you mean "signals"\?$/m);
    expect(wire.asked).toEqual([]);
  });
});

longTest('the JSON report has every list, null for unknown values, and ISO timestamps', async () => {
  await using wire = await answering(503);
  await workspace.put(
    'profiles/dev.yaml',
    shopProfile(
      wire.url,
      'signals: [{ id: depth, title: Depth, source: api, read: { json: api, path: queue.depth }, unit: "" }]\n',
    ),
  );
  const { stdout } = await workspace.run(['check', '--env', 'shop/dev', '--json']);
  const report = JSON.parse(stdout);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(Object.keys(report)).toEqual([
    'opsdeck',
    'system',
    'env',
    'at',
    'level',
    'situation',
    'signals',
    'health',
    'breakers',
    'lag',
    'pools',
    'workloads',
    'nodes',
    'alerts',
    'sessions',
    'queues',
    'oncalls',
    'ci',
    'dashboards',
    'faults',
  ]);
  expect(report.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(report.signals[0]).toMatchObject({ id: 'depth', value: null, level: 'unknown' });
  expect(report.health[0]).toMatchObject({
    env: 'dev',
    service: 'api',
    instance: '',
    status: 'down',
    level: 'crit',
    httpStatus: 503,
    source: 'api',
  });
});

test('--timeout limits the whole command; rows without an answer are unknown', async () => {
  await using wire = await localServer((_request, response) => workspace.leaveUnanswered(response));
  await workspace.put('profiles/dev.yaml', shopProfile(wire.url).replace('timeout: 3s', 'timeout: 5m'));
  const ended = await workspace.run(['check', '--env', 'dev', '--json', '--timeout', '1s']);
  expect(ended.code).toBe(3);
  expect(JSON.parse(ended.stdout).faults).toMatchObject([
    {
      source: 'api',
      kind: 'timeout',
      message: expect.stringMatching(/no answer within the total limit of \S+/),
    },
  ]);
  await workspace.until(wire.drained());
});

longTest(
  'noData does not judge what --timeout cut off: that is unknown, with the limit as given',
  async () => {
    await using wire = await localServer((_request, response) => workspace.leaveUnanswered(response));
    const signals = `signals:
  - { id: size, source: api, read: { json: api, path: size }, warn: ">=1", noData: crit }
  - { id: twice, read: { of: { s: size }, calc: 2 * s }, warn: ">=1", noData: crit }
`;
    const profile = shopProfile(wire.url, signals);
    await workspace.put('profiles/dev.yaml', profile.replace('timeout: 3s', 'timeout: 5m'));
    const cut = await workspace.run(['check', '--env', 'dev', '--json', '--timeout', '1s']);
    expect(cut.code).toBe(3);
    const { signals: rows } = JSON.parse(cut.stdout);
    expect(rows).toMatchObject(
      ['size', 'twice'].map((id) => ({
        id,
        value: null,
        level: 'unknown',
        fault: { kind: 'timeout', message: expect.stringMatching(/no answer within the total limit of 1s$/) },
      })),
    );
    // The source's own limit holds: no answer within it is silence.
    await workspace.put('profiles/dev.yaml', profile.replace('timeout: 3s', 'timeout: 200ms'));
    const silent = await workspace.run(['check', '--env', 'dev', '--json', '--timeout', '20s']);
    expect(silent.code).toBe(2);
    expect(JSON.parse(silent.stdout).signals[0]).toMatchObject({ value: null, level: 'crit' });
    await workspace.until(wire.drained());
  },
);

longTest('the text report has level, name and reason, one row per line', async () => {
  await using wire = await answering(503);
  await workspace.put('profiles/dev.yaml', shopProfile(wire.url));
  const { stdout, code } = await workspace.run(['check', '--env', 'dev']);
  expect(code).toBe(2);
  expect(stdout).toMatch(/^✗ CRIT +api is down: answered 503 .*\n +shop dev {3}\d{4}-\d\d-\d\d /);
  expect(stdout).toMatch(/✗ CRIT +health +api +down +.*503/);
  expect((await workspace.run(['--ascii', 'check', '--env', 'dev'])).stdout).toMatch(
    /^X CRIT +api is down: /,
  );
});

test('--watch reports repeatedly, and exits with the last level when interrupted', async () => {
  await using wire = await answering(503);
  await workspace.put('profiles/dev.yaml', shopProfile(wire.url));
  const watching = workspace.start(['check', '--env', 'dev', '--watch', '--json']);
  await watching.printed(/\n.*\n/);
  watching.interrupt();
  const ended = await watching.ended();
  expect(ended.code).toBe(2);
  for (const line of ended.stdout.trimEnd().split('\n')) expect(JSON.parse(line).level).toBe('crit');
});

longTest('--set overrides a var, before or after the subcommand', async () => {
  await using wire = await answering(200);
  await workspace.put('profiles/dev.yaml', `${shopProfile('${api}')}vars: { api: "http://127.0.0.1:1" }\n`);
  expect((await workspace.run(['check', '--env', 'dev'])).code).toBe(2);
  expect((await workspace.run(['check', '--env', 'dev', '--set', `api=${wire.url}`])).code).toBe(0);
  expect((await workspace.run(['--set', `api=${wire.url}`, '--env', 'dev', 'check'])).code).toBe(0);
});

test('a program that supplies a value runs with stdin closed, and its value appears in no message', async () => {
  await using wire = await localServer((request, response) => {
    response.statusCode = request.headers.authorization === 'Bearer s3cret-token' ? 200 : 401;
    response.end('{}');
  });
  const withToken = (argv: string): string =>
    shopProfile(wire.url).replace('    every:', `    auth: { bearer: "\${exec:${argv}}" }\n    every:`);
  await workspace.put('token.sh', 'read line && exit 9; echo s3cret-token');
  await workspace.put('profiles/dev.yaml', withToken('sh token.sh'));
  const ended = await workspace.run(['check', '--env', 'dev', '--json']);
  expect(ended.code).toBe(0);
  expect(ended.stdout + ended.stderr).not.toContain('s3cret-token');
  await workspace.put('profiles/dev.yaml', withToken('no-such-program get'));
  const without = await workspace.run(['check', '--env', 'dev', '--json']);
  expect(without.code).toBe(3);
  expect(JSON.parse(without.stdout).faults).toMatchObject([
    { kind: 'unconfigured', message: expect.stringContaining('is not installed or not in PATH') },
  ]);
});

test('hanging services do not delay other services of their source', async () => {
  await using wire = await localServer((request, response) => {
    if (request.url === '/healthz') response.end('{}');
    else workspace.leaveUnanswered(response);
  });
  const hanging = [1, 2, 3, 4, 5, 6].map((n) => `{ service: hung${n}, path: /hang }`).join(', ');
  const profile = shopProfile(wire.url).replace('[{ service: api', `[${hanging}, { service: api`);
  await workspace.put('profiles/dev.yaml', profile);
  const { health } = JSON.parse(
    (await workspace.run(['check', '--env', 'dev', '--json', '--timeout', '2s'])).stdout,
  );
  expect(health).toContainEqual(expect.objectContaining({ service: 'api', status: 'up' }));
  await workspace.until(wire.drained());
});

test('every row has its time, also a signal that was never read', async () => {
  const signals = 'signals: [{ id: slow, title: Slow, source: api, read: { latency: api } }]\n';
  const off = shopProfile('${env:NO_SUCH_URL}', signals);
  await workspace.put('profiles/dev.yaml', off);
  const { signals: rows, health } = JSON.parse(
    (await workspace.run(['check', '--env', 'dev', '--json'])).stdout,
  );
  for (const row of [...rows, ...health]) expect(row.at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(rows).toMatchObject([{ id: 'slow', value: null, source: 'api' }]);
});

longTest('control sequences in a profile or on the command line are stripped', async () => {
  await using wire = await answering(200);
  const profile = shopProfile(wire.url).replace('service: api', 'service: "\\e[2Ja\\u202epi\\U00100000"');
  await workspace.put('profiles/dev.yaml', profile);
  const { stdout, code } = await workspace.run(['check', '--env', 'dev', '--all']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^● OK +health +api +/m);
  expect((await workspace.run(['check', '--env', '\x1b[2Jdevil'])).stderr).toMatch(/called "devil"/);
});
