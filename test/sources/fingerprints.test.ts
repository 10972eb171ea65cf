import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import {
  clockSteps,
  clockStepText,
  fingerprintDifference,
  type SystemFingerprint,
} from '../../src/domain/facts/fingerprint.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';
import { startDockerEndpoint } from '../../src/simulator/servers/docker/endpoint.ts';
import { startActuatorServer } from '../../src/simulator/servers/spring/actuator.ts';
import { actuator } from '../../src/sources/actuator/index.ts';
import { docker } from '../../src/sources/docker/index.ts';
import { grafana } from '../../src/sources/grafana/index.ts';
import type { Source } from '../../src/sources/kit/contract/source.ts';
import { loki } from '../../src/sources/loki/index.ts';
import { mongodb } from '../../src/sources/mongodb/index.ts';
import { pagerduty } from '../../src/sources/pagerduty/index.ts';
import { postgres } from '../../src/sources/postgres/index.ts';
import { redis } from '../../src/sources/redis/index.ts';
import { slack } from '../../src/sources/slack/index.ts';
import { composeView } from '../contract/rigs/docker-simulator.ts';
import { contractMongo, openSimulatedMongo } from '../contract/rigs/mongodb-simulator.ts';
import { blockedDatabase } from '../contract/rigs/postgres-simulator.ts';
import { openSimulatedRedis } from '../contract/rigs/redis-simulator.ts';
import { contractView } from '../contract/rigs/simulator.ts';
import { secret } from '../contract/wired.ts';
import { longTest } from '../support/layer.ts';
import { localServer } from '../support/local-server.ts';
import { manualClock } from '../support/manual-clock.ts';
import { switchableProxy } from '../support/switchable-proxy.ts';
import { withWallOffset } from '../support/wall-offset.ts';
import { openHosts } from './host/hosts.ts';
import { never, openSource } from './open-source.ts';

const printOf = async (source: Source): Promise<SystemFingerprint> => {
  if (source.fingerprint === undefined) throw new Error('cannot tell who answers');
  return source.fingerprint(never);
};

const nothing = { parts: [], restarts: false };

/** The explanation of the difference between two fingerprints; `restarts`: the run may have restarted processes. */
const difference = (
  was: SystemFingerprint,
  is: SystemFingerprint,
  { restarts = false, afterMs = 30_000 } = {},
): string | undefined =>
  fingerprintDifference(
    { at: 0, fingerprint: was },
    { at: afterMs, fingerprint: is },
    { ...nothing, restarts },
  );

test('postgres: another cluster behind the same address has another system identifier', async () => {
  const clock = manualClock();
  const servers = await Promise.all([
    blockedDatabase(clock, '7300000000000000001'),
    blockedDatabase(clock, '7300000000000000002'),
  ]);
  await using proxy = await switchableProxy(servers[0].port);
  const url = `postgres://opsdeck@127.0.0.1:${proxy.port}/shop`;
  await using opened = await openSource(postgres, { url, password: secret });
  const was = await printOf(opened.source);
  expect(was).toEqual({
    parts: { system_identifier: '7300000000000000001', role: 'primary' },
    counters: { timeline: 1, 'timeline/checkpoint': 50_331_648 },
    permissions: { pg_read_all_stats: true, 'all rows (row security)': true },
    erasures: { 'pg_stat_reset()': 0 },
  });
  expect(difference(was, await printOf(opened.source))).toBeUndefined();
  proxy.leadTo(servers[1].port);
  const is = await printOf(opened.source).catch(() => printOf(opened.source));
  expect(difference(was, is)).toBe(
    'another server answers: system_identifier 7300000000000000001 → 7300000000000000002',
  );
  await Promise.all(servers.map((server) => server.close()));
});

test('redis: another process behind the same address has another run ID', async () => {
  const clock = manualClock();
  const servers = await Promise.all([
    openSimulatedRedis(clock),
    openSimulatedRedis(clock, undefined, 'f'.repeat(40)),
  ]);
  await using proxy = await switchableProxy(servers[0].port);
  const url = `redis://127.0.0.1:${proxy.port}`;
  await using opened = await openSource(redis, { url, user: 'opsdeck', password: secret });
  const was = await printOf(opened.source);
  expect(was).toEqual({
    parts: { run_id: expect.stringMatching(/^[0-9a-f]{40}$/), role: 'master' },
    ages: { run_id: expect.any(Number) },
    erasures: { FLUSHALL: 0, FLUSHDB: 0, SWAPDB: 0, 'CONFIG RESETSTAT': 0, 'SLOWLOG RESET': 0 },
  });
  proxy.leadTo(servers[1].port);
  const is = await printOf(opened.source).catch(() => printOf(opened.source));
  expect(difference(was, is)).toMatch(/^another server answers: run_id 5f0c\w+ → f{40}, running for 24h$/);
  // Not even a run that restarts servers explains one that has run for a day.
  expect(difference(was, is, { restarts: true })).toContain('another server answers');
  await Promise.all(servers.map((server) => server.close()));
});

/** Sends commands to a Redis over a connection of its own, as another tool does. */
const sendTo = async (port: number, ...commands: readonly (readonly string[])[]): Promise<void> => {
  const socket = connect(port, '127.0.0.1');
  for (const command of commands) {
    const texts = command.map((text) => `$${text.length}\r\n${text}\r\n`);
    socket.write(`*${command.length}\r\n${texts.join('')}`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toBe('+OK\r\n');
  }
  socket.end();
};

test('redis: a flush of its keys is no work that was done', async () => {
  const clock = manualClock();
  const server = await openSimulatedRedis(clock);
  const url = `redis://127.0.0.1:${server.port}`;
  await using opened = await openSource(redis, { url, user: 'opsdeck', password: secret });
  const was = await printOf(opened.source);
  expect(difference(was, await printOf(opened.source))).toBeUndefined();
  await sendTo(server.port, ['AUTH', 'opsdeck', secret], ['FLUSHDB']);
  const is = await printOf(opened.source);
  const why = 'FLUSHDB has removed the objects that existed before the action';
  expect(difference(was, is)).toBe(why);
  expect(
    fingerprintDifference(
      { at: 0, fingerprint: was },
      { at: 1, fingerprint: is },
      {
        ...nothing,
        parts: ['erasures'],
      },
    ),
  ).toBeUndefined();
  // The counts were reset themselves.
  expect(difference(is, { ...was, erasures: { ...was.erasures, FLUSHDB: 0 } })).toBe(why);
  // A process that was restarted counts anew.
  const restarted = { ...was, parts: { ...was.parts, run_id: 'f'.repeat(40) }, ages: { run_id: 5 } };
  expect(difference(is, restarted, { restarts: true })).toBeUndefined();
  await server.close();
});

test('postgres: a policy that hides rows from the account makes less of them', () => {
  const print = (reads: boolean): SystemFingerprint => ({
    parts: { role: 'primary' },
    permissions: { 'all rows (row security)': reads },
  });
  expect(difference(print(true), print(true))).toBeUndefined();
  expect(difference(print(false), print(false))).toBeUndefined();
  expect(difference(print(true), print(false))).toContain('may see less than before the action');
});

test('postgres: statistics that were reset show nothing that was done', () => {
  const print = (reset: number): SystemFingerprint => ({
    parts: { role: 'primary' },
    erasures: { 'pg_stat_reset()': reset },
  });
  expect(difference(print(0), print(0))).toBeUndefined();
  expect(difference(print(0), print(1_700_000_000_000))).toBe(
    'pg_stat_reset() has removed the objects that existed before the action',
  );
});

/** Sources of servers with pooled connections, each behind a proxy with two servers. */
const pooled = {
  postgres: async (clock: Clock) => {
    const servers = await Promise.all([
      blockedDatabase(clock, '7300000000000000001'),
      blockedDatabase(clock, '7300000000000000002'),
    ]);
    const proxy = await switchableProxy(servers[0].port);
    const url = `postgres://opsdeck@127.0.0.1:${proxy.port}/shop`;
    const opened = await openSource(postgres, { url, password: secret }, [], clock);
    return { servers, proxy, opened, feeds: ['sessions', 'pools'] };
  },
  redis: async (clock: Clock) => {
    const servers = await Promise.all([
      openSimulatedRedis(clock),
      openSimulatedRedis(clock, undefined, 'f'.repeat(40)),
    ]);
    const proxy = await switchableProxy(servers[0].port);
    const url = `redis://127.0.0.1:${proxy.port}`;
    const opened = await openSource(redis, { url, user: 'opsdeck', password: secret }, [], clock);
    return { servers, proxy, opened, feeds: ['sessions', 'pools'] };
  },
  mongodb: async (clock: Clock) => {
    const spec = { ...contractMongo, processId: 'f'.repeat(24) };
    const servers = await Promise.all([openSimulatedMongo(clock), openSimulatedMongo(clock, { spec })]);
    const proxy = await switchableProxy(servers[0].port);
    const url = `mongodb://127.0.0.1:${proxy.port}/shop`;
    const entry = { url, user: 'opsdeck', password: secret, authSource: 'admin' };
    const opened = await openSource(mongodb, entry, [], clock);
    return { servers, proxy, opened, feeds: ['sessions', 'pools'] };
  },
};

test.each([
  ['postgres', 'the second of two readings at the same time'],
  ['redis', 'the second of two readings at the same time'],
  ['mongodb', 'the second of two readings at the same time'],
  ['postgres', 'a probe with a connection of its own'],
  ['redis', 'a probe with a connection of its own'],
  ['mongodb', 'a probe with a connection of its own'],
] as const)('%s: another server that has answered %s is known', async (type, by) => {
  const clock = manualClock();
  const { servers, proxy, opened, feeds } = await pooled[type](clock);
  const was = await printOf(opened.source);
  await clock.advance(1000);
  proxy.leadInTurn(servers[1].port);
  const began = clock.now();
  if (by.startsWith('a probe')) await opened.read('health');
  else await Promise.all(feeds.map(opened.read));
  await clock.advance(1000);
  const fingerprint = opened.source.fingerprint?.bind(opened.source) ?? (async () => ({ parts: {} }));
  const now = await fingerprint(never, began);
  expect(difference(was, now)).toMatch(
    /^another server answers: (system_identifier 7300|run_id |instance\/db-0:27017 process )/,
  );
  // Of later answers, only the first server has given any.
  const later = await fingerprint(never, clock.now());
  if (by.startsWith('a probe')) expect(difference(was, later)).toBeUndefined();
  await opened.source.close();
  await proxy[Symbol.asyncDispose]();
  await Promise.all(servers.map((server) => server.close()));
});

test('a copy that was restored on the same timeline is another server, a failover declares its new place', () => {
  const at = (timeline: number, checkpoint: number): SystemFingerprint => ({
    parts: { system_identifier: '1' },
    counters: { timeline, 'timeline/checkpoint': checkpoint },
  });
  expect(difference(at(1, 4000), at(1, 4000))).toBeUndefined();
  expect(difference(at(1, 4000), at(1, 5000))).toBeUndefined();
  expect(difference(at(1, 4000), at(1, 3000))).toBe(
    'another server answers: timeline/checkpoint went back, 4000 → 3000',
  );
  expect(
    fingerprintDifference(
      { at: 0, fingerprint: at(1, 4000) },
      { at: 30_000, fingerprint: at(2, 3000) },
      { parts: ['timeline'], restarts: false },
    ),
  ).toBeUndefined();
});

test('a young process without the data that a restart keeps is another server', () => {
  const process = (id: string, ageMs: number, data: Partial<SystemFingerprint>): SystemFingerprint => ({
    ...{ parts: { run_id: id }, ages: { run_id: ageMs } },
    ...data,
  });
  const was = process('a', 7_200_000, { kept: ['keys'] });
  const restarts = { restarts: true };
  expect(difference(was, process('b', 5000, { kept: ['keys'] }), restarts)).toBeUndefined();
  expect(difference(was, process('b', 5000, {}), restarts)).toBeUndefined();
  expect(difference(was, process('b', 5000, { lacks: ['keys'] }), restarts)).toBe(
    'another server answers: run_id a → b, and has no keys, which a restart would keep',
  );
  // The run itself may have deleted them.
  expect(difference(was, process('a', 7_230_000, { lacks: ['keys'] }), restarts)).toBeUndefined();
  // A cache without a file is empty after a restart.
  expect(difference(process('a', 7_200_000, {}), process('b', 5000, { lacks: ['keys'] }), restarts)).toBe(
    undefined,
  );
});

test('a baseline from two servers proves nothing, whichever answers later', () => {
  const systemFingerprint: SystemFingerprint = { parts: { system_identifier: '1' } };
  const other: SystemFingerprint = { parts: { system_identifier: '2' } };
  expect(
    difference({ ...systemFingerprint, others: [{ at: 0, fingerprint: other }] }, systemFingerprint),
  ).toBe('before the action, on a second connection, another server answers: system_identifier 1 → 2');
});

/** A service that started this long before now. */
const serviceStarted = (clock: Clock, agoMs: number) =>
  contractView({ ...clock, now: () => clock.now() - agoMs });

longTest(
  'actuator: another replica has another process start, and a restarted one is as young as the run',
  async () => {
    const clock = manualClock();
    const views = [contractView(clock), { ...serviceStarted(clock, 3_600_000), clock }];
    const servers = await Promise.all(views.map((view) => startActuatorServer(view, 'bus-0')));
    const ports = servers.map(({ url }) => Number(new URL(url).port));
    await using proxy = await switchableProxy(ports[0] ?? 0);
    const url = `http://127.0.0.1:${proxy.port}/actuator`;
    await using opened = await openSource(actuator, { service: 'bus', url }, [], clock);
    const was = await printOf(opened.source);
    expect(was.parts).toEqual({ 'instance/bus': expect.stringMatching(/^started 2026-\d\d-\d\dT/) });
    expect(difference(was, await printOf(opened.source))).toBeUndefined();
    proxy.leadTo(ports[1] ?? 0);
    const is = await printOf(opened.source);
    expect(difference(was, is, { restarts: true })).toMatch(
      /^another server answers: instance\/bus started /,
    );
    proxy.leadTo(ports[0] ?? 0);
    await clock.advance(60_000);
    views[0]?.model.environmentAt('test', clock.now()).instances[0]?.restart(clock.now());
    await clock.advance(30_000);
    const restarted = await printOf(opened.source);
    expect(restarted.parts).not.toEqual(was.parts);
    expect(difference(was, restarted, { restarts: true, afterMs: 90_000 })).toBeUndefined();
    expect(difference(was, restarted, { afterMs: 90_000 })).toContain('another server answers');
    await Promise.all(servers.map((server) => server.close()));
  },
);

test('docker: the daemon is known by its ID, and a container keeps its run when the clock is set back', async () => {
  const clock = manualClock();
  let wall = 0;
  const daemon = await startDockerEndpoint(composeView(withWallOffset(clock, () => wall)));
  await using opened = await openSource(docker, { host: daemon.vars.docker, project: 'shop' }, [], clock);
  const was = await printOf(opened.source);
  expect(was.parts).toEqual({ daemon: 'EMBEDDED:test' });
  wall = -30_000;
  const steps = clockSteps(was, {
    ...was,
    clock: {
      '': { wallMs: (was.clock?.['']?.wallMs ?? 0) - 30_000, monotonicMs: was.clock?.['']?.monotonicMs ?? 0 },
    },
  });
  expect(steps.map((step) => clockStepText(step, 'compose'))).toEqual([
    'the clock of compose was set back by 30s',
  ]);
  await daemon.close();
});

/** The page of a ring, with members by their ids and the days for which they are registered. */
const ringPage = (members: Readonly<Record<string, number>>) => ({
  shards: Object.entries(members).map(([id, days]) => ({
    id,
    state: 'ACTIVE',
    address: '10.0.0.1:9095',
    timestamp: '2026-03-04T10:00:00Z',
    registered_timestamp: new Date(Date.parse('2026-03-04T10:00:00Z') - days * 86_400_000).toISOString(),
    tokens: [],
  })),
  now: '2026-03-04T10:00:00Z',
});

test('loki: known by the oldest member of its ring, which others that join or restart do not change', async () => {
  let page: object = ringPage({ 'loki-0': 3, 'loki-1': 9 });
  let status = 200;
  await using server = await localServer((request, response) => {
    const isRing = request.url === '/ring' && request.headers.accept?.includes('application/json') === true;
    const body = isRing && status === 200 ? JSON.stringify(page) : '404 page not found';
    response.writeHead(isRing ? status : 404, { 'content-type': 'application/json' }).end(body);
  });
  await using opened = await openSource(loki, { url: server.url, query: '{job="a"}' });
  const was = await printOf(opened.source);
  expect(was).toEqual({
    parts: { ring: 'loki-1 registered 2026-02-23T10:00:00.000Z' },
    ages: { ring: 9 * 86_400_000 },
  });
  page = ringPage({ 'loki-0': 0, 'loki-1': 9, 'loki-2': 0 });
  expect(difference(was, await printOf(opened.source))).toBeUndefined();
  page = ringPage({ 'loki-1': 8 });
  expect(difference(was, await printOf(opened.source), { restarts: true })).toBe(
    'another server answers: ring loki-1 registered 2026-02-23T10:00:00.000Z → loki-1 registered 2026-02-24T10:00:00.000Z, running for 8d',
  );
  status = 404;
  const behindGateway = await printOf(opened.source);
  expect(behindGateway).toEqual({ parts: {}, untold: { ring: expect.stringContaining('404') } });
  expect(difference(behindGateway, behindGateway)).toBeUndefined();
  expect(difference(was, behindGateway)).toMatch(/^cannot confirm that the same server answers: ring: /);
});

test('host: a machine is known by its machine and boot ID, a process by its start in ticks', async () => {
  await using hosts = await openHosts({ config: { processes: ['cron'] } });
  const was = await printOf(hosts.source);
  expect(was.parts).toEqual({
    'boot/vm-1': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
    'machine/vm-1': expect.stringMatching(/^[0-9a-f]{32}$/),
    'boot/vm-2': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
    'machine/vm-2': expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  await hosts.clock.advance(10_000);
  const is = await printOf(hosts.source);
  expect(difference(was, is)).toBeUndefined();
  expect(clockSteps(was, is)).toEqual([]);
  const { items } = await hosts.feed('hosts/workloads@vm-1').read(never);
  expect(items).toContainEqual(
    expect.objectContaining({ name: 'cron', run: expect.stringMatching(/^[0-9a-f-]{36}\/431\/\d+$/) }),
  );
});

test('a part that is no longer told, and one that is told only now, tie nothing to before', () => {
  const known: SystemFingerprint = { parts: { run_id: 'a' } };
  expect(difference(known, { parts: {} })).toBe(
    'cannot confirm that the same server answers: run_id is no longer reported, it was a',
  );
  expect(difference(known, { parts: {}, unread: { run_id: 'NOPERM' } })).toBe(
    'cannot confirm that the same server answers: run_id: NOPERM',
  );
  expect(difference({ parts: {}, unread: { run_id: 'NOPERM' } }, known)).toBe(
    'opsdeck does not know which server answered before the action: run_id: NOPERM',
  );
  // Refused both times: the source cannot tell, as one without a fingerprint.
  const refused: SystemFingerprint = { parts: {}, unread: { run_id: 'NOPERM' } };
  expect(difference(refused, refused)).toBeUndefined();
});

test('an account that has lost a permission sees less than before, and proves nothing by it', () => {
  const reading = (permissions: Readonly<Record<string, boolean>>) => ({ parts: { id: '1' }, permissions });
  const lost =
    'the account no longer has the permission pg_read_all_stats, and may see less than before the action';
  expect(difference(reading({ pg_read_all_stats: true }), reading({ pg_read_all_stats: false }))).toBe(lost);
  expect(difference(reading({ pg_read_all_stats: true }), reading({}))).toBe(lost);
  expect(
    difference(reading({ pg_read_all_stats: false }), reading({ pg_read_all_stats: false })),
  ).toBeUndefined();
  expect(
    difference(reading({ pg_read_all_stats: false }), reading({ pg_read_all_stats: true })),
  ).toBeUndefined();
});

test.each([
  ['opsdeck', true],
  ['reader', false],
])('mongodb: whether the operations of others are visible is known: %s', async (name, inprog) => {
  const clock = manualClock();
  const reads = [{ resource: { db: 'shop', collection: '' }, actions: ['find'] }];
  const users = [{ name, password: secret, ...(inprog ? {} : { privileges: reads }) }] as const;
  const server = await openSimulatedMongo(clock, { spec: { ...contractMongo, users } });
  const entry = { url: `mongodb://127.0.0.1:${server.port}/shop`, user: name, password: secret };
  await using opened = await openSource(mongodb, { ...entry, authSource: 'admin' }, [], clock);
  expect(await printOf(opened.source)).toMatchObject({ permissions: { inprog } });
  await server.close();
});

/** The fingerprints of a source whose server answers a path with one document, and then with another. */
const printsOf = async (
  module: Parameters<typeof openSource>[0],
  config: Readonly<Record<string, unknown>>,
  path: string,
  documents: readonly [unknown, unknown],
): Promise<readonly SystemFingerprint[]> => {
  let current: unknown = documents[0];
  await using server = await localServer((request, response) => {
    const isAsked = request.url?.startsWith(path) === true;
    response
      .writeHead(isAsked && current !== undefined ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(current ?? {}));
  });
  await using opened = await openSource(module, { url: server.url, ...config });
  const was = await printOf(opened.source);
  current = documents[1];
  return [was, await printOf(opened.source)];
};

const slackToken = { token: 'xoxb-1-made-up', channel: 'C0123456789' };
const service = (account: string) => ({
  services: [{ html_url: `https://${account}.pagerduty.com/services/P1` }],
  more: false,
});

test.each<readonly [string, () => Promise<readonly SystemFingerprint[]>, string]>([
  [
    'slack: another workspace',
    () =>
      printsOf(slack, slackToken, '/auth.test', [
        { ok: true, team_id: 'T1' },
        { ok: true, team_id: 'T2' },
      ]),
    'another server answers: workspace T1 → T2',
  ],
  [
    'pagerduty: another account',
    () => printsOf(pagerduty, { token: 'made-up' }, '/services', [service('shop'), service('other')]),
    'another server answers: account shop.pagerduty.com → other.pagerduty.com',
  ],
  [
    'grafana: another organization',
    () =>
      printsOf(grafana, {}, '/api/org', [
        { id: 1, name: 'Shop' },
        { id: 1, name: 'Other' },
      ]),
    'another server answers: organization 1 Shop → 1 Other',
  ],
])('%s', async (_, read, expected) => {
  const [was, is] = await read();
  if (was === undefined || is === undefined) throw new Error('no fingerprint');
  expect(difference(was, is)).toBe(expected);
  expect(difference(was, was)).toBeUndefined();
});

test('grafana: without the right to read the organization, it cannot tell', async () => {
  const [was, is] = await printsOf(grafana, {}, '/api/org', [undefined, undefined]);
  if (was === undefined || is === undefined) throw new Error('no fingerprint');
  expect(was.parts).toEqual({});
  expect(difference(was, is)).toBeUndefined();
});
