import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { redis } from '../../../src/sources/redis/index.ts';
import { freePort } from '../../support/free-port.ts';
import { createCertificates } from '../kubernetes/certificate.ts';
import { until } from '../machine/until.ts';
import { adminUser, redisCommands } from '../redis/commands.ts';
import {
  expectDown,
  openClusterNode,
  openRedisInstance,
  openReplica,
  openSentinel,
  type RedisInstance,
} from '../redis/instances.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const { signal } = new AbortController();
let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

const own = async (opening: Promise<RedisInstance>): Promise<RedisInstance> => stack.use(await opening);

const open = async (config: object, reads: Readonly<Record<string, object>> = {}): Promise<Source> => {
  const source = await redis.open(
    {
      ...{ id: 'r', env: 'test', config: redis.config.parse(config) },
      signals: Object.entries(reads).map(([id, read]) => ({ id, read: { ...read } })),
    },
    openReadIo(systemClock()),
  );
  stack.defer(() => source.close());
  return source;
};

const read = async (source: Source, name: string) => {
  const reading = await source.feeds.find(({ id }) => id === `r/${name}`)?.read(signal);
  if (reading === undefined) throw new Error(`no feed ${name}`);
  return reading;
};
const textsOf = async (source: Source, name: string): Promise<readonly string[]> =>
  (await read(source, name)).items.map((item) =>
    'title' in item ? `${item.title}: ${item.text}` : JSON.stringify(item),
  );
/** The values of the signals of a feed, or why there is none. */
const valuesOf = async (source: Source, name: string): Promise<readonly unknown[]> => {
  const { items, samples = [] } = await read(source, name);
  return [...items, ...samples].flatMap((item) =>
    'signal' in item && 'labels' in item ? [item.value ?? item.why] : [],
  );
};
const health = async (source: Source): Promise<readonly unknown[]> =>
  (await read(source, 'health')).items.map((row) => ('components' in row ? [row.status, row.detail] : row));
const doctor = async (source: Source): Promise<readonly (readonly [boolean, string])[]> =>
  ((await source.doctor?.(signal)) ?? []).map(({ ok, what }) => [ok, what]);

const local = (port: number, database = ''): string => `redis://127.0.0.1:${port}${database}`;

describe('replication', () => {
  test('role, link and lag on both sides; a replica whose master is gone is degraded', async () => {
    // A ping to its replica would add bytes that it has not received yet.
    const master = await openRedisInstance({ args: ['--repl-ping-replica-period', '3600'] });
    const isOver = { master: false };
    stack.defer(async () => {
      if (!isOver.master) await master[Symbol.asyncDispose]();
    });
    const replica = await own(openReplica(master.port));
    const reads = {
      role: { info: 'role' },
      link: { info: 'master_link_status' },
      seconds: { lag: 'seconds' },
      bytes: { lag: 'bytes' },
    };
    const above = await open({ url: local(master.port) }, reads);
    const below = await open({ url: local(replica.port) }, reads);
    await until('the replica is online', async () => (await valuesOf(above, 'pools')).includes(0));
    await redisCommands(master, [['SET', 'a', 'b']], 'none');
    await until('the replica has everything', async () => (await valuesOf(above, 'pools'))[3] === 0);
    expect(await valuesOf(above, 'pools')).toEqual([
      'master',
      'INFO of this server has no field master_link_status',
      expect.any(Number),
      0,
    ]);
    expect(await valuesOf(below, 'pools')).toEqual([
      'slave',
      'up',
      expect.any(Number),
      'only a master reports the lag in bytes: read lag in seconds here',
    ]);
    expect(await textsOf(above, 'replication')).toEqual([
      expect.stringMatching(
        new RegExp(`^replica 127\\.0\\.0\\.1:${replica.port}: online · lag \\d+ s · 0 B behind$`),
      ),
    ]);
    expect(await textsOf(below, 'replication')).toEqual([
      expect.stringMatching(
        new RegExp(`^replica of 127\\.0\\.0\\.1:${master.port}: link up · last data \\d+ s ago$`),
      ),
    ]);
    expect(await health(below)).toEqual([['up', `replica of 127.0.0.1:${master.port}`]]);

    await master[Symbol.asyncDispose]();
    isOver.master = true;
    await until('the replica has noticed', async () => (await health(below)).join().startsWith('degraded'));
    expect(await health(below)).toEqual([
      [
        'degraded',
        expect.stringMatching(new RegExp(`^the link to the master 127\\.0\\.0\\.1:${master.port} is down`)),
      ],
    ]);
    expect(await valuesOf(below, 'pools')).toEqual([
      'slave',
      'down',
      'the link to the master is down, so the lag is unknown',
      'the link to the master is down, so the lag is unknown',
    ]);
  });

  test('a write to a replica is refused by the server, and the remedy names the master', async () => {
    const replica = await own(openReplica(server.port, adminUser));
    const source = await open({ url: local(replica.port) });
    await until('it is linked', async () => (await health(source)).join().startsWith('up'));
    await expect(redisCommands(replica, [['SET', 'a', 'b']], 'none')).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('read-only replica'),
    });
  });
});

describe('a cluster node', () => {
  const reads = {
    state: { cluster: 'state' },
    unserved: { cluster: 'unservedSlots' },
    failed: { cluster: 'failedSlots' },
    nodes: { cluster: 'nodes' },
    masters: { cluster: 'masters' },
  };
  const values = async (source: Source): Promise<readonly unknown[]> =>
    (await Promise.all(Object.keys(reads).map((id) => valuesOf(source, `topology:${id}`)))).flat();

  test('without all slots it is degraded; with all of them it is up', async () => {
    const node = await own(openClusterNode());
    const source = await open({ url: local(node.port) }, reads);
    await redisCommands(node, [['CLUSTER', 'ADDSLOTSRANGE', '0', '100']], 'none');
    expect(await values(source)).toEqual(['fail', 16_283, 0, 1, 1]);
    expect(await health(source)).toEqual([
      ['degraded', 'cluster state fail: 16283 of 16384 slots are not served'],
    ]);
    expect(await textsOf(source, 'cluster')).toEqual([
      'cluster state: fail',
      'slots: 101 of 16,384 served · 0 suspected · 0 failed',
      'nodes: 1 known · 1 masters with slots',
    ]);
    expect(await doctor(source)).toContainEqual([
      false,
      'cluster state fail: 16283 of 16384 slots are not served',
    ]);
    await redisCommands(node, [['CLUSTER', 'ADDSLOTSRANGE', '101', '16383']], 'none');
    await until('the cluster is ok', async () => (await values(source))[0] === 'ok');
    expect(await values(source)).toEqual(['ok', 0, 0, 1, 1]);
    expect(await health(source)).toEqual([['up', '']]);
    expect(await doctor(source)).toContainEqual([true, 'cluster state ok: 1 masters serve all slots']);
  });

  test('a user who may not read the cluster sees the rest, and what is missing', async () => {
    const node = await own(openClusterNode());
    const reader = { user: 'reader', password: 'reader+password' };
    await redisCommands(
      node,
      [['ACL', 'SETUSER', reader.user, 'on', `>${reader.password}`, '-@all', '+ping', '+info']],
      'none',
    );
    const source = await open({ url: local(node.port), ...reader }, { state: { cluster: 'state' } });
    expect(await health(source)).toEqual([
      ['up', expect.stringMatching(/^cluster state unknown: not permitted/)],
    ]);
    expect((await read(source, 'topology:state')).faults).toMatchObject([
      { kind: 'denied', remedy: 'ACL SETUSER reader +cluster|info' },
    ]);
    const findings = (await source.doctor?.(signal)) ?? [];
    expect(findings.map(({ remedy }) => remedy)).toContain('ACL SETUSER reader +cluster|info');
  });

  test('a standalone server is no cluster node and no sentinel', async () => {
    const login = { user: adminUser.user, password: adminUser.password };
    const source = await open(
      { url: local(server.port), ...login },
      { state: { cluster: 'state' }, quorum: { sentinel: 'quorum', master: 'shop' } },
    );
    expect((await read(source, 'topology:state')).faults).toMatchObject([
      { kind: 'missing', message: expect.stringContaining('the server is not a cluster node') },
    ]);
    expect((await read(source, 'topology:quorum')).faults).toMatchObject([
      { kind: 'missing', message: expect.stringContaining('this server does not support the command') },
    ]);
  });
});

/** The reply of a command that names the error, without a login. */
const asked = async ({ port }: RedisInstance, ...commands: readonly (readonly string[])[]) =>
  redisCommands({ port }, commands, 'none');

describe('a cluster of two nodes', () => {
  /** Two nodes that share the slots: the first has those up to 8,191. */
  const openTwo = async (): Promise<readonly [RedisInstance, RedisInstance]> => {
    const low = await own(openClusterNode());
    const high = await own(openClusterNode());
    await asked(low, ['CLUSTER', 'ADDSLOTSRANGE', '0', '8191'], ['CLUSTER', 'SET-CONFIG-EPOCH', '1']);
    await asked(high, ['CLUSTER', 'ADDSLOTSRANGE', '8192', '16383'], ['CLUSTER', 'SET-CONFIG-EPOCH', '2']);
    const bus = await busOf(low);
    await asked(high, ['CLUSTER', 'MEET', '127.0.0.1', String(low.port), bus]);
    for (const node of [low, high])
      await until('both nodes agree', async () =>
        String((await asked(node, ['CLUSTER', 'INFO']))[0]).includes('cluster_state:ok'),
      );
    return [low, high];
  };
  const busOf = async (node: RedisInstance): Promise<string> => {
    const [, bus = ''] = /@(\d+)/.exec(String((await asked(node, ['CLUSTER', 'NODES']))[0])) ?? [];
    return bus;
  };
  // Slots by CLUSTER KEYSLOT: `b` is 3300, `a` 15495.
  const hereKey = 'b';
  const elsewhereKey = 'a';
  const lengths = { here: { length: hereKey }, elsewhere: { length: elsewhereKey } };

  test('a key of another node is missing, with the address of that node, and hides no other key', async () => {
    const [low, high] = await openTwo();
    await asked(low, ['RPUSH', hereKey, '1', '2']);
    await asked(high, ['RPUSH', elsewhereKey, '1', '2', '3']);
    const below = await open({ url: local(low.port) }, lengths);
    expect(await valuesOf(below, 'keys:here')).toEqual([2]);
    const moved = await read(below, 'keys:elsewhere');
    expect(moved.items).toEqual([]);
    expect(moved.faults).toMatchObject([
      {
        kind: 'missing',
        message: expect.stringMatching(
          new RegExp(`this key is on another node of the cluster \\(15495 127\\.0\\.0\\.1:${high.port}\\)$`),
        ),
        remedy: 'set the url of the source to the node that the message names',
      },
    ]);
    // The remedy is right: that node has the key.
    expect(await valuesOf(await open({ url: local(high.port) }, lengths), 'keys:elsewhere')).toEqual([3]);
    expect(await health(below)).toEqual([['up', '']]);
  });

  test('while a slot is migrated, a key that has left is missing; afterward the other node has it', async () => {
    const [low, high] = await openTwo();
    const source = await open({ url: local(low.port) }, lengths);
    const [lowId, highId] = await Promise.all(
      [low, high].map(async (node) => String((await asked(node, ['CLUSTER', 'MYID']))[0])),
    );
    const slot = '3300';
    await asked(high, ['CLUSTER', 'SETSLOT', slot, 'IMPORTING', lowId ?? '']);
    await asked(low, ['CLUSTER', 'SETSLOT', slot, 'MIGRATING', highId ?? '']);
    expect((await read(source, 'keys:here')).faults).toMatchObject([
      { kind: 'missing', message: expect.stringContaining('the slot of this key is moving') },
    ]);
    for (const node of [high, low]) await asked(node, ['CLUSTER', 'SETSLOT', slot, 'NODE', highId ?? '']);
    expect((await read(source, 'keys:here')).faults).toMatchObject([
      {
        kind: 'missing',
        message: expect.stringContaining(`another node of the cluster (3300 127.0.0.1:${high.port})`),
      },
    ]);
  });

  test('a node that is gone degrades the others, which then answer for no key', async () => {
    const [low, high] = await openTwo();
    const source = await open({ url: local(low.port) }, { ...lengths, state: { cluster: 'state' } });
    await asked(low, ['CONFIG', 'SET', 'cluster-node-timeout', '500']);
    await high[Symbol.asyncDispose]();
    await until('the node has noticed', async () =>
      (await valuesOf(source, 'topology:state')).includes('fail'),
    );
    expect(await health(source)).toEqual([['degraded', expect.stringMatching(/^cluster state fail/)]]);
    expect((await read(source, 'keys:here')).faults).toMatchObject([
      { kind: 'unreachable', message: expect.stringContaining('the cluster is down, so no key can be read') },
    ]);
  });
});

describe('a sentinel', () => {
  test('its master, replicas and quorum; a master that is gone degrades it', async () => {
    const master = await openRedisInstance();
    const isOver = { master: false };
    stack.defer(async () => {
      if (!isOver.master) await master[Symbol.asyncDispose]();
    });
    const sentinel = await own(openSentinel(master.port));
    const names = ['state', 'address', 'replicas', 'sentinels', 'quorum'] as const;
    const source = await open(
      { url: local(sentinel.port) },
      {
        ...Object.fromEntries(names.map((name) => [name, { sentinel: name, master: 'shop' }])),
        none: { sentinel: 'state', master: 'none' },
      },
    );
    const values = async (): Promise<readonly unknown[]> =>
      (await Promise.all(names.map((name) => valuesOf(source, `topology:${name}`)))).flat();
    expect(await values()).toEqual(['ok', `127.0.0.1:${master.port}`, 0, 1, 1]);
    expect(await valuesOf(source, 'topology:none')).toEqual(['the sentinel monitors no master none']);
    expect(await health(source)).toEqual([['up', '']]);
    expect(await textsOf(source, 'cluster')).toEqual([
      `master shop at 127.0.0.1:${master.port}: ok · 0 replicas · quorum 1 of 1 sentinels`,
    ]);
    const findings = await doctor(source);
    expect(findings.filter(([ok]) => !ok)).toEqual([]);
    expect(findings).toContainEqual([
      true,
      `master shop at 127.0.0.1:${master.port} is ok. Quorum 1 of 1 sentinels`,
    ]);
    // A sentinel has neither.
    for (const name of ['slowlog', 'settings', 'latency'])
      expect((await read(source, name)).faults, name).toMatchObject([{ kind: 'missing' }]);

    await expectDown(sentinel, true);
    await master[Symbol.asyncDispose]();
    isOver.master = true;
    await until('the sentinel calls it down', async () => (await values())[0] === 'odown');
    expect(await health(source)).toEqual([['degraded', `master shop at 127.0.0.1:${master.port} is odown`]]);
    expect((await doctor(source)).filter(([ok]) => !ok)).toEqual([
      [false, `master shop at 127.0.0.1:${master.port} is odown. Quorum 1 of 1 sentinels`],
    ]);
  });

  test('a failover: the sentinel names the new master, the promoted replica is one, and the old one returns as a replica', async () => {
    const master = await openRedisInstance();
    stack.defer(() => master[Symbol.asyncDispose]());
    const replica = await own(openReplica(master.port));
    const sentinel = await own(openSentinel(master.port));
    const reads = {
      state: { sentinel: 'state', master: 'shop' },
      address: { sentinel: 'address', master: 'shop' },
      replicas: { sentinel: 'replicas', master: 'shop' },
    };
    const watcher = await open({ url: local(sentinel.port) }, reads);
    const role = { role: { info: 'role' }, link: { info: 'master_link_status' } };
    const below = await open({ url: local(replica.port) }, role);
    const above = await open({ url: local(master.port) }, role);
    const watched = async (): Promise<readonly unknown[]> =>
      (await Promise.all(Object.keys(reads).map((id) => valuesOf(watcher, `topology:${id}`)))).flat();
    await until('the sentinel has found the replica', async () => (await watched())[2] === 1);
    expect(await watched()).toEqual(['ok', `127.0.0.1:${master.port}`, 1]);
    expect((await valuesOf(below, 'pools'))[0]).toBe('slave');

    // The master hangs, as behind a network that is down: its port stays, and it answers nothing.
    await redisCommands(replica, [['CONFIG', 'SET', 'repl-timeout', '2']], 'none');
    await expectDown(sentinel, true);
    master.pause();
    await until('the sentinel calls it down, or has already replaced it', async () => {
      const [state, address] = await watched();
      return state !== 'ok' || address === `127.0.0.1:${replica.port}`;
    });
    await until('the replica is the master', async () => (await valuesOf(below, 'pools'))[0] === 'master');
    await until('the sentinel names it', async () => (await watched())[1] === `127.0.0.1:${replica.port}`);
    await expectDown(sentinel, false);
    expect(await watched()).toEqual(['ok', `127.0.0.1:${replica.port}`, 1]);
    expect(await health(watcher)).toEqual([['up', '']]);
    expect(await health(below)).toEqual([['up', '']]);

    master.resume();
    await until('the old master follows', async () => (await valuesOf(above, 'pools'))[1] === 'up');
    expect((await valuesOf(above, 'pools'))[0]).toBe('slave');
    expect(await health(above)).toEqual([['up', `replica of 127.0.0.1:${replica.port}`]]);
    await expect(redisCommands(master, [['SET', 'a', 'b']], 'none')).rejects.toMatchObject({
      kind: 'denied',
    });
  });

  test('the least privileges that the doctor names suffice, and without them it names the missing one', async () => {
    const sentinel = await own(openSentinel(server.port));
    const reader = { user: 'reader', password: 'reader+password' };
    const setUser = (...rules: readonly string[]): Promise<unknown> =>
      redisCommands(
        sentinel,
        [['ACL', 'SETUSER', reader.user, 'on', `>${reader.password}`, ...rules]],
        'none',
      );
    await setUser('-@all', '+ping', '+info');
    const source = await open(
      { url: local(sentinel.port), ...reader },
      { quorum: { sentinel: 'quorum', master: 'shop' } },
    );
    const missing = ((await source.doctor?.(signal)) ?? []).filter(({ ok }) => !ok);
    expect(missing.map(({ remedy }) => remedy)).toEqual([
      'ACL SETUSER reader +client|list',
      'ACL SETUSER reader +sentinel|masters',
    ]);
    const [, rules = ''] =
      /resetchannels (.*)$/.exec(
        (await doctor(source)).find(([, what]) => what.startsWith('least privileges'))?.[1] ?? '',
      ) ?? [];
    await setUser(...rules.split(' '));
    const after = await open(
      { url: local(sentinel.port), ...reader },
      { quorum: { sentinel: 'quorum', master: 'shop' } },
    );
    expect(await valuesOf(after, 'topology:quorum')).toEqual([1]);
    expect(((await after.doctor?.(signal)) ?? []).filter(({ remedy }) => remedy?.startsWith('ACL'))).toEqual(
      [],
    );
  });
});

test('TLS: the certificate is verified; a plain connection and an unknown certificate are faults', async () => {
  let ca = '';
  const instance = await own(
    openRedisInstance({
      prepare: async (dir) => {
        const { certificate, key } = await createCertificates(dir, AbortSignal.timeout(10_000));
        ca = await readFile(certificate, 'utf8');
        return [
          ...['--tls-auth-clients', 'no', '--tls-ca-cert-file', certificate],
          ...['--tls-cert-file', certificate, '--tls-key-file', key],
        ];
      },
    }),
  );
  const port = await freePort();
  await redisCommands(instance, [['CONFIG', 'SET', 'tls-port', String(port)]], 'none');
  const secured = `rediss://127.0.0.1:${port}`;
  expect(await health(await open({ url: secured, tls: { ca } }))).toEqual([['up', '']]);
  const unknown = await read(await open({ url: secured }), 'health');
  expect(unknown.items).not.toMatchObject([{ status: 'up' }]);
  expect(unknown.faults).toMatchObject([{ message: expect.stringMatching(/certificate/i) }]);
  const plain = await read(await open({ url: `redis://127.0.0.1:${port}` }), 'health');
  expect(plain.items).toMatchObject([{ status: 'down' }]);
});
