import { describe, expect, test } from 'vitest';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import { type Container, isRestartLooping } from '../../../src/sources/docker/containers/container.ts';
import { containerSignalValue, workloadRows } from '../../../src/sources/docker/containers/container-rows.ts';
import { containerStateSummary } from '../../../src/sources/docker/containers/container-selection.ts';
import { containerLike, daemonNow } from './container-like.ts';

const stamp = { source: 'd', daemon: 'd', at: daemonNow, ahead: 0 };
const rowsOf = (containers: readonly Container[], jobs: readonly string[] = []) =>
  workloadRows(containers, new Map(), jobs, stamp);

describe('a container as a row', () => {
  test.each<[string, Partial<Container>, string]>([
    ['running', {}, 'running ready 1/1 ok'],
    ['healthy', { health: 'healthy' }, 'running ready 1/1 ok'],
    [
      'unhealthy',
      { health: 'unhealthy', healthOutput: 'no database' },
      'unhealthy ready 0/1 crit no database',
    ],
    ['starting', { health: 'starting', startedAt: daemonNow - 59_000 }, 'starting ready 0/1 ok'],
    ['slow to start', { health: 'starting', startedAt: daemonNow - 61_000 }, 'starting ready 0/1 warn'],
    [
      'within the start period of its health check',
      { health: 'starting', startedAt: daemonNow - 299_000, startPeriodNs: 300e9 },
      'starting ready 0/1 ok',
    ],
    [
      'a one-shot that nothing waits for',
      { state: 'exited', exitCode: 0, restartPolicy: 'no' },
      'completed ready 0/0 ok exit 0',
    ],
    [
      'a server without a restart policy that was stopped',
      { state: 'exited', exitCode: 0, restartPolicy: 'no', isServer: true },
      'exited ready 0/1 crit exit 0',
    ],
    [
      'a one-shot that failed',
      { state: 'exited', exitCode: 1, restartPolicy: 'no' },
      'failed ready 0/1 crit exit 1',
    ],
    [
      'a service that ended and stays down',
      { state: 'exited', exitCode: 0, restartPolicy: 'unless-stopped' },
      'exited ready 0/1 crit exit 0',
    ],
    [
      'a one-shot that is restarted only when it fails',
      { state: 'exited', exitCode: 0, restartPolicy: 'on-failure' },
      'completed ready 0/0 ok exit 0',
    ],
    [
      'created, and waiting for what it depends on',
      { state: 'created', createdAt: daemonNow - 20_000 },
      'created ready 0/1 ok',
    ],
    [
      'created, and never started',
      { state: 'created', createdAt: daemonNow - 90_000 },
      'created ready 0/1 crit',
    ],
    [
      'created, with a port that is taken',
      { state: 'created', createdAt: daemonNow - 1000, error: 'port taken' },
      'created ready 0/1 crit port taken',
    ],
    ['removing', { state: 'removing' }, 'removing ready 0/1 ok'],
    ['paused', { state: 'paused' }, 'paused ready 0/1 crit'],
    ['created', { state: 'created', exitCode: 0 }, 'created ready 0/1 crit'],
    ['completed', { state: 'exited', exitCode: 0 }, 'exited ready 0/1 crit exit 0'],
    ['failed', { state: 'exited', exitCode: 3 }, 'failed ready 0/1 crit exit 3'],
    [
      'out of memory',
      { state: 'exited', exitCode: 137, isOomKilled: true },
      'OOMKilled ready 0/1 crit exit 137',
    ],
    [
      'dead',
      { state: 'dead', exitCode: 1, error: 'device busy' },
      'failed ready 0/1 crit exit 1 · device busy',
    ],
    ['restarting', { state: 'restarting', exitCode: 3, restarts: 2 }, 'restarting ready 0/1 crit exit 3'],
    ['restarted recently', { restarts: 1 }, 'running ready 1/1 warn'],
    ['restarted long ago', { restarts: 1, startedAt: daemonNow - 3_600_000 }, 'running ready 1/1 ok'],
    ['a completed job', { service: 'job', state: 'exited', exitCode: 0 }, 'completed ready 0/0 ok exit 0'],
    ['a failed job', { service: 'job', state: 'exited', exitCode: 1 }, 'failed ready 0/1 crit exit 1'],
    [
      'ended compose run',
      { isOneOff: true, state: 'exited', exitCode: 2 },
      'ended ready 0/0 ok exit 2 · of compose run',
    ],
    ['running compose run', { isOneOff: true }, 'running ready 1/1 ok'],
  ])('%s', (_, own, expected) => {
    const [row] = rowsOf([containerLike(own)], ['job']);
    if (row === undefined) throw new Error('no row');
    const { status, ready, wanted, detail = '' } = row;
    expect(`${status} ready ${ready}/${wanted} ${levelOf('workloads', row, {})} ${detail}`.trim()).toBe(
      expected,
    );
  });

  test('times are converted to the local clock; a container that is not running has none', () => {
    const ahead = 120_000;
    const startedAt = daemonNow + ahead - 5000;
    const [row] = workloadRows([containerLike({ startedAt, restarts: 1 })], new Map(), [], {
      ...stamp,
      ahead,
    });
    expect(row).toMatchObject({ startedAt: daemonNow - 5000, restartsRising: true });
    const [ended] = rowsOf([containerLike({ state: 'exited', startedAt })]);
    expect(ended).not.toHaveProperty('startedAt');
  });

  test('unknown values are absent', () => {
    const { restarts: _, startedAt: __, ...known } = containerLike();
    const [row] = rowsOf([known]);
    for (const key of ['restarts', 'startedAt', 'cpuCores', 'memoryBytes', 'memoryLimitBytes', 'detail'])
      expect(row).not.toHaveProperty(key);
  });
});

describe('services', () => {
  const services = (...containers: readonly Container[]) =>
    rowsOf(containers)
      .filter(({ kind }) => kind === 'service')
      .map(({ namespace, name, status, ready, wanted, restarts }) =>
        [namespace, name, status, `${ready}/${wanted}`, restarts ?? '-'].join(' '),
      );

  test('are counted by project, without compose run and containers without a service', () => {
    expect(
      services(
        containerLike({ name: 'a1', restarts: 2 }),
        containerLike({ name: 'a2', state: 'exited', exitCode: 1 }),
        containerLike({ name: 'a3', isOneOff: true, state: 'exited', exitCode: 1 }),
        containerLike({ name: 'b1', project: 'green' }),
        containerLike({ name: 'by-hand', project: '', service: '' }),
      ),
    ).toEqual(['shop web degraded 1/2 2', 'green web running 1/1 0']);
  });

  test('one that another awaits is a job, in its own project only', () => {
    const migrate = { service: 'migrate', state: 'exited', exitCode: 0 };
    expect(
      services(
        containerLike({ name: 'web', awaits: ['migrate'] }),
        containerLike({ name: 'm1', ...migrate }),
        containerLike({ name: 'm2', ...migrate, project: 'green' }),
      ),
    ).toEqual(['shop web running 1/1 0', 'shop migrate completed 0/0 0', 'green migrate degraded 0/1 0']);
  });
});

describe('what a signal reads', () => {
  const used = new Map([
    ['a1', { cpuCores: 0.5, memoryBytes: 100 }],
    ['a2', { cpuCores: 0.25, memoryBytes: 300 }],
  ]);
  const containers = [
    containerLike({ id: 'a1', name: 'a1', restarts: 2, memoryLimitBytes: 1000, health: 'healthy' }),
    containerLike({ id: 'a2', name: 'a2', restarts: 5, memoryLimitBytes: 600, health: 'starting' }),
    containerLike({ id: 'a3', name: 'a3', isOneOff: true, restarts: 9 }),
    containerLike({ id: 'b1', name: 'db', service: 'postgres', state: 'exited' }),
  ];
  test.each([
    [{ running: 'web' }, { value: 2 }],
    [{ running: 'db' }, { value: 0 }],
    [{ running: 'absent' }, { value: 0 }],
    [{ restarts: 'web' }, { value: 5 }],
    [{ restarts: 'absent' }, { why: 'there is no container of absent: check the name of the service' }],
    [{ cpu: 'web' }, { value: 0.75 }],
    [{ cpu: 'db' }, { why: 'there is no value yet: CPU usage needs two readings' }],
    [{ memory: 'web' }, { value: 300 }],
    [{ memory: 'web', as: 'percent' as const }, { value: 50 }],
    [{ memory: 'a1', as: 'percent' as const }, { value: 10 }],
    [
      { memory: 'db', as: 'percent' as const },
      { why: 'db has no memory limit, or is not running: set mem_limit, or read memory without as: percent' },
    ],
    [
      { memory: 'db' },
      {
        why: 'db has no memory value: the container is not running, or stats: false turns the measurement off',
      },
    ],
    [{ health: 'web' }, { value: 'starting' }],
    [{ health: 'db' }, { value: 'none' }],
  ])('%j', (read, expected) => {
    const {
      parts: _,
      fold: __,
      isCounter: ___,
      isUnmeasured: ____,
      ...value
    } = containerSignalValue(read, containers, used);
    expect(value).toEqual(expected);
  });

  test.each([
    [{ restarts: 'web' }, { fold: 'max', isCounter: true }, { a1: 2, a2: 5 }],
    [{ cpu: 'web' }, { fold: 'sum' }, { a1: 0.5, a2: 0.25 }],
    [{ memory: 'web', as: 'percent' as const }, { fold: 'max' }, { a1: 10, a2: 50 }],
  ])('%j has a part of each container, so that one that is gone is missed', (read, more, amounts) => {
    const parts = Object.fromEntries(
      Object.entries(amounts).map(([container, amount]) => [JSON.stringify({ container }), amount]),
    );
    expect(containerSignalValue(read, containers, used)).toMatchObject({ ...more, parts });
  });
});

describe('the pinned state of a container', () => {
  test.each<[string, Partial<Container>, string]>([
    ['running', {}, 'running since 2026-03-04T10:14:07Z, shop:1.2'],
    ['unhealthy', { health: 'unhealthy' }, 'unhealthy since 2026-03-04T10:14:07Z, shop:1.2'],
    ['ended', { state: 'exited', exitCode: 3 }, 'failed, shop:1.2'],
    ['restarting', { state: 'restarting', restarts: 3 }, 'keeps restarting, shop:1.2'],
    ['briefly running between restarts', { restarts: 3 }, 'keeps restarting, shop:1.2'],
    ['ended between restarts', { state: 'exited', restarts: 3 }, 'keeps restarting, shop:1.2'],
    [
      'restarted long ago',
      { restarts: 3, startedAt: daemonNow - 3_600_000 },
      'running since 2026-03-04T09:15:07Z, shop:1.2',
    ],
  ])('%s', (_, own, expected) => {
    expect(containerStateSummary(containerLike(own), daemonNow)).toBe(expected);
  });

  test('a container that has run for long is not in a restart loop', () => {
    expect(
      isRestartLooping(containerLike({ restarts: 9, startedAt: daemonNow - 11 * 60_000 }), daemonNow),
    ).toBe(false);
    expect(isRestartLooping(containerLike({ restarts: 0 }), daemonNow)).toBe(false);
  });
});

test('a row has the image of its container, if known', () => {
  const [made] = rowsOf([containerLike({ image: 'shop/billing:1.4.2' })]);
  expect(made?.image).toBe('shop/billing:1.4.2');
  const [bare] = rowsOf([containerLike({ image: '' })]);
  expect(bare).not.toHaveProperty('image');
});

test('a container says whether its health is checked, and its service whether that of all is', () => {
  const checked = (containers: readonly Partial<Container>[]) =>
    rowsOf(
      containers.map((container, index) =>
        containerLike({ service: 'web', project: 'shop', id: `${index}`, ...container }),
      ),
    ).map(({ isHealthChecked }) => isHealthChecked);
  expect(checked([{ health: 'unhealthy' }])).toEqual([true, true]);
  expect(checked([{ health: 'healthy' }, { health: '' }])).toEqual([true, false, false]);
  expect(checked([{ state: 'exited', health: '' }])).toEqual([undefined, undefined]);
  const health = (container: Partial<Container>) =>
    containerSignalValue({ health: 'web' }, [containerLike({ service: 'web', ...container })], new Map());
  expect(health({ health: '' })).toMatchObject({ value: 'none', isUnmeasured: true });
  expect(health({ health: 'unhealthy' })).toEqual({
    ...{ value: 'unhealthy', parts: { '{"container":"shop-web-1"}': 0 } },
  });
});

test('a swarm keeps ended containers of a service, which are no problem while a younger one runs', () => {
  const task = (name: string, own: Partial<Container>): Container =>
    containerLike({ name, project: '', service: '', swarmService: 'st_web', ...own });
  const old = task('old', { state: 'exited', exitCode: 1, createdAt: daemonNow - 90_000 });
  const levels = (containers: readonly Container[]) =>
    rowsOf(containers).map((row) => `${row.name} ${levelOf('workloads', row, {})}`);
  expect(levels([old, task('new', { createdAt: daemonNow - 60_000 })])).toEqual(['old ok', 'new ok']);
  expect(levels([old])).toEqual(['old crit']);
  expect(levels([task('over', { state: 'exited', restartPolicy: '' })])).toEqual(['over crit']);
});

test('a service starts while its containers do', () => {
  const service = rowsOf([containerLike({ health: 'starting', startedAt: daemonNow - 10_000 })]).find(
    ({ kind }) => kind === 'service',
  );
  expect(service && levelOf('workloads', service, {})).toBe('ok');
});
