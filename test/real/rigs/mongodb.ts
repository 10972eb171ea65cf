import { expect } from 'vitest';
import { secretMasker } from '../../../src/platform/masking/secrets.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { mongodb } from '../../../src/sources/mongodb/index.ts';
import type { Stage, TimelessFact, Wire } from '../../../src/testing/source-rig.ts';
import { type MongoFailureMode, mongoFailureModes, openMongoFront } from '../../contract/mongo-wire.ts';
import { secret } from '../../contract/wired.ts';
import { manualClock } from '../../support/manual-clock.ts';
import type { Address } from '../servers/server.ts';

const source = 'mongodb';
const note = (title: string, text: unknown): TimelessFact => ({ source, title, text });
const sample = (signal: string, rest: object): TimelessFact => ({ source, signal, labels: {}, ...rest });
const value = (signal: string, rest: object) => ({ items: [sample(signal, rest)] });
const nothing = { items: [] };

/** The operations that mongo-java-server can plan: it has no $currentOp, profiler, parameters and users. */
const operations: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  createIndex: { collection: 'events', key: { 'metadata.priority': 1, timestamp: -1 } },
  dropIndex: { collection: 'events', name: 'status_1' },
  updateMany: {
    collection: 'events',
    filter: { status: 'PROCESSING' },
    update: { $set: { status: 'PENDING' } },
  },
};

/** The finding about a server without logins, which mongo-java-server always is. */
export const noLogin = 'no user is logged in: the server may not require a login';

/** The source with what mongo-java-server can answer: fewer operations, and no finding about its missing login. */
export const answeredMongo: SourceModule = {
  ...(mongodb as SourceModule), // the config is parsed by this module
  open: async (options, io) => {
    const opened = await (mongodb as SourceModule).open(options, io);
    return {
      ...opened,
      operations: opened.operations.filter(({ name }) => Object.hasOwn(operations, name)),
      doctor: async (signal) =>
        ((await opened.doctor?.(signal)) ?? []).filter(({ what }) => what !== noLogin),
    };
  },
};

/** mongo-java-server with events, an order and two indexes. Feeds that it cannot answer are `missing` and have no rows. */
export const mongoStage = (server: Address): Stage<MongoFailureMode, Wire<MongoFailureMode>> => ({
  failureModes: mongoFailureModes,
  call: /^mongodb:\/\/127\.0\.0\.1:\d+\/shop \S+: \S/,
  isAnonymous: true,
  clock: () => manualClock(Date.now()),
  open: async () => {
    // The source has no login whose password it would mask.
    secretMasker.add(secret);
    const front = await openMongoFront(server.port);
    return {
      ...front,
      url: `mongodb://127.0.0.1:${front.port}/shop`,
      set: ({ way }) => front.set(way),
      heal: () => front.set('through'),
    };
  },
  rig: {
    type: 'mongodb',
    config: (url) => ({ url }),
    signals: [
      { id: 'cursors', read: { status: 'metrics.cursor.open.total' } },
      { id: 'unknown', read: { percent: 'connections' } },
      { id: 'lag', read: { lag: 'seconds' } },
      { id: 'disk', read: { disk: 'percent' } },
      { id: 'longest', read: { longest: 'operation' } },
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
      'mongodb/sessions': nothing,
      'mongodb/pools': {
        items: [{ source, service: 'mongodb', instance: '', name: 'connections', kind: 'mongodb', taken: 1 }],
        samples: [
          sample('cursors', { value: 0 }),
          sample('unknown', { why: 'serverStatus reports no number of available connections' }),
        ],
      },
      'mongodb/values:lag': nothing,
      'mongodb/values:disk': value('disk', { why: 'dbStats of this server has no size of the file system' }),
      'mongodb/values:longest': nothing,
      'mongodb/queries:failed': value('failed', { value: 3 }),
      'mongodb/queries:empty': value('empty', { value: 0 }),
      'mongodb/queries:pattern': value('pattern', { value: 2 }),
      'mongodb/statements': nothing,
      'mongodb/sizes': {
        items: [
          note('database shop', expect.stringMatching(/^\S+ \S+ on disk · \S+ \S+ in indexes$/)),
          note('events', "size unknown: Unrecognized pipeline stage name: '$collStats'"),
          note('orders', "size unknown: Unrecognized pipeline stage name: '$collStats'"),
        ],
      },
      'mongodb/indexes': {
        items: [
          note('events._id_', expect.stringMatching(/^\{ _id: 1 \} · unused in \d+s$/)),
          note('events.status_1', expect.stringMatching(/^\{ status: 1 \} · unused in \d+s$/)),
          note(
            'events.timestamp_1',
            expect.stringMatching(/^\{ timestamp: 1 \} · unused in \d+s · its documents expire after 24h$/),
          ),
          note('orders._id_', expect.stringMatching(/^\{ _id: 1 \} · unused in \d+s$/)),
        ],
      },
      'mongodb/replication': nothing,
      'mongodb/settings': {
        items: [
          'profiler',
          'internalQueryMaxBlockingSortMemoryUsageBytes',
          'logLevel',
          'notablescan',
          'ttlMonitorEnabled',
          'ttlMonitorSleepSecs',
        ].map((name) =>
          note(
            name,
            expect.stringMatching(
              /^unknown: the server does not know this command: check the version of the server \(no such command: /,
            ),
          ),
        ),
      },
      'mongodb/load': {
        items: [
          note('server', expect.stringMatching(/^MongoDB 5\.0\.0 · up \S+$/)),
          note('cache', 'the storage engine is not WiredTiger, so there is no cache to show'),
          note('resident memory', 'unknown'),
          note('waiting operations', 'unknown readers · unknown writers'),
          note('mean latency', 'no operations since the server started'),
          note('expired documents', 'unknown deleted by TTL indexes'),
          note('assertions', 'unknown'),
        ],
      },
      'mongodb/databases': {
        items: ['local', 'shop'].map((name) => note(name, 'unknown on disk')),
      },
    },
    unknowns: {
      'mongodb/pools': ({ samples = [] }) =>
        samples.flatMap(({ signal, value: found }) => (signal === 'unknown' ? [found] : [])),
      'mongodb/values:disk': ({ items }) => items.map((item) => ('value' in item ? item.value : undefined)),
    },
    // The time since the start, in words.
    moving: /(?:up|unused in) \d[\w ]*/g,
    operations,
  },
});
