import { expect } from 'vitest';
import type { Stage, TimelessFact } from '../../../src/testing/source-rig.ts';
import { openRedisFront, type RedisFailureMode, redisFailureModes } from '../../contract/redis-wire.ts';
import { secret } from '../../contract/wired.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { until } from '../machine/until.ts';
import { openWaitingClient } from '../redis/clients.ts';
import { redisCommands } from '../redis/commands.ts';
import type { Address } from '../servers/server.ts';

const source = 'redis';

/** A failure mode of the server itself, entered and left by a test. */
interface RealRedisFailureMode extends RedisFailureMode {
  enter?(server: Address): Promise<AsyncDisposable>;
}

const changedPassword = async (server: Address): Promise<AsyncDisposable> => {
  const setPasswords = (old: string, next: string): Promise<unknown> =>
    redisCommands(server, [['ACL', 'SETUSER', 'opsdeck', `<${old}`, `>${next}`]]);
  await setPasswords(secret, 'another+password');
  return { [Symbol.asyncDispose]: async () => void (await setPasswords('another+password', secret)) };
};

/** Lets the server itself reject logins. */
const failureModes: readonly RealRedisFailureMode[] = redisFailureModes.map((failure) =>
  failure.name === 'denied' ? { ...failure, enter: changedPassword } : failure,
);

const note = (title: string): TimelessFact => ({ source, title, text: expect.any(String) });
const sample = (signal: string, rest: object): TimelessFact => ({ source, signal, labels: {}, ...rest });

/** The id of the worker is not known before it connects. */
export const seedRedis = async (
  server: Address,
): Promise<{ readonly id: number; readonly worker: Awaited<ReturnType<typeof openWaitingClient>> }> => {
  await redisCommands(server, [
    ['FLUSHALL'],
    ['RPUSH', 'queue:mail', '1', '2', '3'],
    ['MSET', 'session:1', 'a', 'session:2', 'b'],
    // On a busy machine any command can take over 10 ms, the default limit of the slow log.
    ['CONFIG', 'SET', 'slowlog-log-slower-than', '-1'],
    ['SLOWLOG', 'RESET'],
    ['CONFIG', 'SET', 'maxmemory', '100mb'],
  ]);
  const worker = await openWaitingClient(server, 'worker');
  let id = 0;
  await until('the worker waits', async () => {
    const [list] = await redisCommands(server, [['CLIENT', 'LIST']]);
    const line = String(list)
      .split('\n')
      .find((candidate) => candidate.includes(' name=worker ') && candidate.includes(' flags=b '));
    id = Number(/^id=(\d+)/.exec(line ?? '')?.[1] ?? 0);
    return id > 0;
  });
  return { id, worker };
};

/** A Redis with a queue, two sessions and a waiting worker. `worker`: its id. */
export const redisStage = (server: Address, worker: () => number): Stage<RealRedisFailureMode> => ({
  failureModes,
  call: /^redis:\/\/127\.0\.0\.1:\d+\/0 \S+: \S/,
  isAnonymous: true,
  clock: () => manualClock(Date.now()),
  open: async () => {
    const front = await openRedisFront(server.port);
    let entered: AsyncDisposable | undefined;
    const heal = async (): Promise<void> => {
      await entered?.[Symbol.asyncDispose]();
      entered = undefined;
      await front.set('through');
    };
    return {
      ...front,
      url: `redis://127.0.0.1:${front.port}/0`,
      set: async ({ way, enter }) => {
        await heal();
        // Open connections are cut, so that it must log in again.
        await front.set('refuse');
        await front.set(enter === undefined ? way : 'through');
        entered = await enter?.(server);
      },
      heal,
      close: async () => {
        await heal();
        await front.close();
      },
    };
  },
  rig: {
    type: 'redis',
    config: (url, password) => ({ url, user: 'opsdeck', password }),
    signals: [
      { id: 'lag', read: { lag: 'seconds' } },
      { id: 'keys', read: { keys: 0 } },
      { id: 'policy', read: { info: 'maxmemory_policy' } },
      { id: 'queue', read: { length: 'queue:mail' } },
    ],
    healthy: {
      'redis/health': {
        items: [
          { source, env: 'test', service: 'redis', instance: '', status: 'up', detail: '', components: [] },
        ],
      },
      'redis/sessions': {
        items: [
          {
            source,
            database: 'db0',
            pid: expect.any(Number),
            user: 'admin',
            state: 'waiting',
            waiting: 'blpop',
            blockedBy: [],
            query: 'blpop',
            application: 'worker',
            client: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
            durationMs: expect.any(Number),
          },
        ],
      },
      'redis/pools': {
        items: [
          {
            source,
            service: 'redis',
            instance: '',
            name: 'connections',
            kind: 'redis',
            max: 60,
            taken: expect.any(Number),
          },
        ],
        samples: [
          sample('lag', { why: 'no replicas are connected, so there is no lag' }),
          sample('keys', { value: 3 }),
          sample('policy', { value: 'allkeys-lru' }),
        ],
      },
      'redis/keys:queue': { items: [sample('queue', { value: 3, origin: { taken: expect.any(Number) } })] },
      'redis/memory': {
        items: [
          'used memory',
          'peak memory',
          'resident memory',
          'evicted keys',
          'rejected connections',
          'blocked clients',
          'commands per second',
        ].map(note),
      },
      'redis/keyspace': { items: [{ source, title: 'db0', text: '3 keys · 0 with expiry' }] },
      'redis/replication': { items: [] },
      'redis/persistence': { items: ['RDB', 'append-only file'].map(note) },
      'redis/slowlog': { items: [] },
      'redis/latency': { items: [] },
      'redis/settings': {
        items: ['appendonly', 'maxclients', 'maxmemory', 'maxmemory-policy', 'save', 'timeout'].map(note),
      },
      'redis/cluster': { items: [] },
    },
    // Idle times, connections and memory change while the server runs.
    moving: /"(?:durationMs|taken)":\d+|"text":"[^"]*"/g,
    unknowns: {
      'redis/pools': ({ samples = [] }) =>
        samples.flatMap(({ signal, value }) => (signal === 'lag' ? [value] : [])),
    },
    operations: {
      console: {},
      get kill() {
        return { id: worker() };
      },
      setting: { name: 'maxmemory', value: '200mb' },
      deleteKeys: { pattern: 'session:*' },
      flushDatabase: { database: 0 },
      purgeMemory: {},
    },
  },
});
