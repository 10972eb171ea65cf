import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import {
  attempt,
  expectNotRecovered,
  expectRecovered,
  isNotRecovered,
  isRecovered,
  lever,
  patientMs,
  type Situation,
} from '../false-recovery/attempt.ts';
import { type Lever, openLever } from '../false-recovery/lever.ts';
import { openProxy, type Proxy as TcpProxy } from '../proxy.ts';
import { redisCommands } from '../redis/commands.ts';
import { openRedisInstance, type RedisInstance } from '../redis/instances.ts';

const list = 'jobs';
const setting = { name: 'maxclients', before: '500', after: '400' };
const service = 'cache';

let stack: AsyncDisposableStack;
let idle: Lever;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  idle = stack.use(await openLever());
});
afterAll(() => stack.disposeAsync());

/** Two servers with the same configuration, and a proxy that leads to the first; only that one has jobs. */
const openServers = async () => {
  await using opened = new AsyncDisposableStack();
  const args = ['--maxclients', setting.before];
  const server: RedisInstance = opened.use(await openRedisInstance({ args }));
  const other: RedisInstance = opened.use(await openRedisInstance({ args }));
  const jobs = Array.from({ length: 300 }, (_, index) => `job-${index}`);
  await redisCommands(server, [['RPUSH', list, ...jobs]], 'none');
  // Redis subtracts whole seconds: one that started with the run could be the first one, restarted.
  await sleep(2000);
  const proxy: TcpProxy = await openProxy(server.port);
  opened.defer(() => proxy.close());
  const source = { type: 'redis', url: proxy.origin.replace('http:', 'redis:'), service };
  const resources = opened.move();
  return { server, other, proxy, source, [Symbol.asyncDispose]: () => resources.disposeAsync() };
};
type Servers = Awaited<ReturnType<typeof openServers>>;

const queue = ({ source }: Servers): Situation => ({
  sources: { [lever]: idle.source, cache: source },
  signals: [{ id: 'jobs', title: 'Jobs', source: 'cache', read: { length: list }, unit: '', crit: '>=100' }],
  when: 'jobs >= 100',
  verify: ['jobs < 5'],
});

/** Sets a limit, and the undo of that run. */
const limit = ({ source }: Servers): Situation => ({
  sources: { cache: source },
  signals: [
    { id: 'limit', title: 'Limit', source: 'cache', read: { info: 'maxclients' }, unit: '', crit: '>=500' },
  ],
  when: 'limit >= 500',
  act: { use: 'cache.setting', with: { name: setting.name, value: setting.after } },
  confirm: service,
  verify: ['limit < 500'],
});

const limitOf = async (server: RedisInstance): Promise<unknown> =>
  (await redisCommands(server, [['CONFIG', 'GET', setting.name]], 'none'))[0];

describe.concurrent('another server answers after an action without effect', { timeout: patientMs }, () => {
  test('an empty one: the length of a queue', async () => {
    await using servers = await openServers();
    const move = async (): Promise<void> => servers.proxy.leadTo(servers.other.port);
    await isNotRecovered({ ...queue(servers), afterwards: move }, /another server|run_id/i);
  });

  test('over new connections alone: the state of a replica without its master', async () => {
    await using servers = await openServers();
    const noMaster = ['REPLICAOF', '127.0.0.1', String(await freePort())];
    await redisCommands(servers.server, [noMaster], 'none');
    const { cache } = queue(servers).sources;
    const situation: Situation = {
      sources: { [lever]: idle.source, cache: cache ?? {} },
      when: `any(health[service = ${service}] | status = degraded)`,
      verify: [`all(health[service = ${service}] | status = up)`],
      // The pooled connection still leads to the replica; each probe opens one of its own.
      afterwards: async () => servers.proxy.leadNewTo(servers.other.port),
    };
    await isNotRecovered(situation, /another server|run_id/i);
  });

  test('one with the old setting: the undo of a run', async () => {
    await using servers = await openServers();
    await using ran = await attempt(limit(servers));
    expectRecovered(ran.outcome);
    servers.proxy.swallow((received) => {
      if (!/^\*4\r\n\$6\r\nCONFIG\r\n\$3\r\nSET\r\n/.test(received)) return undefined;
      servers.proxy.leadTo(servers.other.port);
      return '+OK\r\n';
    });
    expectNotRecovered(await ran.undo(), /another server|run_id/i);
    expect(await limitOf(servers.server)).toEqual([setting.name, setting.after]);
  });
});

describe.concurrent('a queue that nothing has processed is empty', { timeout: patientMs }, () => {
  test.for([
    ['it is deleted', ['DEL', list]],
    ['it is renamed', ['RENAME', list, 'jobs:old']],
    ['it expires', ['PEXPIRE', list, '1']],
  ] as const)('%s by another user: not recovered', async ([, command]) => {
    await using servers = await openServers();
    const remove = (): Promise<unknown> => redisCommands(servers.server, [[...command]], 'none');
    await isNotRecovered({ ...queue(servers), afterwards: remove }, /no consumer has taken an element/);
  });

  test('the action deletes it: recovered', async () => {
    await using servers = await openServers();
    const { cache } = queue(servers).sources;
    await isRecovered({
      ...queue(servers),
      sources: { cache: cache ?? {} },
      act: { use: 'cache.deleteKeys', with: { pattern: list } },
      confirm: `${service}/db0`,
    });
  });
});

describe.concurrent('the same server answers', { timeout: patientMs }, () => {
  test('consumers empty the queue: recovered', async () => {
    await using servers = await openServers();
    const drain = (): Promise<unknown> => redisCommands(servers.server, [['LPOP', list, '300']], 'none');
    await isRecovered({ ...queue(servers), afterwards: drain });
  });

  test('the setting is restored: the undo is recovered', async () => {
    await using servers = await openServers();
    await using ran = await attempt(limit(servers));
    expectRecovered(ran.outcome);
    expectRecovered(await ran.undo());
    expect(await limitOf(servers.server)).toEqual([setting.name, setting.before]);
  });
});
