import { expect } from 'vitest';
import type { Stage, TimelessFact, Wire } from '../../../src/testing/source-rig.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { type MongoFailureMode, mongoFailureModes, openMongoFront } from '../mongo-wire.ts';
import { openSimulatedMongo } from './mongodb-simulator.ts';

const passwordFile = 'test/contract/rigs/a-new-password';
const source = 'mongodb';
const note = (title: string, text: unknown): TimelessFact => ({ source, title, text });
const sample = (signal: string, rest: object): TimelessFact => ({ source, signal, labels: {}, ...rest });
const value = (signal: string, rest: object) => ({ items: [sample(signal, rest)] });

const openWire = async (): Promise<Wire<MongoFailureMode>> => {
  const clock: ManualClock = manualClock();
  const server = await openSimulatedMongo(clock);
  const front = await openMongoFront(server.port);
  return {
    ...front,
    url: `mongodb://127.0.0.1:${front.port}/shop?authSource=admin`,
    set: ({ way }) => front.set(way),
    heal: () => front.set('through'),
    close: async () => {
      await front.close();
      await server.close();
    },
  };
};

const session = (rest: object): TimelessFact => ({
  source,
  database: '',
  user: 'app',
  waiting: '',
  blockedBy: [],
  query: '',
  ...rest,
});

/** The MongoDB server of the simulator behind a proxy. */
export const mongoStage: Stage<MongoFailureMode> = {
  failureModes: mongoFailureModes,
  call: /^mongodb:\/\/127\.0\.0\.1:\d+\/shop \S+: \S/,
  isAnonymous: true,
  clock: () => manualClock(),
  open: openWire,
  rig: {
    type: 'mongodb',
    config: (url, password) => ({ url, user: 'opsdeck', password }),
    signals: [
      { id: 'inserted', read: { status: 'opcounters.insert' } },
      { id: 'unknown', read: { status: 'no.such.field' } },
      { id: 'cache', read: { percent: 'cache' } },
      { id: 'lag', read: { lag: 'seconds' } },
      { id: 'window', read: { oplog: 'hours' } },
      { id: 'disk', read: { disk: 'percent' } },
      { id: 'longest', read: { longest: 'operation' } },
      { id: 'open', read: { longest: 'transaction' } },
      { id: 'failed', read: { count: { collection: 'events', filter: { status: 'FAILED' } } } },
      { id: 'empty', read: { count: { collection: 'none', filter: {} } } },
      {
        id: 'pattern',
        read: {
          command: {
            aggregate: 'events',
            pipeline: [
              { $match: { status: 'FAILED' } },
              { $group: { _id: '$error', n: { $sum: 1 } } },
              { $sort: { n: -1 } },
            ],
            cursor: {},
          },
          path: 'cursor.firstBatch[0].n',
        },
      },
    ],
    healthy: {
      'mongodb/health': {
        items: [
          { source, env: 'test', service: 'mongodb', instance: '', status: 'up', detail: '', components: [] },
        ],
      },
      'mongodb/sessions': {
        items: [
          session({
            pid: 31,
            database: 'shop',
            state: 'active',
            query: 'find events { filter: { metadata.priority: 3 } }',
            application: 'orders',
            client: '10.244.9.10:40001',
            durationMs: 12_500,
          }),
          session({ pid: 32, state: 'idle', application: 'worker', client: '10.244.9.11:40002' }),
          session({
            pid: 33,
            state: 'idle in transaction',
            application: 'billing',
            client: '10.244.9.12:40003',
            transactionMs: 95_000,
          }),
          session({
            pid: 34,
            database: 'shop',
            state: 'waiting',
            waiting: 'lock: Collection w',
            query: 'update orders',
            application: 'orders',
            client: '10.244.9.10:40004',
            durationMs: 800,
          }),
        ],
      },
      'mongodb/pools': {
        items: [
          {
            source,
            service: 'mongodb',
            instance: '',
            name: 'connections',
            kind: 'mongodb',
            max: 50,
            taken: expect.any(Number),
            active: 2,
          },
        ],
        samples: [
          sample('inserted', { value: 20 }),
          sample('unknown', { why: 'the reply of MongoDB has no value at no.such.field: check path:' }),
          sample('cache', { value: 75 }),
        ],
      },
      'mongodb/values:lag': value('lag', { value: 7 }),
      'mongodb/values:window': value('window', { value: 26 }),
      'mongodb/values:disk': value('disk', { value: 40 }),
      'mongodb/values:longest': value('longest', { value: 12.5 }),
      'mongodb/values:open': value('open', { value: 95 }),
      'mongodb/queries:failed': value('failed', { value: 3 }),
      'mongodb/queries:empty': value('empty', { value: 0 }),
      'mongodb/queries:pattern': value('pattern', { value: 2 }),
      'mongodb/statements': {
        items: [
          note('profiler', 'off · the log has operations slower than 100 ms'),
          note(
            'createUser ana { pwd: … }',
            expect.stringMatching(/^101 ms · \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
          ),
          note(
            'find events { filter: { metadata.priority: 3 } }',
            expect.stringMatching(
              /^812 ms · COLLSCAN · 120,000 examined · 20 returned · \d{4}-.*Z · orders$/,
            ),
          ),
        ],
      },
      'mongodb/sizes': {
        items: [
          note('database shop', '8 KiB on disk · 80 KiB in indexes · file system 40.0 % of 100 GiB used'),
          note('events', '6 documents · 1.5 KiB of data · 4 KiB on disk · 60 KiB in 3 indexes'),
          note('orders', '1 document · 256 B of data · 4 KiB on disk · 20 KiB in 1 index'),
        ],
      },
      'mongodb/indexes': {
        items: [
          note('events._id_', '{ _id: 1 } · unused in 24h'),
          note('events.status_1', '{ status: 1 } · 40 uses in 24h'),
          note('events.timestamp_1', '{ timestamp: 1 } · unused in 24h · its documents expire after 24h'),
          note('orders._id_', '{ _id: 1 } · unused in 24h'),
        ],
      },
      'mongodb/replication': {
        items: [
          note('db-0:27017', 'PRIMARY'),
          note('db-1:27017', 'SECONDARY · lag 2 s · ping 1 ms'),
          note('db-2:27017', 'SECONDARY · lag 7 s · ping 1 ms'),
          note('oplog', 'window 26h · 300 MiB of 990 MiB'),
        ],
      },
      'mongodb/settings': {
        items: [
          note('profiler', 'off · the log has operations slower than 100 ms'),
          note('internalQueryMaxBlockingSortMemoryUsageBytes', '104857600'),
          note('logLevel', '0'),
          note('notablescan', 'false'),
          note('ttlMonitorEnabled', 'true'),
          note('ttlMonitorSleepSecs', '60'),
        ],
      },
      'mongodb/load': {
        items: [
          note('server', 'MongoDB 7.0.14 · up 24h'),
          note('cache', '192 MiB of 256 MiB · 16 MiB dirty'),
          note('resident memory', '512 MiB'),
          note('waiting operations', '1 readers · 0 writers'),
          note('mean latency', 'reads 1.5 ms · writes 3 ms · commands 0.2 ms'),
          note('expired documents', '77 deleted by TTL indexes'),
          note('assertions', 'regular 0 · warning 0 · msg 0 · user 3 · tripwire 0'),
        ],
      },
      'mongodb/databases': { items: [note('shop', '88 KiB on disk')] },
    },
    unknowns: {
      'mongodb/pools': ({ samples = [] }) =>
        samples.flatMap(({ signal, value: found }) => (signal === 'unknown' ? [found] : [])),
    },
    moving: /"taken":\d+/g,
    operations: {
      console: {},
      killOp: { connection: 31 },
      createIndex: { collection: 'events', key: { 'metadata.priority': 1, timestamp: -1 } },
      dropIndex: { collection: 'events', name: 'status_1' },
      profile: { level: 1, slowMs: 100 },
      setting: { name: 'logLevel', value: 1 },
      updateMany: {
        collection: 'events',
        filter: { status: 'PROCESSING' },
        update: { $set: { status: 'PENDING' } },
      },
      password: { user: 'bystander', file: passwordFile },
      login: { user: 'bystander', file: passwordFile },
      query: { command: { find: 'events', filter: { status: 'FAILED' }, limit: 2 } },
    },
  },
};
