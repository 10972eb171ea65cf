import { expect, test } from 'vitest';
import { actuatorConfig, actuatorInstanceAddresses } from '../../../src/sources/actuator/config.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openSource } from '../open-source.ts';

type Pages = Readonly<Record<string, readonly [number, unknown]>>;
const serving = (pages: Pages) =>
  localServer((request, response) => {
    const [status, body] = pages[decodeURIComponent(request.url ?? '')] ?? [404, undefined];
    response.writeHead(status, { 'content-type': 'application/vnd.spring-boot.actuator.v3+json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  });
const meter = (value: unknown, tags: readonly unknown[] = []) => ({
  name: 'm',
  measurements: [{ statistic: 'VALUE', value }],
  availableTags: tags,
});

const health: readonly (readonly [string, number, unknown, string, string, readonly string[]])[] = [
  ['UP', 200, { status: 'UP' }, 'up', '', []],
  ['DOWN with 503', 503, { status: 'DOWN' }, 'down', 'reports DOWN', []],
  ['OUT_OF_SERVICE', 503, { status: 'OUT_OF_SERVICE' }, 'degraded', 'reports OUT_OF_SERVICE', []],
  ['UNKNOWN', 200, { status: 'UNKNOWN' }, 'unknown', 'reports UNKNOWN', []],
  [
    'a failing component',
    503,
    { status: 'DOWN', components: { db: { status: 'DOWN' } } },
    'down',
    'db DOWN',
    [],
  ],
  ['a gateway error', 502, { message: 'bad gateway' }, 'down', 'answered 502 Bad Gateway', ['unreachable']],
  [
    'no status',
    200,
    { hello: 1 },
    'down',
    'the response has no status: check that the URL is a Spring Boot actuator',
    ['malformed'],
  ],
  ['unauthorized', 403, { status: 403 }, 'unknown', 'answered 403 Forbidden', ['denied']],
  [
    'not exposed',
    404,
    undefined,
    'unknown',
    'answered 404: endpoint "health" does not exist or is not exposed',
    ['missing'],
  ],
];
test.each(health)('health: %s', async (_, status, body, word, detail, faults) => {
  await using server = await serving({ '/health': [status, body] });
  await using opened = await openSource(actuator, { service: 'bus', url: server.url });
  const batch = await opened.read('health');
  expect(batch.items).toEqual([
    expect.objectContaining({ service: 'bus', instance: '', status: word, detail, httpStatus: status }),
  ]);
  expect(batch.faults.map((fault) => fault.kind)).toEqual(faults);
});

test('an endpoint that is not exposed is missing, and the fault says what to add', async () => {
  await using server = await serving({});
  await using opened = await openSource(actuator, { service: 'bus', url: server.url });
  expect((await opened.read('breakers')).faults).toMatchObject([
    {
      kind: 'missing',
      message: `GET ${server.url}/circuitbreakers: answered 404: endpoint "circuitbreakers" does not exist or is not exposed`,
      remedy: expect.stringContaining('add circuitbreakers to management.endpoints.web.exposure.include'),
    },
  ]);
  expect((await opened.read('loggers')).faults[0]?.remedy).toContain('add loggers to');
});

test('a service without Hikari has no pools and no fault, unless the profile requires pools', async () => {
  await using server = await serving({});
  await using any = await openSource(actuator, { service: 'bus', url: server.url });
  expect(await any.read('pools')).toEqual({ items: [], faults: [] });
  await using must = await openSource(actuator, { service: 'bus', url: server.url, pools: true });
  expect((await must.read('pools')).faults.map((fault) => fault.kind)).toEqual(['missing']);
});

test('endpoints omitted in the profile are not requested', async () => {
  await using opened = await openSource(actuator, {
    service: 'bus',
    url: 'http://h/a',
    pools: false,
    breakers: false,
  });
  expect(opened.source.feeds.map((feed) => feed.name)).toEqual([
    'health',
    'info',
    'loggers',
    'events',
    'threads',
    'environment',
    'meters',
  ]);
});

test('each pool is read by its own tag, and an unknown count is absent', async () => {
  const pools = [{ tag: 'pool', values: ['main', 'report pool'] }];
  const of = (count: string, pool: string): string =>
    `/metrics/hikaricp.connections.${count}?tag=pool:${pool}`;
  await using server = await serving({
    '/metrics/hikaricp.connections': [200, meter(30, pools)],
    [of('active', 'main')]: [200, meter(10)],
    [of('idle', 'main')]: [200, meter(0)],
    [of('pending', 'main')]: [200, meter(4)],
    [of('max', 'main')]: [200, meter(10)],
    [of('active', 'report pool')]: [200, meter(1)],
    [of('idle', 'report pool')]: [200, meter('NaN')],
    [of('max', 'report pool')]: [500, {}],
  });
  await using opened = await openSource(actuator, { service: 'bus', url: server.url });
  const { items, faults } = await opened.read('pools');
  const row = { source: 's', at: expect.any(Number), service: 'bus', instance: '', kind: 'hikari' };
  expect(items).toEqual([
    { ...row, name: 'main', active: 10, idle: 0, pending: 4, max: 10 },
    { ...row, name: 'report pool', active: 1 },
  ]);
  expect(faults.map((fault) => fault.kind).sort()).toEqual(['missing', 'unreachable']);
});

const signals: readonly (readonly [
  string,
  Readonly<Record<string, unknown>>,
  Pages,
  object,
  readonly string[],
])[] = [
  ['a gauge', { metric: 'a.b' }, { '/metrics/a.b': [200, meter(7.5)] }, { value: 7.5 }, []],
  [
    'a counter of its process',
    { metric: 'a', statistic: 'COUNT' },
    { '/metrics/a': [200, { ...meter(0), measurements: [{ statistic: 'COUNT', value: 3 }] }] },
    { value: 3, isCounter: true },
    [],
  ],
  [
    'tags',
    { metric: 'a', tag: { area: 'heap', id: 'G1 Eden' } },
    { '/metrics/a?tag=area:heap&tag=id:G1 Eden': [200, meter(1)] },
    { value: 1 },
    [],
  ],
  ['the first existing meter', { metric: ['x', 'y'] }, { '/metrics/y': [200, meter(2)] }, { value: 2 }, []],
  [
    'NaN',
    { metric: 'a' },
    { '/metrics/a': [200, meter('NaN')] },
    { why: 'm has no value for VALUE yet' },
    [],
  ],
  [
    'a missing statistic',
    { metric: 'a', statistic: 'MAX' },
    { '/metrics/a': [200, meter(1)] },
    { why: 'm has no statistic MAX. Available: VALUE' },
    [],
  ],
  [
    'an unregistered meter',
    { metric: 'a' },
    {},
    { why: expect.stringContaining('not registered yet') },
    ['missing'],
  ],
];
test.each(signals)('a signal reads %s', async (_, read, pages, sample, faults) => {
  await using server = await serving(pages);
  await using opened = await openSource(actuator, { service: 'bus', url: server.url }, [{ id: 'sig', read }]);
  const batch = await opened.read('metrics:sig');
  expect(batch.items).toEqual([
    { source: 's', at: expect.any(Number), signal: 'sig', labels: {}, ...sample },
  ]);
  expect(batch.faults.map((fault) => fault.kind)).toEqual(faults);
});

test('several instances yield several series, and a failed one hides no other', async () => {
  await using server = await serving({ '/metrics/a': [200, meter(3)], '/health': [200, { status: 'UP' }] });
  const instances = { 'bus-0': server.url, 'bus-1': 'http://127.0.0.1:1/actuator' };
  await using opened = await openSource(actuator, { service: 'bus', instances }, [
    { id: 'sig', read: { metric: 'a' } },
  ]);
  expect((await opened.read('metrics:sig@bus-0')).items).toMatchObject([
    { labels: { instance: 'bus-0' }, value: 3 },
  ]);
  expect((await opened.read('metrics:sig@bus-1')).faults).toMatchObject([{ kind: 'unreachable' }]);
  expect((await opened.read('health@bus-0')).items).toMatchObject([{ instance: 'bus-0', status: 'up' }]);
  expect((await opened.read('health@bus-1')).items).toMatchObject([{ instance: 'bus-1', status: 'down' }]);
});

const names: readonly (readonly [unknown, readonly string[]])[] = [
  [{ url: 'http://h:1/actuator' }, ['']],
  [{ instances: ['http://a:1/actuator', 'http://b:1/actuator'] }, ['a:1', 'b:1']],
  [{ instances: ['http://a:1/x/actuator', 'http://a:1/y/actuator/'] }, ['a:1/x', 'a:1/y']],
  [{ instances: { one: 'http://a:1', two: 'http://a:2' } }, ['one', 'two']],
];
test.each(names)('the instances of %j are named %j', (where, called) => {
  const config = actuatorConfig.parse({ service: 'bus', ...Object(where) });
  expect(actuatorInstanceAddresses(config).map(({ name }) => name)).toEqual(called);
});

test.each([{}, { url: 'http://h', instances: ['http://h'] }])('%j has no address', (where) => {
  const issues = actuatorConfig.safeParse({ service: 'bus', ...where }).error?.issues ?? [];
  expect(issues.map((issue) => issue.message)).toEqual([
    'the source has no address: set url: http://host:8081/actuator, or instances: [ … ]',
  ]);
});

test('doctor lists every endpoint that it cannot use, with a remedy', async () => {
  await using server = await serving({
    '/health': [503, { status: 'DOWN' }],
    '/info': [200, {}],
    '/loggers': [403, {}],
  });
  await using opened = await openSource(actuator, { service: 'bus', url: server.url, breakers: false });
  const findings = (await opened.source.doctor?.(new AbortController().signal)) ?? [];
  expect(findings.map(({ ok, what, remedy }) => [ok, what.replaceAll(server.url, 'URL'), remedy])).toEqual([
    [true, 'health on bus at URL: provides Health', undefined],
    [
      false,
      'GET URL/metrics: answered 404: endpoint "metrics" does not exist or is not exposed',
      'add metrics to management.endpoints.web.exposure.include of the service',
    ],
    [true, 'info on bus at URL: provides build information', undefined],
    [
      false,
      'GET URL/loggers: answered 403 Forbidden',
      'grant this user read access to loggers, which provides log levels and the operation logger',
    ],
    [
      true,
      'bus at URL does not expose the endpoint threaddump, so opsdeck cannot show threads in the details of Health',
      undefined,
    ],
    [
      true,
      'bus at URL does not expose the endpoint env, so opsdeck cannot show properties in the details of Health',
      undefined,
    ],
  ]);
});

test('an increase tells when its counter fell, since its window is then that of another process', async () => {
  let count = 40;
  await using server = await localServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...meter(0), measurements: [{ statistic: 'COUNT', value: count }] }));
  });
  const clock = manualClock();
  await using opened = await openSource(
    actuator,
    { service: 'bus', url: server.url },
    [{ id: 'sig', read: { metric: 'm', per: '5m' } }],
    clock,
  );
  const read = async (value: number) => {
    count = value;
    await clock.advance(10_000);
    const [item] = (await opened.read('metrics:sig')).items;
    return item;
  };
  const computed = { addsUp: true, windowMs: 300_000, targets: { bus: 0 } };
  expect(await read(40)).toMatchObject({ why: expect.stringContaining('needs two readings'), computed });
  expect(await read(52)).toMatchObject({ value: 12, computed });
  await read(1);
  const start = clock.now() / 1000;
  expect(await read(1)).toMatchObject({ value: 0, computed: { ...computed, targets: { bus: start } } });
});
