import { afterEach, describe, expect, test } from 'vitest';
import type { MongoDocument, MongoReplies, MongoTarget } from '../../../src/clients/mongodb/mongo-types.ts';
import { mongoReads } from '../../../src/clients/mongodb/reading.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { MongoEndpoint } from '../../../src/simulator/servers/mongodb/endpoint.ts';
import { openMongoFront } from '../../contract/mongo-wire.ts';
import { openSimulatedMongo } from '../../contract/rigs/mongodb-simulator.ts';
import { secret } from '../../contract/wired.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal: never } = new AbortController();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const start = async (incident?: string): Promise<MongoEndpoint> => {
  const server = await openSimulatedMongo(manualClock(), incident === undefined ? {} : { incident });
  ends.push(server.close);
  return server;
};

const readerOf = (target: Omit<MongoTarget, 'user' | 'password'>) => {
  const io = openReadIo(manualClock());
  ends.push(() => io.close());
  return io.open(mongoReads, { user: 'opsdeck', password: secret, authSource: 'admin', ...target });
};

const ask = (target: MongoTarget, command: MongoDocument, signal = never): Promise<MongoReplies> =>
  readerOf(target).ask({ commands: [{ database: 'shop', command }] }, signal);

const urlOf = (...ports: readonly number[]): string =>
  `mongodb://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/shop`;
/** A port that refuses connections. */
const closedPort = async (): Promise<number> => {
  const front = await openMongoFront(1);
  await front.set('refuse');
  return front.port;
};

describe('several hosts', () => {
  longTest('the primary is read, in whatever place it is', async () => {
    const secondary = await start('headless');
    const primary = await start();
    const { member } = await ask({ url: urlOf(secondary.port, primary.port) }, { ping: 1 });
    expect(member).toEqual({
      address: `127.0.0.1:${primary.port}`,
      role: 'primary',
      setName: 'rs0',
      primary: 'db-0:27017',
    });
  });

  test('a host that is down, and one that never responds, delay nothing', async () => {
    const silent = await openMongoFront(1);
    ends.push(silent.close);
    await silent.set('silent');
    const primary = await start();
    const url = urlOf(await closedPort(), silent.port, primary.port);
    const { member } = await ask({ url }, { ping: 1 });
    expect(member.role).toBe('primary');
    await silent.drained();
  });

  test('without a primary, a secondary is read', async () => {
    const secondary = await start('headless');
    const { member, replies } = await ask(
      { url: urlOf(await closedPort(), secondary.port) },
      { count: 'events' },
    );
    expect(member).toMatchObject({ role: 'secondary', address: `127.0.0.1:${secondary.port}` });
    expect(replies).toMatchObject([{ n: 6 }]);
  });

  test('without any, the fault names each host', async () => {
    const ports = await closedPort();
    const two = await closedPort();
    await expect(ask({ url: urlOf(ports, two) }, { ping: 1 })).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(
        /^127\.0\.0\.1:\d+: connection refused; 127\.0\.0\.1:\d+: connection refused$/,
      ),
    });
  });

  test('an abort ends the search and closes every connection', async () => {
    const sqlFront = await openMongoFront(1);
    const two = await openMongoFront(1);
    for (const front of [sqlFront, two]) {
      ends.push(front.close);
      await front.set('silent');
    }
    const abort = new AbortController();
    const promise = ask({ url: urlOf(sqlFront.port, two.port) }, { ping: 1 }, abort.signal);
    await Promise.all([sqlFront.arrived(1), two.arrived(1)]);
    abort.abort();
    await expect(promise).rejects.toMatchObject({ kind: 'cancelled' });
    await Promise.all([sqlFront.drained(), two.drained()]);
  });

  test('a server of another replica set is refused', async () => {
    const { port } = await start();
    await expect(ask({ url: `${urlOf(port)}?replicaSet=rs1` }, { ping: 1 })).rejects.toMatchObject({
      kind: 'wrong-system',
      message: 'the server is not in the replica set rs1: the server is a member of rs0',
    });
  });
});

test('a cursor is read up to the limit, and the rest is not kept on the server', async () => {
  const { port } = await start();
  const reader = readerOf({ url: urlOf(port) });
  const find = { database: 'shop', command: { find: 'events', batchSize: 2 } };
  const { replies } = await reader.ask({ commands: [find], maxDocuments: 3 }, never);
  expect(Object(replies[0]?.cursor).firstBatch).toHaveLength(3);
});

test('a denied command names the missing privilege, and may be answered by its error', async () => {
  const { port } = await start();
  const login = { user: 'bystander', password: 'bystander+password' };
  const reader = readerOf({ url: urlOf(port), ...login });
  const command = { serverStatus: 1 };
  await expect(reader.ask({ commands: [{ database: 'admin', command }] }, never)).rejects.toMatchObject({
    kind: 'denied',
    message: 'not authorized: serverStatus on the cluster',
    remedy: 'grant bystander a role with the privilege serverStatus on the cluster',
  });
  const { replies } = await reader.ask({ commands: [{ database: 'admin', command, mayFail: true }] }, never);
  expect(replies).toMatchObject([{ ok: 0, code: 13 }]);
});

describe('a command that is not known to read is refused before it is sent', () => {
  test.each<[MongoDocument, string]>([
    [{ update: 'events', updates: [] }, 'update'],
    [{ insert: 'events' }, 'insert'],
    [{ killOp: 1, op: 7 }, 'killOp'],
    [{ setParameter: 1, logLevel: 2 }, 'setParameter'],
    [{ profile: 1 }, 'profile with a level'],
    [{ profile: -1, slowms: 5 }, 'the option slowms'],
    [{ eval: 'db.dropDatabase()' }, 'eval'],
    [{ mapReduce: 'events' }, 'mapReduce'],
    [{ aggregate: 'events', pipeline: [{ $out: 'copy' }] }, 'the stage $out'],
    [{ aggregate: 'events', pipeline: [{ $match: {}, $merge: 'copy' }] }, 'the stage $merge'],
    [{ aggregate: 'events', pipeline: [{ $facet: { a: [{ $out: 'copy' }] } }] }, '$out'],
    [{ aggregate: 'events' }, 'aggregate needs a pipeline. Add pipeline: [ … ]'],
    [{ find: 'events', filter: { $or: [{ $where: 'sleep(1e9)' }] } }, '$where'],
    [{ count: 'events', query: { $expr: { $function: {} } } }, '$function'],
    [{ find: 'system.users' }, 'find of system.users'],
    [{ usersInfo: 1, showCredentials: true }, 'showCredentials'],
    [{ explain: { delete: 'events' } }, 'explain of delete'],
    [{ explain: { find: 'events', filter: { $where: '1' } } }, '$where'],
    [{ constructor: 1 }, 'constructor'],
    [{}, 'an empty command'],
  ])('%j', async (command, shown) => {
    await expect(ask({ url: urlOf(1) }, command)).rejects.toMatchObject({
      kind: 'denied',
      message: `opsdeck sends only commands that read, not ${shown}`,
    });
  });
});

test('a login without a password is not sent', async () => {
  const { port } = await start();
  await expect(ask({ url: urlOf(port), password: '' }, { ping: 1 })).rejects.toMatchObject({
    kind: 'unconfigured',
    message: 'user opsdeck has no password. Set password: of this source',
  });
});

test('invalid Extended JSON is refused with its reason', async () => {
  const { port } = await start();
  await expect(
    ask({ url: urlOf(port) }, { find: 'events', filter: { _id: { $oid: 'short' } } }),
  ).rejects.toMatchObject({ kind: 'unconfigured', message: expect.stringContaining('Extended JSON') });
});
