import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mongoReads } from '../../../src/clients/mongodb/reading.ts';
import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import type { MongoSpec } from '../../../src/simulator/model/spec/mongodb.ts';
import type { MongoEndpoint } from '../../../src/simulator/servers/mongodb/endpoint.ts';
import type { Operation, Source } from '../../../src/sources/kit/contract/source.ts';
import { mongodb } from '../../../src/sources/mongodb/index.ts';
import { contractMongo, openSimulatedMongo } from '../../contract/rigs/mongodb-simulator.ts';
import { secret } from '../../contract/wired.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

const { signal: never } = new AbortController();
let clock: ManualClock;
let server: MongoEndpoint;
let source: Source;
let change: ReturnType<typeof openChangeIo>;
let dir: string;

const sourceFor = (user: string, password: string, url?: string): Promise<Source> => {
  const config = mongodb.config.parse({
    url: url ?? `mongodb://127.0.0.1:${server.port}/shop?authSource=admin`,
    user,
    password,
  });
  return mongodb.open({ id: 'events', env: 'test', config, signals: [], dir }, openReadIo(clock));
};

const open = async (
  options: { incident?: string; spec?: MongoSpec } = {},
  serverClock: Clock = clock,
): Promise<void> => {
  server = await openSimulatedMongo(serverClock, options);
  source = await sourceFor('opsdeck', secret);
};

const close = async (): Promise<void> => {
  await source.close();
  await server.close();
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-mongodb-'));
  clock = manualClock();
  change = openChangeIo(clock);
  await open();
});
afterEach(async () => {
  await close();
  await change.close();
  await rm(dir, { recursive: true });
});

const operation = (name: string, of = source): Operation => {
  const found = of.operations.find((other) => other.name === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
};

const planFor = (name: string, params: object): Promise<Plan> =>
  operation(name).plan(mongodb.operations[name]?.params.parse(params) ?? {}, never);

/** The result of each call, and every line. */
const act = async (plan: Plan): Promise<readonly string[]> => {
  const lines: string[] = [];
  const take = async (): Promise<void> => {
    for await (const event of operation(plan.use.replace('events.', '')).act(plan, change, never)) {
      if (event.is === 'output') lines.push(event.text);
      if (event.is === 'answered') lines.push(`${event.ok ? 'ok' : 'not ok'}: ${event.status}`);
    }
  };
  await take();
  return lines;
};

const statuses = async (): Promise<Readonly<Record<string, number>>> => {
  const io = openReadIo(clock);
  const reader = io.open(mongoReads, {
    url: `mongodb://127.0.0.1:${server.port}/shop?authSource=admin`,
    user: 'opsdeck',
    password: secret,
  });
  const counts: Record<string, number> = {};
  for (const status of ['PENDING', 'PROCESSING', 'FAILED', 'DONE']) {
    const command = { count: 'events', query: { status } };
    const { replies } = await reader.ask({ commands: [{ database: 'shop', command }] }, never);
    counts[status] = Number(replies[0]?.n);
  }
  await io.close();
  return counts;
};

describe('killOp', () => {
  test('ends the operation of a connection, and reports that it has ended', async () => {
    const plan = await planFor('killOp', { connection: 31 });
    expect(plan).toMatchObject({
      danger: 'disruptive',
      targets: [{ name: 'events', saw: 'operation 9001' }],
      calls: [{ line: 'admin.runCommand({ killOp: 1, op: 9001 })', target: 0 }],
      objects: [
        'connection 31 · operation 9001 · orders · 10.244.9.10:40001 · active for 13s · find events { filter: { metadata.priority: 3 } }',
      ],
    });
    expect(await operation('killOp').recheck(plan, never)).toBeUndefined();
    expect(await act(plan)).toEqual(['ok: signalled', '1 of 1 ended']);
    expect(await operation('killOp').recheck(plan, never)).toMatchObject({ found: 'no such operation' });
    await expect(planFor('killOp', { connection: 31 })).rejects.toMatchObject({
      ending: 'not-applicable',
      message: 'connection 31 runs no operation, so there is nothing to kill',
    });
  });

  test.each([
    [32, 'connection 32 runs no operation, so there is nothing to kill'],
    [33, /^connection 33 runs no operation, but has an open transaction/],
    [99, 'connection 99 has ended, or belongs to opsdeck: choose another connection'],
  ])('connection %i is not applicable', async (connection, message) => {
    await expect(planFor('killOp', { connection })).rejects.toMatchObject({
      ending: 'not-applicable',
      message: expect.stringMatching(message),
    });
  });

  test('a connection of another member is protected', async () => {
    await close();
    const operationOf = { op: 'getmore', ns: 'local.oplog.rs', command: { getMore: 1 }, runningMs: 5 };
    await open({
      spec: {
        ...contractMongo,
        clients: [
          { application: 'OplogFetcher', address: '10.0.0.2:4', user: '__system', operation: operationOf },
        ],
      },
    });
    await expect(planFor('killOp', { connection: 31 })).rejects.toMatchObject({
      message: 'only operations of clients can be killed: another member uses connection 31 for replication',
    });
  });
});

describe('createIndex', () => {
  const key = { 'metadata.priority': 1, timestamp: -1 };

  test('creates an index with its fields in their order, and its undo drops it', async () => {
    const plan = await planFor('createIndex', { collection: 'events', key });
    expect(plan).toMatchObject({
      danger: 'disruptive',
      targets: [{ name: 'shop.events', saw: 'the collection has no such index' }],
      calls: [
        {
          line: 'shop.runCommand({ createIndexes: "events", indexes: [{ key: { metadata.priority: 1, timestamp: -1 }, name: "metadata.priority_1_timestamp_-1" }] })',
        },
      ],
    });
    expect(plan.objects.slice(0, 2)).toEqual(['shop.events: 6 documents', 'index _id_: { _id: 1 }']);
    expect(await act(plan)).toEqual([
      'ok: created',
      'index metadata.priority_1_timestamp_-1 { metadata.priority: 1, timestamp: -1 }',
    ]);
    expect(await operation('createIndex').recheck(plan, never)).toMatchObject({
      planned: 'the collection has no such index',
    });
    const undo = operation('createIndex').undo?.(plan);
    expect(await act(await planFor('dropIndex', undo?.with ?? {}))).toEqual([
      'ok: dropped',
      'the collection has no such index',
    ]);
  });

  test.each([
    [['status', '-timestamp'], '{ status: 1, timestamp: -1 }', 'status_1_timestamp_-1'],
    [['-metadata.priority'], '{ metadata.priority: -1 }', 'metadata.priority_-1'],
  ])('accepts %j as a list of fields in their order', async (fields, text, name) => {
    const plan = await planFor('createIndex', { collection: 'events', key: fields });
    expect(plan.calls[0]?.line).toBe(
      `shop.runCommand({ createIndexes: "events", indexes: [{ key: ${text}, name: "${name}" }] })`,
    );
  });

  test.each([[[]], [['$where']], [['--timestamp']], [['']], [['a\0b']]])(
    'refuses %j as a list of fields',
    (fields) => {
      expect(() => planFor('createIndex', { collection: 'events', key: fields })).toThrow(/key/);
    },
  );

  test('reports the progress of a long build', async () => {
    await close();
    const begun = Promise.withResolvers<void>();
    const serverSleep: Clock['sleep'] = (ms, signal) => {
      begun.resolve();
      return clock.sleep(ms, signal);
    };
    await open({ spec: { ...contractMongo, indexBuildMs: 3000 } }, { ...clock, sleep: serverSleep });
    const plan = await planFor('createIndex', { collection: 'events', key });
    // Each pause of the operation is time that the build takes.
    const pause = async (ms: number): Promise<void> => {
      await begun.promise;
      await clock.advance(ms);
    };
    const acting = openChangeIo({ ...clock, sleep: pause });
    const lines: string[] = [];
    for await (const event of operation('createIndex').act(plan, acting, never))
      if (event.is === 'output') lines.push(event.text);
    await acting.close();
    expect(lines.filter((line) => line.startsWith('Index Build'))).toEqual([
      'Index Build: scanning collection 33 % (1000 of 3000)',
      'Index Build: scanning collection 66 % (2000 of 3000)',
    ]);
  });

  test('an index with the same fields is not applicable', async () => {
    await expect(planFor('createIndex', { collection: 'events', key: { status: 1 } })).rejects.toMatchObject({
      ending: 'not-applicable',
      message: 'events already has the index status_1: { status: 1 }, so there is nothing to build',
    });
    await expect(planFor('createIndex', { collection: 'none', key })).rejects.toMatchObject({
      message: 'shop has no collection none: check the name',
    });
  });

  test('a TTL index is destructive, and counts the documents that expire at once', async () => {
    const plan = await planFor('createIndex', {
      collection: 'events',
      key: { timestamp: -1 },
      expireAfterSeconds: 3600,
    });
    expect(plan.danger).toBe('destructive');
    expect(plan.lost).toMatch(/^\d+ documents older than 1h are deleted within a minute/);
  });
});

describe('dropIndex', () => {
  test('its undo creates the index with its options', async () => {
    const plan = await planFor('dropIndex', { collection: 'events', name: 'timestamp_1' });
    expect(plan.objects).toContain('documents of the collection no longer expire');
    expect(await act(plan)).toEqual(['ok: dropped', 'the collection has no such index']);
    const undo = operation('dropIndex').undo?.(plan);
    expect(undo?.with).toEqual({
      collection: 'events',
      key: { timestamp: 1 },
      name: 'timestamp_1',
      expireAfterSeconds: 86_400,
    });
    await act(await planFor('createIndex', undo?.with ?? {}));
    expect(await operation('dropIndex').recheck(plan, never)).toBeUndefined();
  });

  test.each(['_id_', '*'])('refuses %s', (name) => {
    expect(mongodb.operations.dropIndex?.params.safeParse({ collection: 'a', name }).success).toBe(false);
  });
});

test('profile: sets the profiler, reads it back, and its undo restores it', async () => {
  const plan = await planFor('profile', { level: 1, slowMs: 250 });
  expect(plan).toMatchObject({
    danger: 'safe',
    changes: ['profiler: level 0, slowms 100 → level 1, slowms 250'],
  });
  expect(await act(plan)).toEqual(['ok: set', 'the profiler has level 1, slowms 250']);
  expect(await operation('profile').recheck(plan, never)).toMatchObject({
    found: expect.stringContaining('level 1, slowms 250'),
  });
  const undo = operation('profile').undo?.(plan);
  expect(await act(await planFor('profile', undo?.with ?? {}))).toEqual([
    'ok: set',
    'the profiler has level 0, slowms 100',
  ]);
});

test('profile: a temporary level plans its reset, and the server shows the state that the reset expects', async () => {
  const plan = await planFor('profile', { level: 1, slowMs: 250, for: '10m' });
  expect(plan.reset).toEqual({ afterMs: 600_000, leaves: 'level 1, slowms 250' });
  await act(plan);
  const undo = operation('profile').undo?.(plan);
  expect(undo?.with).toEqual({ level: 0, slowMs: 100 });
  const back = await planFor('profile', undo?.with ?? {});
  expect(back.targets[0]?.saw).toBe(plan.reset?.leaves);
  await act(back);
});

describe('setting', () => {
  const name = 'internalQueryMaxBlockingSortMemoryUsageBytes';

  test('reads the new value back, and its undo restores the old one', async () => {
    const plan = await planFor('setting', { name, value: 335_544_320 });
    expect(plan.changes).toEqual([`${name}: 104857600 → 335544320`]);
    expect(await act(plan)).toEqual(['ok: set', `${name}: 335544320`]);
    const undo = operation('setting').undo?.(plan);
    expect(undo?.with).toEqual({ name, value: 104_857_600 });
    expect(await act(await planFor('setting', { name, value: 'much' }))).toEqual([
      expect.stringMatching(/^not ok: Invalid value for parameter/),
    ]);
    await expect(planFor('setting', { name: 'noSuch', value: 1 })).rejects.toMatchObject({
      ending: 'failed',
    });
  });

  test.each(['saslauthdPath.password', 'clusterAuthSecret', 'tlsClusterKeyFile'])(
    'refuses %s',
    (secretName) => {
      const params = { name: secretName, value: 'x' };
      expect(mongodb.operations.setting?.params.safeParse(params).success).toBe(false);
    },
  );
});

describe('updateMany', () => {
  const reset = {
    collection: 'events',
    filter: { status: 'PROCESSING' },
    update: { $set: { status: 'PENDING' } },
  };

  test('previews the count and a sample, changes these documents, and its undo restores them', async () => {
    const plan = await planFor('updateMany', reset);
    expect(plan).toMatchObject({
      danger: 'destructive',
      targets: [{ name: 'shop.events', saw: '2 documents' }],
      changes: ['each: { $set: { status: "PENDING" } }'],
    });
    expect(plan.objects[0]).toBe('2 documents of events match { status: "PROCESSING" } and are changed');
    expect(plan.objects[1]).toContain('ObjectId("65e500000000000000000001")');
    expect(await operation('updateMany').recheck(plan, never)).toBeUndefined();
    expect(await act(plan)).toEqual([
      'ok: 2 of 2 changed',
      '2 of 2 documents changed',
      '0 documents match the filter now',
    ]);
    expect(await statuses()).toEqual({ PENDING: 2, PROCESSING: 0, FAILED: 3, DONE: 1 });
    expect(await operation('updateMany').recheck(plan, never)).toMatchObject({
      found: 'none of the documents matches the filter any more',
    });
    const undo = operation('updateMany').undo?.(plan);
    expect(undo).toMatchObject({
      title: 'Restore 2 documents of events to { $set: { status: "PROCESSING" } }',
      with: { update: { $set: { status: 'PROCESSING' } }, filter: { status: 'PENDING' }, max: 2 },
    });
    await act(await planFor('updateMany', undo?.with ?? {}));
    expect(await statuses()).toEqual({ PENDING: 0, PROCESSING: 2, FAILED: 3, DONE: 1 });
  });

  test('different and missing previous values are restored separately', async () => {
    const plan = await planFor('updateMany', {
      collection: 'events',
      filter: { status: { $in: ['FAILED', 'DONE'] } },
      update: { $set: { error: 'none' } },
    });
    const undo = operation('updateMany').undo?.(plan);
    const all = [undo, ...(undo?.and ?? [])].map((call) => call?.with.update);
    expect(all).toEqual([
      { $set: { error: 'timeout' } },
      { $set: { error: 'schema' } },
      { $unset: { error: '' } },
    ]);
  });

  test('a document that matches only after the plan is left alone', async () => {
    const plan = await planFor('updateMany', reset);
    const later = await planFor('updateMany', {
      collection: 'events',
      filter: { status: 'DONE' },
      update: { $set: { status: 'PROCESSING' } },
    });
    await act(later);
    expect(await act(plan)).toEqual([
      'ok: 2 of 2 changed',
      '2 of 2 documents changed',
      '1 documents match the filter now',
    ]);
  });

  test('a relative time is fixed by the plan', async () => {
    const plan = await planFor('updateMany', {
      ...reset,
      filter: { status: 'PROCESSING', timestamp: { $gt: { $ago: '3650d' } } },
    });
    expect(plan.params.filter).toMatchObject({ timestamp: { $gt: { $date: expect.any(String) } } });
  });

  test.each([
    [{ ...reset, filter: { status: 'NONE' } }, 'no document of events matches the filter: check the filter'],
    [{ ...reset, max: 1 }, 'more than 1 documents match: narrow the filter, or raise max (at most 5,000)'],
  ])('%j is not applicable', async (params, message) => {
    await expect(planFor('updateMany', params)).rejects.toMatchObject({ ending: 'not-applicable', message });
  });

  test.each([
    [{ ...reset, filter: {} }],
    [{ ...reset, filter: { $where: '1' } }],
    [{ ...reset, update: {} }],
    [{ ...reset, update: { status: 'PENDING' } }],
    [{ ...reset, update: { $set: {} } }],
    [{ ...reset, update: { $set: { _id: 1 } } }],
    [{ ...reset, update: { $set: { 'a.$[]': 1 } } }],
    [{ ...reset, update: { $rename: { a: 'b' } } }],
    [{ ...reset, collection: 'system.users' }],
    [{ ...reset, max: 5001 }],
  ])('%j is refused', (params) => {
    expect(mongodb.operations.updateMany?.params.safeParse(params).success).toBe(false);
  });

  test('without a primary, nothing is sent', async () => {
    const plan = await planFor('updateMany', reset);
    await close();
    await open({ incident: 'headless' });
    await source.close();
    const two = `mongodb://127.0.0.1:${server.port},127.0.0.1:1/shop?authSource=admin`;
    source = await sourceFor('opsdeck', secret, two);
    expect((await act(plan))[0]).toMatch(
      /^not ok: none of the hosts in the url is the primary\. 127\.0\.0\.1:\d+ is a secondary. Wait for an election/,
    );
    expect(await statuses()).toMatchObject({ PROCESSING: 2 });
  });
});

describe('password and login', () => {
  test('the password is changed, the old one is refused, and neither is shown', async () => {
    const oldFile = join(dir, 'old');
    const newFile = join(dir, 'new');
    await writeFile(oldFile, 'bystander+password\n');
    await writeFile(newFile, 'a-new+password-\u00e4\n');
    const login = async (file: string): Promise<readonly string[]> =>
      act(await planFor('login', { user: 'bystander', file }));
    expect(await login(oldFile)).toEqual(['accepted', 'ok: accepted']);
    const plan = await planFor('password', { user: 'bystander', file: 'new' });
    expect(plan).toMatchObject({
      danger: 'disruptive',
      calls: [{ line: 'admin.runCommand({ updateUser: "bystander", pwd: … })' }],
      lost: expect.stringContaining('the old password'),
    });
    const events: ActEvent[] = [];
    for await (const event of operation('password').act(plan, change, never)) events.push(event);
    expect(events.at(-1)).toMatchObject({ ok: true, status: 'changed' });
    expect(JSON.stringify([plan, events])).not.toMatch(/a-new\+password/);
    expect(await login(newFile)).toEqual(['accepted', 'ok: accepted']);
    expect(await login(oldFile)).toEqual(['refused', 'ok: refused']);
  });

  test('a missing user and an empty file are refused before anything is sent', async () => {
    await writeFile(join(dir, 'empty'), '\n');
    await writeFile(join(dir, 'some'), 'some+password');
    await expect(planFor('password', { user: 'nobody', file: 'some' })).rejects.toMatchObject({
      message: 'no user nobody in admin: check the name, and the database that the user belongs to',
    });
    await expect(planFor('password', { user: 'bystander', file: 'empty' })).rejects.toMatchObject({
      message: expect.stringContaining('is empty'),
    });
  });
});

test('a missing privilege is known before a run, with the role that grants it', async () => {
  const bystander = await sourceFor('bystander', 'bystander+password');
  const plans: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    killOp: { connection: 31 },
    profile: { level: 1 },
    updateMany: { collection: 'events', filter: { a: 1 }, update: { $set: { b: 1 } } },
  };
  const why: Record<string, string> = {};
  for (const [name, params] of Object.entries(plans)) {
    const plan = {
      use: `events.${name}`,
      params,
      targets: [],
      calls: [],
      objects: [],
      danger: 'safe' as const,
    };
    const permit = await operation(name, bystander).permits?.(plan, never);
    expect(permit?.allowed, name).toBe(false);
    why[name] = permit?.why ?? '';
    expect(permit?.remedy).toContain('createRole({ role: "opsdeckChanges"');
  }
  expect(why).toEqual({
    killOp: 'bystander@admin lacks killop on the cluster',
    profile: 'bystander@admin lacks enableProfiler on shop',
    updateMany: 'bystander@admin lacks update on shop.events',
  });
  const plan = await planFor('killOp', { connection: 31 });
  expect(await operation('killOp').permits?.(plan, never)).toMatchObject({ allowed: true });
  await bystander.close();
});
