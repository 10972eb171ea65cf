import { beforeEach, describe, expect, test } from 'vitest';
import { mongoReads } from '../../../src/clients/mongodb/reading.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { mongodb } from '../../../src/sources/mongodb/index.ts';
import { sourceContractTests } from '../../../src/testing/contract-tests.ts';
import { freePort } from '../../support/free-port.ts';
import { oneStep, openActing, type Ran } from '../acting.ts';
import { fillMongo, mongoCommands, mongoUrlOf } from '../mongodb/collections.ts';
import { answeredMongo, mongoStage, noLogin } from '../rigs/mongodb.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const { signal } = new AbortController();

beforeEach(() => fillMongo(server));

describe('mongodb contract', () => sourceContractTests(mongoStage(server), answeredMongo));

const withSource = async <T>(
  url: string,
  reads: Readonly<Record<string, object>>,
  use: (source: Source) => Promise<T>,
): Promise<T> => {
  const source = await mongodb.open(
    {
      ...{ id: 'shop', env: 'test', config: mongodb.config.parse({ url }) },
      signals: Object.entries(reads).map(([id, read]) => ({ id, read: { ...mongodb.reads?.parse(read) } })),
    },
    openReadIo(systemClock()),
  );
  try {
    return await use(source);
  } finally {
    await source.close();
  }
};

const read = async (source: Source, name: string) => {
  const reading = await source.feeds.find(({ id }) => id === `shop/${name}`)?.read(signal);
  if (reading === undefined) throw new Error(`no feed ${name}`);
  return reading;
};

const statusCounts = async (): Promise<Readonly<Record<string, unknown>>> => {
  const counts = await Promise.all(
    ['PENDING', 'PROCESSING', 'FAILED', 'DONE'].map(async (status) => {
      const [reply] = await mongoCommands(server, [{ count: 'events', query: { status } }]);
      return [status, reply?.n] as const;
    }),
  );
  return Object.fromEntries(counts);
};

describe('what this server lacks is missing, and said so', () => {
  test.each([
    ['sessions', 'the server does not know this command: check the version of the server'],
    ['statements', 'the server does not know this command: check the version of the server'],
    ['values:lag', 'the server is not a member of a replica set, so there is no replication to show'],
    ['values:longest', 'the server does not know this command: check the version of the server'],
  ])('%s', async (feed, why) => {
    const reads = { lag: { lag: 'seconds' }, longest: { longest: 'operation' } };
    await withSource(mongoUrlOf(server), reads, async (source) => {
      const { items, faults } = await read(source, feed);
      expect(items).toEqual([]);
      expect(faults).toMatchObject([{ kind: 'missing', message: expect.stringContaining(why) }]);
    });
  });

  test.each([
    ['killOp', { connection: 1 }],
    ['profile', { level: 1 }],
    ['setting', { name: 'logLevel', value: 1 }],
    ['password', { user: 'ana', file: `${process.cwd()}/test/contract/rigs/a-new-password` }],
  ])('%s cannot be planned', async (name, params) => {
    await withSource(mongoUrlOf(server), {}, async (source) => {
      const operation = source.operations.find((candidate) => candidate.name === name);
      await expect(operation?.plan({ ...params }, signal)).rejects.toThrow(
        'the server does not know this command: check the version of the server',
      );
    });
  });

  test('the doctor reports the missing login', async () => {
    await withSource(mongoUrlOf(server), {}, async (source) => {
      expect(await source.doctor?.(signal)).toMatchObject([
        { ok: true, what: expect.stringMatching(/^MongoDB 5\.0\.0 at .* as no user: .* is standalone$/) },
        { ok: false, what: noLogin },
        { ok: true, what: 'the server does not report the number of connections' },
      ]);
    });
  });
});

test('the window of the oplog is read although this server has no $collStats', async () => {
  await mongoCommands(server, [{ insert: 'orders', documents: [{ _id: 2 }] }]);
  await withSource(mongoUrlOf(server), { window: { oplog: 'hours' } }, async (source) => {
    const { items, faults } = await read(source, 'values:window');
    expect(faults).toEqual([]);
    expect(items).toMatchObject([{ value: expect.any(Number) }]);
  });
});

test('of two hosts, the one that responds is read again and again, although it has no `hello`', async () => {
  const url = `mongodb://127.0.0.1:${await freePort()},127.0.0.1:${server.port}/shop`;
  const reads = { failed: { count: { collection: 'events', filter: { status: 'FAILED' } } } };
  await withSource(url, reads, async (source) => {
    for (let nth = 0; nth < 3; nth += 1) {
      const { items, faults } = await read(source, 'queries:failed');
      expect(faults).toEqual([]);
      expect(items).toMatchObject([{ value: 3 }]);
    }
  });
});

describe('documents', () => {
  test('a cursor of several batches is read to its end', async () => {
    const documents = Array.from({ length: 950 }, (_, n) => ({ _id: n, n }));
    await mongoCommands(server, [{ insert: 'many', documents }]);
    const io = openReadIo(systemClock());
    const command = { find: 'many', sort: { n: 1 }, batchSize: 100 };
    const reader = io.open(mongoReads, { url: mongoUrlOf(server) });
    const { replies } = await reader.ask({ commands: [{ database: 'shop', command }] }, signal);
    expect(Object(replies[0]?.cursor).firstBatch.map(({ n }: { n: number }) => n)).toEqual(
      documents.map(({ n }) => n),
    );
    await io.close();
  });

  test('values of every type survive, also as a filter of the next command', async () => {
    const values = {
      _id: { $oid: '65e500000000000000000001' },
      long: { $numberLong: '9007199254740993' },
      decimal: { $numberDecimal: '12.50' },
      binary: { $binary: { base64: 'YWJj', subType: '00' } },
      date: { $date: '2026-03-04T10:15:00.250Z' },
      pattern: { $regularExpression: { pattern: '^a', options: 'i' } },
      list: [1, 'two', null, true, { inner: 0.5 }],
    };
    await mongoCommands(server, [{ insert: 'types', documents: [values] }]);
    const [found] = await mongoCommands(server, [{ find: 'types' }]);
    expect(Object(found?.cursor).firstBatch).toEqual([values]);
    for (const name of ['_id', 'long', 'decimal', 'date'] as const) {
      const [count] = await mongoCommands(server, [{ count: 'types', query: { [name]: values[name] } }]);
      expect(count, name).toMatchObject({ n: 1 });
    }
  });

  test('an operator that the server does not know is its error, not an empty result', async () => {
    const reads = { broken: { count: { collection: 'events', filter: { status: { $nope: 1 } } } } };
    await withSource(mongoUrlOf(server), reads, async (source) => {
      const { items, faults } = await read(source, 'queries:broken');
      expect(items).toEqual([]);
      expect(faults).toMatchObject([{ message: expect.stringContaining('unknown operator: $nope') }]);
    });
  });
});

/** The changing calls of a run as its ledger has them, with the results. */
const ledgerLines = ({ events }: Ran): readonly string[] =>
  events.flatMap((event) => {
    if (event.event === 'output') return [event.text];
    return event.event === 'acted' ? [`${event.ok ? 'ok' : 'not ok'}: ${event.result}`] : [];
  });

const indexNames = async (): Promise<readonly string[]> => {
  const [reply] = await mongoCommands(server, [{ listIndexes: 'events' }]);
  return Object(reply?.cursor).firstBatch.map(({ name }: { name: string }) => name);
};

describe('operations, through the executor', () => {
  test('createIndex creates the index, and its undo drops it', async () => {
    await using acting = await openActing('shop', 'mongodb', { url: mongoUrlOf(server) });
    const params = { collection: 'events', key: { error: 1 } };
    const ran = await acting.run(oneStep('shop.createIndex', params, []));
    expect(ran.proposal.steps[0]?.plan?.calls).toMatchObject([
      {
        line: 'shop.runCommand({ createIndexes: "events", indexes: [{ key: { error: 1 }, name: "error_1" }] })',
      },
    ]);
    expect(ledgerLines(ran)).toMatchInlineSnapshot(`
      [
        "shop.runCommand({ createIndexes: "events", indexes: [{ key: { error: 1 }, name: "error_1" }] })",
        "shop.runCommand({ createIndexes: "events", indexes: [{ key: { error: 1 }, name: "error_1" }] }) → created",
        "index error_1 { error: 1 }",
        "ok: shop.runCommand({ createIndexes: "events", indexes: [{ key: { error: 1 }, name: "error_1" }] }) → created",
      ]
    `);
    expect(await indexNames()).toEqual(['_id_', 'status_1', 'timestamp_1', 'error_1']);
    const undone = await acting.undo(ran);
    expect(undone.ended.ending).toBe('recovered');
    expect(await indexNames()).toEqual(['_id_', 'status_1', 'timestamp_1']);
    expect(await acting.ledgerHolds()).toBe(true);
  });

  test('dropIndex drops it, and its undo creates it again with its options', async () => {
    await using acting = await openActing('shop', 'mongodb', { url: mongoUrlOf(server) });
    const ran = await acting.run(
      oneStep('shop.dropIndex', { collection: 'events', name: 'timestamp_1' }, []),
    );
    expect(ledgerLines(ran)).toMatchInlineSnapshot(`
      [
        "shop.runCommand({ dropIndexes: "events", index: "timestamp_1" })",
        "shop.runCommand({ dropIndexes: "events", index: "timestamp_1" }) → dropped",
        "the collection has no such index",
        "ok: shop.runCommand({ dropIndexes: "events", index: "timestamp_1" }) → dropped",
      ]
    `);
    expect(await indexNames()).toEqual(['_id_', 'status_1']);
    const [undo] = ran.ended.undo ?? [];
    // As a step: the verification of an undo watches for ten seconds, and that of createIndex already does.
    await acting.run(oneStep(undo?.use ?? '', undo?.with ?? {}, []));
    const [reply] = await mongoCommands(server, [{ listIndexes: 'events' }]);
    expect(Object(reply?.cursor).firstBatch).toContainEqual(
      expect.objectContaining({ name: 'timestamp_1', expireAfterSeconds: 86_400 }),
    );
    expect(await acting.ledgerHolds()).toBe(true);
  });

  test('updateMany changes only the planned documents, and its undo restores them', async () => {
    await using acting = await openActing('shop', 'mongodb', { url: mongoUrlOf(server) });
    const params = {
      collection: 'events',
      filter: { status: 'PROCESSING' },
      update: { $set: { status: 'PENDING' } },
    };
    const runbook = oneStep('shop.updateMany', params, []);
    const proposal = await acting.propose(runbook);
    // It matches only after the plan.
    await mongoCommands(server, [{ insert: 'events', documents: [{ _id: 7, status: 'PROCESSING' }] }]);
    const ran = await acting.carryOut(proposal, runbook);
    expect(ledgerLines(ran)).toMatchInlineSnapshot(`
      [
        "shop.runCommand({ update: "events", updates: [{ q: { $and: [{ _id: { $in: [ObjectId("65e500000000000000000001"), ObjectId("65e500000000000000000002")] } }, { status: "PROCESSING" }] }, u: { $set: { status: "PENDING" } }, multi: true }], writeConcern: { w: "majority", wtimeout: 10000 } })",
        "shop.runCommand({ update: "events", updates: [{ q: { $and: [{ _id: { $in: [ObjectId("65e500000000000000000001"), ObjectId("65e500000000000000000002")] } }, { status: "PROCESSING" }] }, u: { $set: { status: "PENDING" } }, multi: true }], writeConcern: { w: "majority", wtimeout: 10000 } }) → 2 of 2 changed",
        "2 of 2 documents changed",
        "1 documents match the filter now",
        "ok: shop.runCommand({ update: "events", updates: [{ q: { $and: [{ _id: { $in: [ObjectId("65e500000000000000000001"), ObjectId("65e500000000000000000002")] } }, { status: "PROCESSING" }] }, u: { $set: { status: "PENDING" } }, multi: true }], writeConcern: { w: "majority", wtimeout: 10000 } }) → 2 of 2 changed",
      ]
    `);
    expect(await statusCounts()).toEqual({ PENDING: 2, PROCESSING: 1, FAILED: 3, DONE: 1 });
    await acting.undo(ran);
    expect(await statusCounts()).toEqual({ PENDING: 0, PROCESSING: 3, FAILED: 3, DONE: 1 });
    expect(await acting.ledgerHolds()).toBe(true);
  });

  test('a missing index and a duplicate one are not applicable: nothing is sent', async () => {
    await using acting = await openActing('shop', 'mongodb', { url: mongoUrlOf(server) });
    const gone = await acting.run(oneStep('shop.dropIndex', { collection: 'events', name: 'none_1' }, []));
    expect(gone.ended).toMatchObject({ ending: 'not-applicable', why: expect.stringContaining('none_1') });
    const twice = await acting.run(
      oneStep('shop.createIndex', { collection: 'events', key: { status: 1 } }, []),
    );
    expect(twice.ended.ending).toBe('not-applicable');
    expect(await indexNames()).toEqual(['_id_', 'status_1', 'timestamp_1']);
  });
});
