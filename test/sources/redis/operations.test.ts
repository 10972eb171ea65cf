import { afterEach, beforeEach, expect, test } from 'vitest';
import { redisReads } from '../../../src/clients/redis/reading.ts';
import { toRedisError } from '../../../src/clients/redis/redis-error.ts';
import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { RedisEndpoint } from '../../../src/simulator/servers/redis/endpoint.ts';
import type { Operation, Source } from '../../../src/sources/kit/contract/source.ts';
import { redis } from '../../../src/sources/redis/index.ts';
import { openSimulatedRedis } from '../../contract/rigs/redis-simulator.ts';
import { secret } from '../../contract/wired.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal: never } = new AbortController();
const clock = manualClock();
let server: RedisEndpoint;
let source: Source;
let change: ReturnType<typeof openChangeIo>;

const open = async (incident?: string): Promise<void> => {
  server = await openSimulatedRedis(clock, incident);
  const config = redis.config.parse({
    url: `redis://127.0.0.1:${server.port}`,
    user: 'opsdeck',
    password: secret,
  });
  source = await redis.open({ id: 'cache', env: 'test', config, signals: [] }, openReadIo(clock));
};

beforeEach(async () => {
  change = openChangeIo(clock);
  await open();
});
afterEach(async () => {
  await source.close();
  await change.close();
  await server.close();
});

const operation = (name: string): Operation => {
  const found = source.operations.find((other) => other.name === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
};

const planFor = (name: string, params: object): Promise<Plan> =>
  operation(name).plan(redis.operations[name]?.params.parse(params) ?? {}, never);

/** The result of each call, and every line. */
const act = async (plan: Plan): Promise<readonly string[]> => {
  const events: ActEvent[] = [];
  const acting = operation(plan.use.replace('cache.', '')).act(plan, change, never);
  for await (const event of acting) events.push(event);
  return events.flatMap((event) => {
    if (event.is === 'output') return [event.text];
    return event.is === 'answered' ? [`${event.ok ? 'ok' : 'not ok'}: ${event.status}`] : [];
  });
};

const textsOf = async (name: string): Promise<readonly string[]> => {
  const { items } = (await source.feeds.find((feed) => feed.name === name)?.read(never)) ?? { items: [] };
  return items.map((item) => ('title' in item ? `${item.title}: ${item.text}` : JSON.stringify(item)));
};

test('kill: closes the connection with this id and address, and reports that it is gone', async () => {
  const plan = await planFor('kill', { id: 3 });
  expect(plan).toMatchObject({
    danger: 'disruptive',
    targets: [{ name: 'cache', saw: 'connected from 10.244.9.10:40001' }],
    calls: [{ line: 'CLIENT KILL ID 3 ADDR 10.244.9.10:40001', target: 0 }],
    objects: ['id 3 · shop · 10.244.9.10:40001 · idle · idle 3 s · get'],
  });
  expect(await act(plan)).toEqual(['ok: killed', '1 of 1 gone']);
  expect(await operation('kill').recheck(plan, never)).toMatchObject({ found: 'the connection has ended' });
  expect(await act(plan)).toEqual(['ok: id 3 no longer exists', '1 of 1 gone']);
  await expect(planFor('kill', { id: 3 })).rejects.toMatchObject({ ending: 'not-applicable' });
});

test('setting: reads the new value back, and its undo restores the old one', async () => {
  const plan = await planFor('setting', { name: 'maxmemory', value: '200mb' });
  expect(plan.changes).toEqual(['maxmemory: 104857600 → 200mb']);
  const undo = operation('setting').undo?.(plan);
  expect(undo).toMatchObject({ use: 'cache.setting', with: { name: 'maxmemory', value: '104857600' } });
  expect(await act(plan)).toEqual(['ok: set', 'maxmemory: 209715200']);
  expect(await operation('setting').recheck(plan, never)).toMatchObject({ found: '209715200' });
  expect(await act(await planFor('setting', undo?.with ?? {}))).toEqual(['ok: set', 'maxmemory: 104857600']);
  expect(await act(await planFor('setting', { name: 'maxmemory', value: 'much' }))).toEqual([
    expect.stringMatching(/^not ok: .*CONFIG SET failed/),
  ]);
  await expect(planFor('setting', { name: 'no-such', value: 1 })).rejects.toMatchObject({
    message: 'setting no-such not found: CONFIG GET * lists the names',
  });
});

test.each(['requirepass', 'masterauth', 'masteruser', 'tls-key-file-pass'])(
  'setting: refuses %s, whose value is a secret',
  (name) => {
    expect(redis.operations.setting?.params.safeParse({ name, value: 'x' }).success).toBe(false);
  },
);

test('deleteKeys: previews the count and a sample, and removes only these keys', async () => {
  const plan = await planFor('deleteKeys', { pattern: 'session:*' });
  for (const { where } of plan.effects ?? [])
    expect(where).toEqual({ source: 'cache', name: expect.stringMatching(/^session:/) });
  expect(plan.effects).not.toEqual([]);
  expect(plan).toMatchObject({
    ...{
      danger: 'destructive',
      lost: 'the values of these keys are deleted for good',
      reach: { objects: 2 },
    },
  });
  expect(plan.objects).toEqual(['2 keys matching session:*', 'session:1', 'session:2']);
  expect(await act(plan)).toEqual(['ok: 2 removed', '2 of 2 keys removed', '0 keys left']);
  expect(await textsOf('keyspace')).toEqual(['db0: 1 key · 0 with expiry']);
});

test.each([
  [{ pattern: 'none:*' }, 'no key matches none:*: check the pattern, and the database of the source'],
  [{ pattern: 'session:*', max: 1 }, 'more than 1 keys match session:*: narrow the pattern, or raise max'],
])('deleteKeys: %j is not applicable', async (params, message) => {
  await expect(planFor('deleteKeys', params)).rejects.toMatchObject({ ending: 'not-applicable', message });
});

test.each(['*', '**', '?*'])('deleteKeys: refuses %s, which matches every key', (pattern) => {
  expect(redis.operations.deleteKeys?.params.safeParse({ pattern }).success).toBe(false);
});

test('flushDatabase: needs the number of the database of the source', async () => {
  await expect(planFor('flushDatabase', { database: 1 })).rejects.toThrow(
    /connected to database 0: use the source of database 1/,
  );
  const plan = await planFor('flushDatabase', { database: 0 });
  // Keys of this source alone: a queue of another one is not emptied by it.
  expect(plan.effects).toMatchObject([{ does: 'ends', kind: 'queues', where: { source: 'cache' } }]);
  expect(plan).toMatchObject({ danger: 'destructive', targets: [{ name: 'cache/db0', saw: '3 keys' }] });
  expect(await act(plan)).toEqual(['ok: flushed', '0 keys now']);
});

test('purgeMemory reports the resident memory', async () => {
  const plan = await planFor('purgeMemory', {});
  expect(plan.danger).toBe('safe');
  expect(await act(plan)).toEqual(['ok: purged', 'resident memory 63 MiB, fragmentation ratio 1.05']);
});

test('a failed save degrades the health, and latency events are listed', async () => {
  await source.close();
  await server.close();
  await open('unsaved');
  expect((await textsOf('health')).join()).toContain(
    '"status":"degraded","detail":"the last RDB save failed"',
  );
  expect(await textsOf('latency')).toEqual(['aof-fsync: latest 90 ms · maximum 90 ms']);
});

test.each([
  [['FLUSHALL'], 'FLUSHALL'],
  [['CONFIG', 'SET', 'maxmemory', '1'], 'CONFIG SET'],
  [['EVAL', 'return 1', '0'], 'EVAL return 1'],
])('a reading client refuses %j before anything is sent', async (command, shown) => {
  const io = openReadIo(clock);
  const reader = io.open(redisReads, { url: 'redis://127.0.0.1:1' });
  await expect(reader.ask({ commands: [command] }, never)).rejects.toMatchObject({
    kind: 'denied',
    message: `opsdeck sends only commands that read, not ${shown}`,
  });
  await io.close();
});

test.each([
  [
    'NOPERM User x has no permissions to run the command',
    ['CLIENT', 'LIST'],
    'denied',
    'ACL SETUSER ops +client|list',
  ],
  ['NOPERM No permissions to access a key', ['LLEN', 'a'], 'denied', 'ACL SETUSER ops %R~PATTERN'],
  ['WRONGPASS invalid username-password pair', ['AUTH'], 'denied', 'check user: and password:'],
  ['LOADING Redis is loading the dataset in memory', ['PING'], 'unreachable', 'wait'],
  [
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    ['TYPE', 'a'],
    'unreachable',
    'check the master',
  ],
  ['MOVED 3999 127.0.0.1:6381', ['LLEN', 'a'], 'missing', 'set the url of the source'],
  [
    "READONLY You can't write against a read only replica.",
    ['UNLINK', 'a'],
    'denied',
    'set the url of the source',
  ],
  ["ERR unknown command 'LATENCY'", ['LATENCY', 'LATEST'], 'missing', ''],
])('%s is a fault of its kind with a remedy', (reply, command, kind, remedy) => {
  const error = toRedisError(reply, command, 'ops');
  expect(error.kind).toBe(kind);
  expect(error.remedy ?? '').toContain(remedy);
});

test.each(['http://x', 'redis://', 'redis://host/name', 'host:6379'])('%s is refused as a url', (url) => {
  expect(redis.config.safeParse({ url }).success).toBe(false);
});
