import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { promises } from '../../contract/promises.ts';
import { moduleOf, secret } from '../../contract/wired.ts';
import { holdConnections } from '../redis/clients.ts';
import { bystander, redisCommands } from '../redis/commands.ts';
import { redisStage, seedRedis } from '../rigs/redis.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const { signal } = new AbortController();
const login = { user: 'opsdeck', password: secret };
let seeded: Awaited<ReturnType<typeof seedRedis>>;

beforeAll(async () => {
  seeded = await seedRedis(server);
});
afterAll(() => seeded.worker[Symbol.asyncDispose]());

describe('redis contract', () => promises(redisStage(server, () => seeded.id)));

const withSource = async <T>(
  who: { readonly user: string; readonly password: string },
  use: (source: Source) => Promise<T>,
): Promise<T> => {
  const module = moduleOf('redis');
  const config = module.config.parse({ url: `redis://127.0.0.1:${server.port}`, ...who });
  const signals = [{ id: 'mail', read: { length: 'queue:mail' } }];
  const source = await module.open({ id: 'cache', env: 'test', config, signals }, openReadIo(systemClock()));
  try {
    return await use(source);
  } finally {
    await source.close();
  }
};

/** Plans, checks and executes an operation; returns the result of each call, and every line. */
const act = (name: string, params: Readonly<Record<string, unknown>>): Promise<readonly string[]> =>
  withSource(login, async (source) => {
    const operation = source.operations.find((candidate) => candidate.name === name);
    if (operation === undefined) throw new Error(`no operation ${name}`);
    const plan = await operation.plan(moduleOf('redis').operations[name]?.params.parse(params) ?? {}, signal);
    expect(await operation.permits?.(plan, signal)).toMatchObject({ allowed: true });
    expect(await operation.recheck(plan, signal)).toBeUndefined();
    const change = openChangeIo(systemClock());
    const events: ActEvent[] = [];
    for await (const event of operation.act(plan, change, signal)) events.push(event);
    await change.close();
    return events.flatMap((event) => {
      if (event.is === 'output') return [event.text];
      return event.is === 'answered' ? [`${event.ok ? 'ok' : 'not ok'}: ${event.status}`] : [];
    });
  });

describe('operations change the server, and report what it says afterwards', () => {
  beforeEach(async () => {
    await seeded.worker[Symbol.asyncDispose]();
    seeded = await seedRedis(server);
  });

  test('kill closes the connection of the worker', async () => {
    expect(await act('kill', { id: seeded.id })).toEqual(['ok: killed', '1 of 1 gone']);
    await seeded.worker.closed;
  });

  test('setting is read back in the form of the server', async () => {
    expect(await act('setting', { name: 'maxmemory', value: '64mb' })).toEqual([
      'ok: set',
      'maxmemory: 67108864',
    ]);
    expect(await act('setting', { name: 'maxmemory-policy', value: 'sometimes' })).toEqual([
      expect.stringMatching(/^not ok: .*CONFIG SET failed.*argument/),
    ]);
  });

  test('deleteKeys removes 1,200 keys in batches, and no other', async () => {
    const pairs = Array.from({ length: 1200 }, (_, nth) => [`old:${nth}\x01[x]`, 'x']).flat();
    await redisCommands(server, [['MSET', ...pairs]]);
    const lines = await act('deleteKeys', { pattern: 'old:*' });
    expect(lines).toEqual([
      'ok: 500 removed',
      'ok: 500 removed',
      'ok: 200 removed',
      '1,200 of 1,200 keys removed',
      '0 keys left',
    ]);
    expect(await redisCommands(server, [['DBSIZE']])).toEqual([3]);
  });

  test('flushDatabase and purgeMemory', async () => {
    expect(await act('flushDatabase', { database: 0 })).toEqual(['ok: flushed', '0 keys now']);
    expect(await act('purgeMemory', {})).toEqual([
      'ok: purged',
      expect.stringMatching(/^resident memory .*iB/),
    ]);
  });
});

test('NOPERM is a denied fault of each feed without the permission, which it names', async () => {
  await withSource(bystander, async (source) => {
    const faults = new Map<string, string>();
    for (const feed of source.feeds)
      for (const { kind, remedy } of (await feed.read(signal)).faults)
        faults.set(feed.id, `${kind}: ${remedy ?? ''}`);
    expect(Object.fromEntries(faults)).toEqual({
      'cache/sessions': 'denied: ACL SETUSER bystander +client|list',
      'cache/keys:mail': 'denied: ACL SETUSER bystander +type',
      'cache/slowlog': 'denied: ACL SETUSER bystander +slowlog|get',
      'cache/latency': 'denied: ACL SETUSER bystander +latency|latest',
      'cache/settings': 'denied: ACL SETUSER bystander +config|get',
    });
    const findings = (await source.doctor?.(signal)) ?? [];
    expect(findings.filter(({ ok }) => !ok).map(({ remedy }) => remedy)).toEqual([
      'ACL SETUSER bystander +client|list',
      'ACL SETUSER bystander +slowlog|get',
      'ACL SETUSER bystander +latency|latest',
      'ACL SETUSER bystander +config|get',
    ]);
  });
});

test('a full server is down, with the remedy', async () => {
  await using _ = await holdConnections(server, 70);
  await withSource(login, async (source) => {
    const health = await source.feeds.find(({ name }) => name === 'health')?.read(signal);
    expect(health?.items).toEqual([expect.objectContaining({ status: 'down' })]);
    expect(health?.faults).toEqual([
      expect.objectContaining({
        kind: 'unreachable',
        message: expect.stringContaining('maxclients is reached'),
      }),
    ]);
  });
});
