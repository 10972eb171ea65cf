import { once } from 'node:events';
import { EJSON } from 'bson';
import {
  Binary,
  BSONRegExp,
  Decimal128,
  type IndexDescriptionInfo,
  type ListDatabasesResult,
  Long,
  MongoClient,
  ObjectId,
  type ServerHeartbeatSucceededEvent,
  Timestamp,
  type UpdateResult,
} from 'mongodb';
import { afterEach, describe, expect, test } from 'vitest';
import type { MongoDocument } from '../../src/clients/mongodb/mongo-types.ts';
import { mongoReads } from '../../src/clients/mongodb/reading.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import type { MongoSpec } from '../../src/simulator/model/spec/mongodb.ts';
import type { MongoEndpoint } from '../../src/simulator/servers/mongodb/endpoint.ts';
import { contractMongo, openSimulatedMongo } from '../contract/rigs/mongodb-simulator.ts';
import { secret } from '../contract/wired.ts';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';

// The official driver judges the simulator: both sides of the contract tests are our own code.

const { signal: never } = new AbortController();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const start = async (spec: MongoSpec = contractMongo, clock = manualClock()): Promise<MongoEndpoint> => {
  const server = await openSimulatedMongo(clock, { spec });
  ends.push(server.close);
  return server;
};

const driverOf = async (
  { port }: MongoEndpoint,
  login = { user: 'opsdeck', password: secret },
  options = '',
): Promise<MongoClient> => {
  const { user, password } = login;
  const url = `mongodb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/shop`;
  const client = new MongoClient(`${url}?authSource=admin&directConnection=true${options}`, {
    serverSelectionTimeoutMS: 3000,
  });
  ends.push(() => client.close());
  await client.connect();
  return client;
};

/** The reply to a reading command through our own client. */
const ours = async (
  { port }: MongoEndpoint,
  command: MongoDocument,
  database = 'shop',
  login = { user: 'opsdeck', password: secret },
): Promise<MongoDocument> => {
  const io = openReadIo(manualClock());
  const reader = io.open(mongoReads, { url: `mongodb://127.0.0.1:${port}/shop?authSource=admin`, ...login });
  const { replies } = await reader.ask({ commands: [{ database, command }] }, never);
  await io.close();
  return replies[0] ?? {};
};

const batchOf = (reply: MongoDocument): unknown => Object(reply.cursor).firstBatch;
/** Documents of the driver in the form of our client: dates with milliseconds. */
const plain = (documents: readonly object[]): unknown =>
  documents.map((document) =>
    Object.fromEntries(
      Object.entries(document).map(([name, value]) => [
        name,
        value instanceof Date ? { $date: value.toISOString() } : EJSON.serialize(value, { relaxed: true }),
      ]),
    ),
  );

describe('logins', () => {
  test.each(['', '&authMechanism=SCRAM-SHA-256', '&authMechanism=SCRAM-SHA-1'])(
    'the driver logs in%s',
    async (options) => {
      const driver = await driverOf(await start(), undefined, options);
      expect(await driver.db('shop').command({ ping: 1 })).toMatchObject({ ok: 1 });
    },
  );

  longTest(
    'a password beyond ASCII is prepared in the same way by the driver and by our client',
    async () => {
      const password = 'pa\u00a0ss-\u2168\u00ad\u212b';
      const [user] = contractMongo.users;
      // As the server stores it, after SASLprep: a plain space, IX, no soft hyphen, Å.
      const server = await start({ ...contractMongo, users: [{ ...user, password: 'pa ss-IX\u00c5' }] });
      const login = { user: 'opsdeck', password };
      const sha256 = '&authMechanism=SCRAM-SHA-256';
      expect(await (await driverOf(server, login, sha256)).db('shop').command({ ping: 1 })).toMatchObject({
        ok: 1,
      });
      expect(await ours(server, { ping: 1 }, 'admin', login)).toEqual({ ok: 1 });
    },
  );

  test('a wrong password is refused with the error of the server', async () => {
    await expect(driverOf(await start(), { user: 'opsdeck', password: 'wrong' })).rejects.toMatchObject({
      code: 18,
      codeName: 'AuthenticationFailed',
    });
  });

  test('a user without a privilege gets the error of the server', async () => {
    const driver = await driverOf(await start(), { user: 'bystander', password: 'bystander+password' });
    await expect(driver.db('admin').command({ serverStatus: 1 })).rejects.toMatchObject({ code: 13 });
    expect(await driver.db('shop').collection('events').countDocuments()).toBe(6);
  });
});

test('the driver follows the role of the server in one stream of replies', async () => {
  const clock = manualClock();
  const server = await start(contractMongo, clock);
  const driver = await driverOf(server);
  const failures: unknown[] = [];
  driver.on('serverHeartbeatFailed', (event) => failures.push(event.failure));
  const awaited = async (): Promise<ServerHeartbeatSucceededEvent> => {
    for (;;) {
      const [event] = (await once(driver, 'serverHeartbeatSucceeded')) as [ServerHeartbeatSucceededEvent];
      if (event.awaited) return event;
    }
  };
  for (let reply = 0; reply < 3; reply++) {
    const next = awaited();
    // The first request is on its way when the driver is connected.
    while (clock.pending() === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10_000);
    expect((await next).reply).toMatchObject({ ok: 1, isWritablePrimary: true });
  }
  expect(failures).toEqual([]);
});

describe('the driver and our client get the same answers', () => {
  test('documents of a cursor with several batches', async () => {
    const server = await start();
    const driver = await driverOf(server);
    const found = await driver
      .db('shop')
      .collection('events')
      .find({ status: { $in: ['FAILED', 'DONE'] } }, { batchSize: 2, sort: { timestamp: -1 } })
      .toArray();
    expect(found).toHaveLength(4);
    const command = {
      find: 'events',
      filter: { status: { $in: ['FAILED', 'DONE'] } },
      sort: { timestamp: -1 },
      batchSize: 2,
    };
    expect(batchOf(await ours(server, command))).toEqual(plain(found));
  });

  test('counts and groups', async () => {
    const server = await start();
    const events = (await driverOf(server)).db('shop').collection('events');
    const pipeline = [
      { $match: { status: 'FAILED' } },
      { $group: { _id: '$error', n: { $sum: 1 } } },
      { $sort: { n: -1 } },
    ];
    const groups = await events.aggregate(pipeline).toArray();
    expect(groups).toEqual([
      { _id: 'timeout', n: 2 },
      { _id: 'schema', n: 1 },
    ]);
    expect(batchOf(await ours(server, { aggregate: 'events', pipeline, cursor: {} }))).toEqual(groups);
    expect(await events.countDocuments({ status: 'FAILED' })).toBe(3);
    expect(await ours(server, { count: 'events', query: { status: 'FAILED' } })).toMatchObject({ n: 3 });
  });

  test('indexes, databases and connections, in the types of the driver', async () => {
    const server = await start();
    const driver = await driverOf(server);
    const indexes: IndexDescriptionInfo[] = await driver.db('shop').collection('events').indexes();
    expect(indexes.map(({ name, key, v, expireAfterSeconds }) => [name, key, v, expireAfterSeconds])).toEqual(
      [
        ['_id_', { _id: 1 }, 2, undefined],
        ['status_1', { status: 1 }, 2, undefined],
        ['timestamp_1', { timestamp: 1 }, 2, 86_400],
      ],
    );
    expect(batchOf(await ours(server, { listIndexes: 'events' }))).toEqual(indexes);
    const { databases }: ListDatabasesResult = await driver.db().admin().listDatabases();
    expect(databases).toEqual([{ name: 'shop', sizeOnDisk: 90_112, empty: false }]);
    const collections = await driver.db('shop').listCollections().toArray();
    expect(collections.map(({ name }) => name)).toEqual(['events', 'orders']);
    const operations = await driver
      .db('admin')
      .aggregate([{ $currentOp: { allUsers: true, idleConnections: true, idleSessions: true } }])
      .toArray();
    expect(operations.find(({ appName }) => appName === 'worker')).toMatchObject({
      active: false,
      connectionId: 32,
    });
  });

  test('writes', async () => {
    const server = await start();
    const events = (await driverOf(server)).db('shop').collection('events');
    expect(await events.createIndex({ 'metadata.priority': 1 })).toBe('metadata.priority_1');
    expect(await events.indexes()).toHaveLength(4);
    await events.dropIndex('metadata.priority_1');
    expect(await events.indexes()).toHaveLength(3);
    const result: UpdateResult = await events.updateMany(
      { status: 'PROCESSING' },
      { $set: { status: 'PENDING' } },
    );
    expect(result).toMatchObject({ acknowledged: true, matchedCount: 2, modifiedCount: 2, upsertedCount: 0 });
    await expect(events.dropIndex('none_1')).rejects.toMatchObject({ codeName: 'IndexNotFound' });
    await expect(events.updateMany({}, { $rename: { a: 'b' } })).rejects.toMatchObject({ code: 2 });
  });
});

longTest('values of every type survive our client, also as a filter of the next command', async () => {
  const values = {
    _id: new ObjectId('65e500000000000000000001'),
    long: Long.fromString('9007199254740993'),
    small: Long.fromNumber(7),
    decimal: Decimal128.fromString('12.50'),
    binary: new Binary(Buffer.from('abc')),
    uuid: new Binary(Buffer.alloc(16, 1), Binary.SUBTYPE_UUID),
    time: new Timestamp({ t: 1_772_582_400, i: 3 }),
    date: new Date('2026-03-04T10:15:00.250Z'),
    pattern: new BSONRegExp('^a', 'i'),
    list: [1, 'two', null, true, { inner: 0.5 }],
  };
  const server = await start({ ...contractMongo, collections: { types: { documents: [values] } } });
  const [own] = (batchOf(await ours(server, { find: 'types' })) as readonly MongoDocument[]) ?? [];
  expect(own).toEqual({
    _id: { $oid: '65e500000000000000000001' },
    long: { $numberLong: '9007199254740993' },
    small: 7,
    decimal: { $numberDecimal: '12.50' },
    binary: { $binary: { base64: 'YWJj', subType: '00' } },
    uuid: { $binary: { base64: 'AQEBAQEBAQEBAQEBAQEBAQ==', subType: '04' } },
    time: { $timestamp: { t: 1_772_582_400, i: 3 } },
    date: { $date: '2026-03-04T10:15:00.250Z' },
    pattern: { $regularExpression: { pattern: '^a', options: 'i' } },
    list: [1, 'two', null, true, { inner: 0.5 }],
  });
  for (const name of ['_id', 'long', 'small', 'decimal', 'time', 'date'])
    expect(await ours(server, { count: 'types', query: { [name]: own?.[name] } }), name).toMatchObject({
      n: 1,
    });
});
