import { afterEach, describe, expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { MongoSpec } from '../../../src/simulator/model/spec/mongodb.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { mongodb } from '../../../src/sources/mongodb/index.ts';
import { documentText, mongoCommandText } from '../../../src/sources/mongodb/parse.ts';
import { createRoleText, parsePrivileges } from '../../../src/sources/mongodb/permissions.ts';
import { contractMongo, openSimulatedMongo } from '../../contract/rigs/mongodb-simulator.ts';
import { secret } from '../../contract/wired.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal: never } = new AbortController();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Opening {
  readonly incident?: string;
  readonly spec?: MongoSpec;
  readonly login?: { readonly user: string; readonly password: string };
  readonly signals?: Readonly<Record<string, object>>;
}

const open = async ({ incident, spec, login, signals = {} }: Opening = {}) => {
  const clock = manualClock();
  const server = await openSimulatedMongo(clock, {
    ...(incident === undefined ? {} : { incident }),
    ...(spec === undefined ? {} : { spec }),
  });
  ends.push(server.close);
  const config = mongodb.config.parse({
    url: `mongodb://127.0.0.1:${server.port}/shop?authSource=admin`,
    ...(login ?? { user: 'opsdeck', password: secret }),
  });
  const requests = Object.entries(signals).map(([id, read]) => ({
    id,
    read: mongodb.reads?.parse(read) ?? {},
  }));
  const source = await mongodb.open(
    { id: 'events', env: 'test', config, signals: requests },
    openReadIo(clock),
  );
  ends.push(() => source.close());
  return { source, clock };
};

const read = async (source: Source, name: string) => {
  const feed = source.feeds.find(({ id }) => id === `events/${name}`);
  if (feed === undefined) throw new Error(`no feed ${name}`);
  return feed.read(never);
};

describe('health', () => {
  test('without a primary, the replica set is degraded', async () => {
    const { source } = await open({ incident: 'headless' });
    expect((await read(source, 'health')).items).toMatchObject([
      { status: 'degraded', detail: 'the replica set rs0 has no primary, so nothing can be written' },
    ]);
  });

  test('an unreachable member is named, with the reason', async () => {
    const { source } = await open({ incident: 'lost' });
    expect((await read(source, 'health')).items).toMatchObject([
      {
        status: 'degraded',
        detail: 'db-2:27017 is unreachable: Error connecting to it :: caused by :: Connection refused',
      },
    ]);
  });

  test('a user who may not see the members sees the server', async () => {
    const { source } = await open({ login: { user: 'bystander', password: 'bystander+password' } });
    expect((await read(source, 'health')).items).toMatchObject([{ status: 'up', detail: '' }]);
  });
});

test('lag has no value without a primary, and a lost secondary does not count', async () => {
  const signals = { lag: { lag: 'seconds' } };
  const headless = await open({ incident: 'headless', signals });
  expect((await read(headless.source, 'values:lag')).items).toMatchObject([
    { why: 'the replica set has no primary, so the lag of the secondaries is unknown' },
  ]);
  const lost = await open({ incident: 'lost', signals });
  expect((await read(lost.source, 'values:lag')).items).toMatchObject([{ value: 2 }]);
});

test('a rate and a mean latency are those since the previous reading', async () => {
  const signals = { commands: { rate: 'opcounters.command' }, latency: { latency: 'commands' } };
  const { source, clock } = await open({ signals });
  await read(source, 'pools');
  await clock.advance(2000);
  const { samples = [] } = await read(source, 'pools');
  expect(samples).toMatchObject([
    { signal: 'commands', value: 0.5 },
    { signal: 'latency', value: 0.2 },
  ]);
});

test('$ago is a time before now, at any depth', async () => {
  const count = (ago: string) => ({
    count: { collection: 'events', filter: { $and: [{ timestamp: { $lt: { $ago: ago } } }] } },
  });
  const { source, clock } = await open({ signals: { all: count('1s'), none: count('3650d') } });
  await clock.advance(1000);
  expect((await read(source, 'queries:none')).items).toMatchObject([{ value: 0 }]);
  expect((await read(source, 'queries:all')).items).toMatchObject([{ value: expect.any(Number) }]);
});

describe('doctor', () => {
  test('finds nothing missing with every privilege', async () => {
    const { source } = await open();
    const findings = (await source.doctor?.(never)) ?? [];
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.map(({ what }) => what)).toEqual([
      expect.stringMatching(
        /^MongoDB 7\.0\.14 at mongodb:\/\/127\.0\.0\.1:\d+\/shop as opsdeck@admin: 127\.0\.0\.1:\d+ is primary of rs0$/,
      ),
      'opsdeck@admin has every privilege that opsdeck needs to read',
      expect.stringMatching(/^\d+ of 50 connections used/),
    ]);
  });

  test('names each missing privilege and its effect, and the role that grants all', async () => {
    const { source } = await open({ login: { user: 'bystander', password: 'bystander+password' } });
    const findings = (await source.doctor?.(never)) ?? [];
    const missing = findings.filter(({ ok }) => !ok);
    expect(missing).toHaveLength(12);
    expect(missing[0]).toMatchObject({
      what: 'opsdeck cannot show sessions: bystander@admin lacks inprog on the cluster',
      remedy: 'grant bystander@admin a role with inprog on the cluster',
    });
    expect(missing.map(({ what }) => what).join('\n')).toContain('find on shop.system.profile');
    expect(findings.at(-1)?.what).toContain('createRole({ role: "opsdeckReads"');
  });
});

test('each feed without its privilege is denied, and names it', async () => {
  const { source } = await open({ login: { user: 'bystander', password: 'bystander+password' } });
  const denied: Record<string, string> = {};
  for (const feed of source.feeds)
    for (const { kind, remedy } of (await feed.read(never)).faults) denied[feed.name] = `${kind}: ${remedy}`;
  const grant = (what: string) => `denied: grant bystander a role with the privilege ${what}`;
  expect(denied).toEqual({
    sessions: grant('inprog on the cluster'),
    pools: grant('serverStatus on the cluster'),
    statements: grant('enableProfiler on shop'),
    sizes: grant('dbStats on shop'),
    indexes: grant('listIndexes on shop.events'),
    replication: grant('replSetGetStatus on the cluster'),
    settings: grant('getParameter on the cluster'),
    load: grant('serverStatus on the cluster'),
    databases: grant('listDatabases on the cluster'),
  });
});

test('without collStats, the window of the oplog and the size of the database are known, and each size is unknown', async () => {
  const reader = {
    ...{ name: 'reader', password: 'reader+password' },
    privileges: [
      { resource: { cluster: true }, actions: ['replSetGetStatus'] },
      { resource: { db: 'shop', collection: '' }, actions: ['listCollections', 'dbStats'] },
      { resource: { db: 'local', collection: 'oplog.rs' }, actions: ['find'] },
    ],
  };
  const { source } = await open({
    spec: { ...contractMongo, users: [...contractMongo.users, reader] },
    login: { user: reader.name, password: reader.password },
    signals: { window: { oplog: 'hours' } },
  });
  expect(await read(source, 'values:window')).toMatchObject({ items: [{ value: 26 }], faults: [] });
  expect((await read(source, 'replication')).items.at(-1)).toMatchObject({
    title: 'oplog',
    text: 'window 26h · unknown of unknown',
  });
  expect((await read(source, 'sizes')).items).toMatchObject([
    { title: 'database shop', text: expect.stringContaining('on disk') },
    { title: 'events', text: 'size unknown: not authorized: collStats on shop.events' },
    { title: 'orders', text: 'size unknown: not authorized: collStats on shop.orders' },
  ]);
});

describe('privileges', () => {
  const shop = (resource: object, actions: readonly string[]) =>
    parsePrivileges({ authInfo: { authenticatedUserPrivileges: [{ resource, actions }] } });
  const find = (db: string, collection: string) => ({ action: 'find', resource: { db, collection } });

  test.each([
    [{ db: 'shop', collection: '' }, find('shop', 'events'), true],
    [{ db: 'shop', collection: '' }, find('other', 'events'), false],
    [{ db: 'shop', collection: '' }, find('shop', 'system.profile'), false],
    [{ db: '', collection: 'system.profile' }, find('shop', 'system.profile'), true],
    [{ db: '', collection: '' }, find('shop', 'events'), true],
    [{ db: 'shop', collection: 'events' }, find('shop', 'orders'), false],
    [{ cluster: true }, find('shop', 'events'), false],
    [{ anyResource: true }, find('shop', 'system.profile'), true],
  ])('%j for %j: %s', (resource, needed, expected) => {
    expect(shop(resource, ['find']).has(needed)).toBe(expected);
  });

  test('are grouped by resource in the command that grants them', () => {
    expect(
      createRoleText('r', [
        { action: 'inprog', resource: 'cluster' },
        find('shop', ''),
        { action: 'killop', resource: 'cluster' },
      ]),
    ).toBe(
      'db.getSiblingDB("admin").createRole({ role: "r", privileges: [{ resource: { cluster: true }, actions: ["inprog", "killop"] }, { resource: { db: "shop", collection: "" }, actions: ["find"] }], roles: [] })',
    );
  });
});

describe('commands for display', () => {
  test.each([
    [
      { find: 'events', filter: { _id: { $oid: 'aa' } }, lsid: { id: 1 }, $db: 'shop' },
      'find events { filter: { _id: ObjectId("aa") } }',
    ],
    [{ createUser: 'ana', pwd: 'hunter2-x', $db: 'shop' }, 'createUser ana { pwd: … }'],
    [
      { saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: { $binary: { base64: 'bj1hbmE=' } } },
      'saslStart { mechanism: "SCRAM-SHA-256", payload: … }',
    ],
    [
      { createIndexes: 'events', indexes: [{ key: { a: 1 }, name: 'a_1' }] },
      'createIndexes events { indexes: [{ key: { a: 1 }, name: "a_1" }] }',
    ],
    [{ ping: 1 }, 'ping'],
    [{}, ''],
  ])('%j', (command, shown) => {
    expect(mongoCommandText(command)).toBe(shown);
  });

  test('a password in a value is hidden', () => {
    expect(documentText({ url: 'mongodb://ana:hunter2-x@db/' })).not.toContain('hunter2');
  });

  test('the profiled command of the server shows no password', () => {
    for (const { command } of contractMongo.profiled) expect(mongoCommandText(command)).not.toContain(secret);
  });
});

describe('config', () => {
  test.each([
    [{ url: 'mongodb://db', database: 'a.b' }],
    [{ url: 'mongodb+srv://cluster0.example.net' }],
    [{ url: 'mongodb://db', parameters: ['$where'] }],
  ])('%j is refused', (config) => {
    expect(mongodb.config.safeParse(config).success).toBe(false);
  });

  test.each([
    [{ count: { collection: 'events', filter: { $where: '1' } } }],
    [{ count: { collection: 'events', filter: { at: { $lt: { $ago: 'yesterday' } } } } }],
    [{ count: { collection: '$cmd' } }],
    [{ command: { dropDatabase: 1 }, path: 'ok' }],
    [{ command: { aggregate: 'a', pipeline: [{ $out: 'b' }], cursor: {} }, path: 'ok' }],
    [{ status: '..' }],
  ])('the read %j is refused', (wrong) => {
    expect(mongodb.reads?.safeParse(wrong).success).toBe(false);
  });
});

test('a tunnel replaces the hosts by its endpoints, in a stable order', () => {
  const config = mongodb.config.parse({ url: 'mongodb://db.example.com/shop?tls=true' });
  const ends = [
    { name: 'mongo-1', uid: '1' },
    { name: 'mongo-0', uid: '0' },
  ];
  expect(mongodb.routeConfig?.(config, ends, 27017)).toMatchObject({
    url: 'mongodb://mongo-0:27017,mongo-1:27017/shop?tls=true',
    tls: { serverName: 'db.example.com' },
  });
  expect(mongodb.routeConfig?.(config, [], 27017)).toBe(config);
});
