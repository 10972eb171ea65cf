import { expect } from 'vitest';
import type { Stage, TimelessFact, Wire } from '../../../src/testing/source-rig.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { openRedisFront, type RedisFailureMode, redisFailureModes } from '../redis-wire.ts';
import { openSimulatedRedis } from './redis-simulator.ts';

const source = 'redis';
const note = (title: string, text: string): TimelessFact => ({ source, title, text });
const sample = (signal: string, rest: object): TimelessFact => ({ source, signal, labels: {}, ...rest });
const session: TimelessFact = { source, database: 'db0', user: 'default', waiting: '', blockedBy: [] };

const openWire = async (): Promise<Wire<RedisFailureMode>> => {
  const clock: ManualClock = manualClock();
  const server = await openSimulatedRedis(clock);
  const front = await openRedisFront(server.port);
  return {
    ...front,
    url: `redis://127.0.0.1:${front.port}/0`,
    set: ({ way }) => front.set(way),
    heal: () => front.set('through'),
    close: async () => {
      await front.close();
      await server.close();
    },
  };
};

/** The Redis server of the simulator behind a proxy. */
export const redisStage: Stage<RedisFailureMode> = {
  failureModes: redisFailureModes,
  call: /^redis:\/\/127\.0\.0\.1:\d+\/0 \S+: \S/,
  isAnonymous: true,
  clock: () => manualClock(),
  open: openWire,
  rig: {
    type: 'redis',
    config: (url, password) => ({ url, user: 'opsdeck', password }),
    signals: [
      { id: 'memory', read: { percent: 'memory' } },
      { id: 'hits', read: { percent: 'hits' } },
      { id: 'evicted', read: { info: 'evicted_keys' } },
      { id: 'unknown', read: { info: 'no_such_field' } },
      { id: 'lag', read: { lag: 'seconds' } },
      { id: 'keys', read: { keys: 0 } },
      { id: 'saved', read: { since: 'save' } },
      { id: 'queue', read: { length: 'queue:mail' } },
      { id: 'empty', read: { length: 'queue:none' } },
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
            ...session,
            pid: 3,
            state: 'idle',
            query: 'get',
            application: 'shop',
            client: '10.244.9.10:40001',
            durationMs: 3000,
          },
          {
            ...session,
            pid: 4,
            state: 'waiting',
            waiting: 'blpop',
            query: 'blpop',
            application: 'worker',
            client: '10.244.9.11:40002',
            durationMs: 0,
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
            max: 50,
            taken: expect.any(Number),
          },
        ],
        samples: [
          sample('memory', { value: 60 }),
          sample('hits', { value: 90 }),
          sample('evicted', { value: 0 }),
          sample('unknown', { why: 'INFO of this server has no field no_such_field' }),
          sample('lag', { why: 'no replicas are connected, so there is no lag' }),
          sample('keys', { value: 3 }),
          sample('saved', { value: 120 }),
        ],
      },
      'redis/keys:queue': { items: [sample('queue', { value: 7, origin: { taken: expect.any(Number) } })] },
      'redis/keys:empty': { items: [sample('empty', { value: 0, origin: { taken: expect.any(Number) } })] },
      'redis/memory': {
        items: [
          note('used memory', '60 MiB of 100 MiB · allkeys-lru'),
          note('peak memory', '60 MiB'),
          note('resident memory', '75 MiB · fragmentation ratio 1.25'),
          note('evicted keys', '0'),
          note('rejected connections', '0'),
          note('blocked clients', '1'),
          note('commands per second', '120'),
        ],
      },
      'redis/keyspace': { items: [note('db0', '3 keys · 0 with expiry')] },
      'redis/replication': { items: [] },
      'redis/persistence': {
        items: [note('RDB', 'last save ok · 12 changes since'), note('append-only file', 'off')],
      },
      'redis/slowlog': { items: [note('KEYS session:*', '12.5 ms · from 10.244.9.10:40001')] },
      'redis/latency': { items: [] },
      'redis/settings': {
        items: [
          note('appendonly', 'no'),
          note('maxclients', '50'),
          note('maxmemory', '104857600'),
          note('maxmemory-policy', 'allkeys-lru'),
          note('save', '3600 1 300 100 60 10000'),
          note('timeout', '0'),
        ],
      },
      'redis/cluster': { items: [] },
    },
    unknowns: {
      'redis/pools': ({ samples = [] }) =>
        samples.flatMap(({ signal, value }) => (signal === 'unknown' || signal === 'lag' ? [value] : [])),
    },
    moving: /"taken":\d+/g,
    operations: {
      console: {},
      kill: { id: 3 },
      setting: { name: 'maxmemory', value: '200mb' },
      deleteKeys: { pattern: 'session:*' },
      flushDatabase: { database: 0 },
      purgeMemory: {},
    },
  },
};
