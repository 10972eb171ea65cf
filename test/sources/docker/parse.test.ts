import { describe, expect, test } from 'vitest';
import { parseContainer, parseContainerList } from '../../../src/sources/docker/containers/container.ts';
import { coresBetween, parseContainerStats } from '../../../src/sources/docker/containers/container-feed.ts';
import { recorded } from '../recorded.ts';

const page = (name: string) => parseContainer(recorded(`docker-20.10/inspect-${name}.json`));

describe('the inspect result of a container', () => {
  test('a service with every field', () => {
    expect(page('web')).toMatchObject({
      name: 'shop-web-1',
      image: 'opsdeck-shop:1.0',
      project: 'shop',
      service: 'web',
      isOneOff: false,
      awaits: ['migrate'],
      state: 'running',
      health: 'healthy',
      isOomKilled: false,
      hasTty: false,
      isOnHostNetwork: false,
      hasFixedPort: true,
      restarts: 0,
      exitCode: 0,
      startedAt: Date.parse('2026-11-20T12:39:44.635Z'),
      memoryLimitBytes: 64 * 1024 * 1024,
      cpuLimitCores: 0.5,
      stopTimeoutSeconds: 60,
      ports: { '8080/tcp': { host: '127.0.0.1', port: 18080 } },
      networks: [{ address: expect.stringMatching(/^172\.17\.0\.\d+$/), gateway: '172.17.0.1' }],
    });
  });

  test('without limits there is no limit, and without a network no address', () => {
    const db = page('db');
    expect(db).toMatchObject({ health: 'unhealthy', healthOutput: 'no database', hasTty: true });
    expect(db).toMatchObject({ networks: [], ports: {}, hasFixedPort: false });
    expect([db.memoryLimitBytes, db.cpuLimitCores, db.stopTimeoutSeconds]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each([
    ['migrate', { state: 'exited', exitCode: 0, isOomKilled: false }],
    ['batch', { state: 'exited', exitCode: 3, health: '' }],
    ['worker', { state: 'restarting', exitCode: 3, restarts: 6 }],
    ['greedy', { state: 'exited', exitCode: 137, isOomKilled: true }],
    ['oneoff', { service: 'web', isOneOff: true, exitCode: 2 }],
  ])('%s', (name, expected) => {
    expect(page(name)).toMatchObject(expected);
  });

  test.each([
    ['null', null],
    ['a list', []],
    ['an error', { message: 'No such container' }],
    ['one without a state', { Id: 'a'.repeat(64) }],
    ['an id with a path', { Id: '../../info', State: { Status: 'running' } }],
  ])('%s is not a container', (_, answer) => {
    expect(() => parseContainer(answer)).toThrow('does not describe a container');
  });

  test('missing fields are absent, and an invalid date is absent', () => {
    const bare = parseContainer({ Id: 'a'.repeat(64), State: { StartedAt: '0001-01-01T00:00:00Z' } });
    expect(bare).toMatchObject({ name: 'aaaaaaaaaaaa', image: '', state: '', project: '', ports: {} });
    for (const key of ['startedAt', 'exitCode', 'restarts', 'memoryLimitBytes'])
      expect(bare).not.toHaveProperty(key);
  });

  test('a CPU quota is a CPU limit as well', () => {
    const of = (HostConfig: object) =>
      parseContainer({ Id: 'a'.repeat(64), State: {}, HostConfig }).cpuLimitCores;
    expect(of({ CpuQuota: 150_000, CpuPeriod: 50_000 })).toBe(3);
    expect(of({ CpuQuota: 50_000 })).toBe(0.5);
    expect(of({ CpuQuota: -1 })).toBeUndefined();
  });

  test('the output of a health check is one line, with passwords masked', () => {
    const Log = [{ Output: 'old' }, { Output: 'first\nsecond\t third\n' }];
    const container = parseContainer({ Id: 'a'.repeat(64), State: { Health: { Status: 'unhealthy', Log } } });
    expect(container.healthOutput).toBe('first second third');
    const log = [{ Output: 'cannot reach postgres://shop:of-health-check@db/shop' }];
    const leaky = parseContainer({ Id: 'a'.repeat(64), State: { Health: { Log: log } } });
    expect(leaky.healthOutput).toBe('cannot reach postgres://shop:…@db/shop');
    const open = [{ Output: 'GET http://shop:8080/health?full=true answered 503' }];
    const plain = parseContainer({ Id: 'a'.repeat(64), State: { Health: { Log: open } } });
    expect(plain.healthOutput).toBe('GET http://shop:8080/health?full=true answered 503');
  });
});

describe('the list', () => {
  test('contains names, states and health', () => {
    const rows = parseContainerList(recorded('docker-20.10/containers.json')).map((container) =>
      [
        container.name,
        container.service,
        container.state,
        container.health,
        container.exitCode ?? '-',
        container.isOneOff,
      ].join(' '),
    );
    expect(rows.sort()).toEqual([
      'shop-batch-1 batch exited  3 false',
      'shop-db-1 db running unhealthy - false',
      'shop-greedy-1 greedy exited  137 false',
      'shop-migrate-1 migrate exited  0 false',
      'shop-web-1 web running healthy - false',
      'shop-worker-1 worker restarting  - false',
      'shop_web_run_1 web exited  2 true',
    ]);
  });

  test('a linked container has one name', () => {
    const [container] = parseContainerList([
      { Id: 'b'.repeat(64), Names: ['/web/db', '/db'], State: 'running' },
    ]);
    expect(container?.name).toBe('db');
  });

  test('invalid data is not an empty list', () => {
    expect(() => parseContainerList({ message: 'page not found' })).toThrow('not a list of containers');
    expect(parseContainerList([null, 7, { Id: '..' }, {}])).toEqual([]);
  });
});

describe('statistics', () => {
  const meters = (name: string) => parseContainerStats(recorded(`docker-20.10/stats-${name}.json`));

  test('of a running container, with and without a network', () => {
    expect(meters('web')).toEqual({
      cores: 2,
      cpu: 171_594_600,
      system: 30_852_100_000_000,
      memoryBytes: 598_016,
    });
    expect(meters('no-network')).toMatchObject({
      cores: 2,
      cpu: expect.any(Number),
      memoryBytes: expect.any(Number),
    });
  });

  test('of an ended one have the year 1 and no values', () => {
    expect(meters('ended')).toEqual({ cores: 0, cpu: 0 });
    expect(parseContainerStats(undefined)).toEqual({ cores: 0 });
  });

  test.each([
    ['cgroup v1: of the whole hierarchy', { inactive_file: 1, total_inactive_file: 30 }, 70],
    ['cgroup v2', { inactive_file: 20 }, 80],
    ['more than the usage', { inactive_file: 200 }, 100],
    ['not reported', {}, 100],
  ])('the page cache is not counted: %s', (_, stats, expected) => {
    expect(parseContainerStats({ memory_stats: { usage: 100, stats } }).memoryBytes).toBe(expected);
  });

  const at = (cpu: number, system: number, cores = 4) => ({ cpu, system, cores });
  test.each([
    ['half of the cores', at(100, 1000), at(600, 2000), 2],
    ['idle', at(100, 1000), at(100, 2000), 0],
    ['the first reading', undefined, at(100, 1000), undefined],
    ['a counter that was reset', at(100, 1000), at(50, 2000), undefined],
    ['no elapsed time', at(100, 1000), at(100, 1000), undefined],
    ['unknown number of cores', at(100, 1000), at(600, 2000, 0), undefined],
    ['no longer running', at(100, 1000), { cores: 0, cpu: 0 }, undefined],
  ])('cores in use: %s', (_, before, after, expected) => {
    expect(coresBetween(before, after)).toBe(expected);
  });
});
