import { describe, expect, test } from 'vitest';
import { portRow, RestartTracker } from '../../../src/sources/host/feeds/workloads.ts';
import type { Process } from '../../../src/sources/host/parse/processes.ts';
import { parseUnits } from '../../../src/sources/host/parse/units.ts';
import { never, openHosts } from './hosts.ts';

const process = (pid: number, parent: number, args: string): Process => ({
  pid,
  parent,
  user: 'deploy',
  cpuPercent: 0,
  rssBytes: 0,
  name: args.split(' ')[0] ?? '',
  args,
});
const [active] = parseUnits(
  'Id=api.service\nLoadState=loaded\nActiveState=active\nSubState=running\nMainPID=711',
);
const [failed] = parseUnits(
  'Id=api.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\nMainPID=0',
);
const processes = [process(711, 1, 'api'), process(712, 711, 'worker'), process(800, 1, 'nc -l 8080')];
const held = (...pids: readonly number[]) => [
  { address: '0.0.0.0', port: 8080, holders: pids.map((pid) => ({ pid, name: `p${pid}` })) },
];

describe('the process that holds a port', () => {
  const owner = { name: 'api', unit: active };
  test.each([
    ['none', { listeners: [] }, owner, { status: 'not bound', ready: 0 }],
    [
      'the unit',
      { listeners: held(711) },
      owner,
      { status: 'held by api', ready: 1, detail: 'pid 711, api, of deploy' },
    ],
    ['a child of the unit', { listeners: held(712) }, owner, { status: 'held by api', ready: 1 }],
    ['the unit and its child', { listeners: held(712, 711) }, owner, { status: 'held by api', ready: 1 }],
    [
      'another process',
      { listeners: held(800) },
      owner,
      { status: 'held by p800', ready: 0, detail: 'pid 800, nc -l 8080, of deploy' },
    ],
    [
      'any process, of a port without an owner',
      { listeners: held(800) },
      undefined,
      { status: 'held by p800', ready: 1 },
    ],
    [
      'a process, while systemd is unavailable',
      { listeners: held(800) },
      { name: 'api', unit: undefined },
      { status: 'held by p800', ready: 1 },
    ],
    [
      'an unknown process, while the unit is running',
      { listeners: held() },
      owner,
      { status: 'bound', ready: 1 },
    ],
    [
      'an unknown process, while the unit is not running',
      { listeners: held() },
      { name: 'api', unit: failed },
      { status: 'held by another process', ready: 0 },
    ],
  ])('%s', (_, seen, of, row) => {
    const found = portRow(8080, { processes, connections: new Map(), ...seen }, of);
    expect(found).toMatchObject({ kind: 'process', name: 'port 8080', wanted: 1, ...row });
  });
});

test('restarts are rising if they increased within five minutes; a reset count is not rising', () => {
  const memory = new RestartTracker();
  const minute = 60_000;
  const rising = (
    [
      [0, 2],
      [1, 2],
      [2, 3],
      [6, 3],
      [8, 3],
      [9, 0],
      [10, 0],
    ] as const
  ).map(([position, count]) => memory.isRising('api', count, position * minute));
  expect(rising).toEqual([false, false, true, true, false, false, false]);
  expect(memory.isRising('other', undefined, 0)).toBe(false);
});

test('CPU is measured between two readings, per host', async () => {
  await using hosts = await openHosts({ signals: [{ id: 'cpu', read: { cpu: true } }] });
  const feed = hosts.feed('hosts/health@vm-1');
  expect(feed.needsTwo).toBe(true);
  expect((await feed.read(never)).samples).toMatchObject([
    { labels: { host: 'vm-1' }, why: expect.any(String) },
  ]);
  await hosts.clock.advance(10_000);
  const [sample] = (await feed.read(never)).samples ?? [];
  expect(sample?.value).toBeCloseTo(14, 1);
});

test('a conflict is a failed unit, and a port held by another process', async () => {
  await using hosts = await openHosts({ incident: 'port-conflict', config: { processes: ['riptide'] } });
  const { items, faults } = await hosts.feed('hosts/workloads@vm-1').read(never);
  expect(faults).toEqual([]);
  expect(items).toMatchObject([
    {
      kind: 'unit',
      name: 'eventmesh-api',
      node: 'vm-1',
      status: 'failed',
      ready: 0,
      restarts: 5,
      detail: 'exit 1',
    },
    { kind: 'process', name: 'riptide', status: 'not running', ready: 0 },
    { kind: 'process', name: 'port 8080', status: 'held by python3', ready: 0 },
  ]);
});

test('a unit in a restart loop has rising restarts', async () => {
  await using hosts = await openHosts();
  const feed = hosts.feed('hosts/workloads@vm-1');
  expect((await feed.read(never)).items[0]).not.toHaveProperty('restartsRising');
  const machine = hosts.machine('vm-1');
  machine.kill(machine.unit.mainPid ?? 0, 'KILL', hosts.env().now);
  await hosts.clock.advance(5000);
  hosts.env();
  expect((await feed.read(never)).items[0]).toMatchObject({ restarts: 1, restartsRising: true, ready: 1 });
});
