import { chmod, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Checking, openChecking } from '../checked.ts';
import { runContainer } from '../docker/containers.ts';
import { command } from '../machine/command.ts';
import { until } from '../machine/until.ts';
import { detailOf, underTest } from '../setting.ts';

const socket = detailOf(underTest(), 'socket');
const env = { TZ: 'UTC' };
let checking: Checking;
let stack = new AsyncDisposableStack();

const entry = (more = ', project: shop', at = socket): string => `sources:
  docker: { type: docker, socket: ${at}${more} }
signals:
  - { id: web, title: Containers of web, source: docker, read: { running: web }, unit: "", crit: "<1" }
  - { id: memory, title: Memory of web, source: docker, read: { memory: web }, unit: bytes }
`;

beforeAll(async () => {
  checking = await openChecking();
}, 60_000);
afterAll(() => checking[Symbol.asyncDispose]());
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

describe('opsdeck on a real Docker, the built program', () => {
  test('check, doctor and validate: a running container is ok, a failed one is crit', async () => {
    const web = {
      name: 'shop-web-1',
      script: 'while :; do sleep 0.1; done',
      service: ['shop', 'web'],
    } as const;
    const job = { name: 'shop-job-1', script: 'exit 3', service: ['shop', 'job'] } as const;
    stack.use(await runContainer(socket, web));
    stack.use(await runContainer(socket, job));
    const rows = async () => (await checking.check(entry(), env)).workloads;
    await until('the job has exited', async () => (await rows()).some(({ status }) => status === 'failed'));
    const result = await checking.check(entry(), env);
    expect([result.code, result.level, result.faults]).toEqual([2, 'crit', []]);
    expect(result.workloads).toMatchObject([
      { kind: 'container', name: 'shop-job-1', status: 'failed', level: 'crit' },
      {
        kind: 'container',
        name: 'shop-web-1',
        status: 'running',
        level: 'ok',
        memoryBytes: expect.any(Number),
      },
      { kind: 'service', name: 'job', status: 'degraded', ready: 0, wanted: 1 },
      { kind: 'service', name: 'web', status: 'running', ready: 1, wanted: 1 },
    ]);
    expect(result.signals).toMatchObject([
      { id: 'web', value: 1, level: 'ok' },
      { id: 'memory', value: expect.any(Number) },
    ]);
    const { code, findings } = await checking.doctor(entry(), env);
    expect([code, findings]).toMatchObject([
      0,
      [
        { ok: true, what: expect.stringMatching(/^Docker \d+\..* API 1\.\d+$/) },
        { ok: true, what: '2 containers in project shop, 1 running' },
      ],
    ]);
    expect(await checking.validate(entry(), env)).toBe('');
  });

  test('an unknown project: 0 running, and doctor suggests a fix', async () => {
    const result = await checking.check(entry(', project: absent'), env);
    expect(result.signals).toMatchObject([
      { value: 0, level: 'crit' },
      { value: null, level: 'unknown' },
    ]);
    const { code, findings } = await checking.doctor(entry(', project: absent'), env);
    expect([code, findings[1]]).toMatchObject([
      1,
      {
        ok: false,
        what: 'no container in project absent',
        remedy: expect.stringContaining('docker compose ls'),
      },
    ]);
  });

  test('without a socket, or with a different daemon, all data is unknown', async () => {
    const none = await checking.check(entry('', '/nowhere.sock'), env);
    expect([none.code, none.level, none.workloads]).toEqual([3, 'unknown', []]);
    expect(none.faults[0]).toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/there is no socket at this path$/),
      remedy: expect.stringMatching(/^start the Docker daemon/),
    });
    const other = await checking.check(entry(', identity: { name: another-daemon }'), env);
    expect([other.code, other.workloads]).toEqual([3, []]);
    expect(other.faults).toMatchObject([
      { kind: 'wrong-system', message: expect.stringMatching(/: expected name another-daemon, found \S+$/) },
    ]);
  });

  test('a socket without permission is denied, and the remedy names the group', async () => {
    const { mode } = await stat(socket);
    await checking.sandbox.put(
      'profiles/real.yaml',
      `opsdeck: 1\nsystem: shop\nenv: real\ntier: staging\n${entry()}`,
    );
    await chmod(socket, 0);
    try {
      for (const verb of ['check', 'doctor']) {
        // Root bypasses file permissions, unless it drops this capability.
        const bounded = ['--bounding-set=-dac_override', '--inh-caps=-dac_override', process.execPath];
        const program = [resolve('bin/opsdeck.js'), verb, '--env', 'real', '--json'];
        const { status, output } = await command(
          'setpriv',
          [...bounded, ...program, '--profiles', join(checking.sandbox.dir, 'profiles')],
          {
            env: { HOME: checking.sandbox.dir, XDG_CONFIG_HOME: checking.sandbox.dir },
            signal: AbortSignal.timeout(30_000),
          },
        );
        expect([status, output]).toEqual([3, expect.stringMatching(/permission denied/i)]);
        expect(output).toMatch(/"remedy":\s*"[^"]*group that owns the socket \(docker\)/);
      }
    } finally {
      await chmod(socket, mode);
    }
  });
});
