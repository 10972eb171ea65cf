import { createServer } from 'node:tls';
import { expect, test } from 'vitest';
import type { Health } from '../../../src/kinds/health/fact.ts';
import { http } from '../../../src/sources/http/index.ts';
import { certificateOf } from '../../support/certificate.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openSource } from '../open-source.ts';

interface ServedResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
const json = { 'content-type': 'application/json' };
const serving = ({ status = 200, headers = json, body = {} }: ServedResponse) =>
  localServer((_, response) => {
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });

type Expected = readonly [
  string,
  ServedResponse,
  Record<string, unknown>,
  Partial<Health>,
  readonly string[],
];
const cases: readonly Expected[] = [
  ['any successful response', { body: 'hello' }, {}, { status: 'up', detail: '', httpStatus: 200 }, []],
  [
    'a redirect to another origin',
    { status: 302, headers: { location: 'https://login.example/' } },
    {},
    { status: 'unknown', detail: '302 to https://login.example/, so a login protects the address' },
    [],
  ],
  [
    'a redirect to another host',
    { status: 301, headers: { location: 'https://www.example/' } },
    {},
    { status: 'unknown', detail: '301 to https://www.example/, which is another host' },
    [],
  ],
  [
    'a redirect to a page of a provider of logins',
    { status: 302, headers: { location: 'https://shop.okta.com/app' } },
    {},
    { status: 'unknown', detail: expect.stringMatching(/so a login protects the address/) },
    [],
  ],
  [
    'a body that denies its health by another key',
    { body: '{"healthy":false}' },
    {},
    { status: 'degraded', detail: 'body reports healthy false' },
    [],
  ],
  [
    'a redirect that the profile expects',
    { status: 302, headers: { location: 'https://login.example/' } },
    { expect: { status: 302 } },
    { status: 'up' },
    [],
  ],
  [
    'the plain text of ASP.NET Core',
    { body: 'Degraded' },
    {},
    { status: 'degraded', detail: 'body reports Degraded' },
    [],
  ],
  ['a plain word of health', { body: 'Healthy\n' }, {}, { status: 'up', detail: '' }, []],
  ['gRPC over HTTP', { body: 'NOT_SERVING' }, {}, { status: 'down', detail: 'body reports NOT_SERVING' }, []],
  [
    'a verbose report with a failed check',
    { body: '[+]ping ok\n[-]etcd failed: reason withheld\nlivez check failed' },
    {},
    { status: 'down', detail: 'etcd failed: reason withheld' },
    [],
  ],
  [
    'a client error',
    { status: 404 },
    {},
    { status: 'down', detail: 'answered 404 Not Found, expected 200-399', httpStatus: 404 },
    [],
  ],
  [
    'a server error',
    { status: 503 },
    {},
    { status: 'down', detail: 'answered 503 Service Unavailable, expected 200-399' },
    [],
  ],
  ['an expected error', { status: 503 }, { expect: { status: [503] } }, { status: 'up' }, []],
  [
    'unauthorized',
    { status: 401 },
    {},
    { status: 'unknown', detail: 'access denied: answered 401 Unauthorized' },
    ['denied'],
  ],
  ['an expected 401', { status: 403 }, { expect: { status: 403 } }, { status: 'up' }, []],
  [
    'a 401 with a checked body',
    { status: 401, body: { a: 1 } },
    { expect: { json: { a: 1 } } },
    { status: 'unknown' },
    ['denied'],
  ],
  [
    'too many requests',
    { status: 429, headers: { 'retry-after': '9' } },
    {},
    { status: 'down' },
    ['throttled'],
  ],
  [
    'a matching body',
    { body: { status: 'healthy' } },
    { expect: { json: { status: 'healthy' } } },
    { status: 'up' },
    [],
  ],
  [
    'a body that does not match',
    { body: { status: 'sick' } },
    { expect: { json: { status: 'healthy' } } },
    { status: 'down', detail: 'status is "sick", expected "healthy"' },
    [],
  ],
  [
    'HTML instead of JSON',
    { headers: { 'content-type': 'text/html' }, body: '<p>' },
    { expect: { json: { a: 1 } } },
    { status: 'down', detail: 'expected JSON, got text/html', httpStatus: 200 },
    ['malformed'],
  ],
  [
    'a body with status degraded',
    { body: { status: 'DEGRADED' } },
    {},
    { status: 'degraded', detail: 'body reports DEGRADED' },
    [],
  ],
  [
    'a body with status down',
    { body: { status: 'DOWN' } },
    {},
    { status: 'degraded', detail: 'body reports DOWN' },
    [],
  ],
  [
    'an expected word',
    { body: { status: 'warn' } },
    { expect: { json: { status: 'warn' } } },
    { status: 'up' },
    [],
  ],
  [
    'a status that the check defines as degraded',
    { status: 500, body: { lag: 'high' } },
    { degraded: { json: { lag: 'high' } } },
    { status: 'degraded', detail: 'answered 500 Internal Server Error: degraded' },
    [],
  ],
  ['the same without JSON', { body: 'fine' }, { degraded: { json: { lag: 'high' } } }, { status: 'up' }, []],
  [
    'a Spring health page',
    {
      status: 503,
      body: { status: 'DOWN', components: { db: { status: 'DOWN', details: { error: 'refused' } } } },
    },
    {},
    {
      status: 'down',
      detail: 'answered 503 Service Unavailable, expected 200-399; db DOWN: refused',
      components: [{ name: 'db', status: 'DOWN' }],
    },
    [],
  ],
];
test.each(cases)('%s', async (_, response, check, row, faults) => {
  await using server = await serving(response);
  await using opened = await openSource(http, {
    url: server.url,
    checks: [{ service: 'api', path: '/x', ...check }],
  });
  const batch = await opened.read('health@api');
  expect(batch.items).toEqual([
    expect.objectContaining({ source: 's', env: 'test', service: 'api', instance: '', ...row }),
  ]);
  expect(batch.faults.map((fault) => fault.kind)).toEqual(faults);
});

test('a connection failure is a row that is down, with a fault', async () => {
  await using opened = await openSource(http, { url: 'http://127.0.0.1:1', checks: [{ service: 'api' }] });
  const { items, faults } = await opened.read('health@api');
  expect(items).toEqual([expect.objectContaining({ status: 'down', detail: 'connection refused' })]);
  expect(items[0]).not.toHaveProperty('latencyMs');
  expect(faults).toMatchObject([
    { kind: 'unreachable', source: 's', message: 'GET http://127.0.0.1:1/: connection refused' },
  ]);
});

test('a signal has a value or a reason, and consecutive failures are counted', async () => {
  let served: ServedResponse = {
    body: { pool: [{ active: 7 }], mode: 'calm', on: true, no: null, big: {}, nan: 'NaN' },
  };
  await using server = await localServer((_, response) =>
    response.writeHead(served.status ?? 200, json).end(JSON.stringify(served.body ?? {})),
  );
  const reads = {
    active: { json: 'api', path: 'pool[0].active' },
    mode: { json: 'api', path: 'mode' },
    on: { json: 'api', path: 'on' },
    no: { json: 'api', path: 'no' },
    big: { json: 'api', path: 'big' },
    nan: { json: 'api', path: 'nan' },
    status: { status: 'api' },
    failures: { failures: 'api' },
    latency: { latency: 'api' },
  };
  const signals = Object.entries(reads).map(([id, read]) => ({ id, read }));
  await using opened = await openSource(http, { url: server.url, checks: [{ service: 'api' }] }, signals);
  const values = async () =>
    Object.fromEntries(
      ((await opened.read('health@api')).samples ?? []).map((s) => [s.signal, s.value ?? s.why]),
    );

  expect(await values()).toEqual({
    active: 7,
    mode: 'calm',
    on: 'true',
    no: 'no number or text at no: check path:',
    big: 'no number or text at big: check path:',
    nan: 'no number or text at nan: check path:',
    status: 200,
    failures: 0,
    latency: 0,
  });
  const downWords = 'answered 500 Internal Server Error, expected 200-399';
  served = { status: 500 };
  // The time of a refusal is no response time: a proxy answers 502 at once.
  expect(await values()).toMatchObject({
    status: 500,
    failures: 1,
    active: downWords,
    latency: `the request failed: ${downWords}`,
  });
  expect(await values()).toMatchObject({ failures: 2 });
  served = { status: 401 };
  expect(await values()).toMatchObject({ failures: 2 });
  served = { status: 500 };
  expect(await values()).toMatchObject({ failures: 3 });
  served = {};
  expect(await values()).toMatchObject({ failures: 0 });
});

test('two checks of one service are two rows, and a check of another origin gets no credentials', async () => {
  await using other = await serving({});
  await using server = await serving({});
  await using opened = await openSource(http, {
    url: `${server.url}/base/`,
    auth: { bearer: 'checks-test-token' },
    checks: [
      { service: 'api', path: '/live' },
      { service: 'api', id: 'ready', path: 'ready?deep=1', method: 'HEAD', headers: { 'X-Env': 'test' } },
      { service: 'docs', url: `${other.url}/docs` },
    ],
  });
  const rows = [
    ...(await opened.read('health@api')).items,
    ...(await opened.read('health@ready')).items,
    ...(await opened.read('health@docs')).items,
  ];
  expect(rows).toMatchObject([
    { service: 'api', instance: 'api' },
    { service: 'api', instance: 'ready' },
    { service: 'docs', instance: '' },
  ]);
  expect(server.asked).toEqual(['GET /base/live', 'HEAD /base/ready?deep=1']);
  expect(server.headers.map((h) => h.authorization)).toEqual(Array(2).fill('Bearer checks-test-token'));
  expect(server.headers[1]?.['x-env']).toBe('test');
  expect(other.asked).toEqual(['GET /docs']);
  expect(other.headers[0]).not.toHaveProperty('authorization');
});

test('an accepting port is up; any other is down', async () => {
  await using server = await serving({});
  await using opened = await openSource(http, {
    checks: [
      { service: 'queue', tcp: `127.0.0.1:${server.port}` },
      { service: 'gone', tcp: '127.0.0.1:1' },
    ],
  });
  expect((await opened.read('health@queue')).items).toMatchObject([{ status: 'up', latencyMs: 0 }]);
  expect(await opened.read('health@gone')).toMatchObject({
    items: [{ status: 'down', detail: 'connection refused' }],
    faults: [{ message: 'TCP 127.0.0.1:1: connection refused' }],
  });
});

test('a certificate is reported in days, and is down when it is not trusted', async () => {
  const clock = manualClock(Date.parse('2099-03-04T12:00:00Z'));
  const { cert, key } = certificateOf('pay.example', new Date('2099-03-14T00:00:00Z'));
  const server = createServer({ cert, key });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const target = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const signals = [{ id: 'days', read: { tls: target } }];
  const checks = [{ service: 'cert', tls: target }];

  await using trusted = await openSource(
    http,
    { tls: { ca: cert, serverName: 'pay.example' }, checks },
    signals,
    clock,
  );
  expect(await trusted.read('health@cert')).toMatchObject({
    items: [{ status: 'up' }],
    samples: [{ value: 9.5 }],
  });
  await using untrusted = await openSource(http, { checks }, signals, clock);
  expect(await untrusted.read('health@cert')).toMatchObject({
    items: [{ status: 'down', detail: expect.stringContaining('self-signed') }],
    samples: [{ value: 9.5 }],
  });
  await using insecure = await openSource(http, { tls: { insecure: true }, checks }, signals, clock);
  expect((await insecure.read('health@cert')).items).toMatchObject([{ status: 'up' }]);
  await clock.advance(20 * 86_400_000);
  expect(await insecure.read('health@cert')).toMatchObject({
    items: [{ status: 'down', detail: 'certificate of pay.example by pay.example expired 11 days ago' }],
    samples: [{ value: -10.5 }],
  });
  server.close();
});

test('a response says how long a cache has stored it, and that it is partial', async () => {
  const body = { hits: { total: 0 }, _shards: { failed: 2 } };
  await using server = await serving({ headers: { ...json, age: '90' }, body });
  const signals = [{ id: 'hits', read: { json: 'api', path: 'hits.total' } }];
  await using opened = await openSource(http, { url: server.url, checks: [{ service: 'api' }] }, signals);
  const { ageMs, samples } = await opened.read('health@api');
  expect(ageMs).toBe(90_000);
  expect(samples).toMatchObject([{ why: 'the answer is only a part of the result: 2 shards failed' }]);
  expect(samples?.[0]).not.toHaveProperty('value');
});
