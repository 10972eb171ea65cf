import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { http } from '../../../src/sources/http/index.ts';
import type { Operation } from '../../../src/sources/kit/contract/source.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { never, openSource } from '../open-source.ts';

const acted = async (operation: Operation, plan: Plan, signal = never): Promise<readonly ActEvent[]> => {
  const change = openChangeIo(manualClock());
  const events: ActEvent[] = [];
  for await (const event of operation.act(plan, change, signal)) events.push(event);
  await change.close();
  return events;
};
const answering = (status: number, body = '', headers: Readonly<Record<string, string>> = {}) => {
  const bodies: string[] = [];
  return localServer((request, response) => {
    request.on('data', (data) => bodies.push(String(data)));
    request.on('end', () => response.writeHead(status, { ...headers, 'x-body': bodies.join('') }).end(body));
  });
};

test('a request shows the exact call, sends it once, and shows the response', async () => {
  await using server = await answering(202, '{"restarting":true}');
  await using opened = await openSource(http, {
    url: `${server.url}/api`,
    auth: { bearer: 'request-test-token' },
  });
  const operation = opened.operation('request');
  const params = { method: 'POST', path: '/restart?now=1', body: { force: true } };
  const plan = await operation.plan(params, never);
  const line = `POST ${server.url}/api/restart?now=1`;
  expect(plan).toMatchObject({
    use: 's.request',
    targets: [{ name: 's', uid: line, where: `${server.url}/api` }],
    calls: [{ line, body: '{"force":true}', target: 0 }],
  });
  expect(await operation.recheck(plan, never)).toBeUndefined();
  expect(server.asked).toEqual([]);
  expect(await acted(operation, plan)).toEqual([
    { is: 'call', line },
    { is: 'output', text: '{"restarting":true}' },
    { is: 'found', found: { status: 202, text: '{"restarting":true}', json: { restarting: true } } },
    { is: 'answered', line, status: '202 Accepted', ok: true },
  ]);
  expect(server.asked).toEqual(['POST /api/restart?now=1']);
  expect(server.headers[0]).toMatchObject({
    authorization: 'Bearer request-test-token',
    'content-type': 'application/json',
  });
  expect(operation.undo?.(plan)).toBeUndefined();
});

const endings: readonly (readonly [string, number, unknown, string, boolean])[] = [
  ['an error status', 409, undefined, 'answered 409 Conflict, expected 200-299', false],
  ['a redirect, which is not followed', 303, undefined, 'answered 303 See Other, expected 200-299', false],
  ['an expected status', 409, { status: 409 }, '409 Conflict', true],
  ['an unexpected body', 200, { json: { ok: true } }, 'ok is false, expected true', false],
];
test.each(endings)('%s', async (_, status, wantedExpect, words, ok) => {
  await using server = await answering(status, '{"ok":false}', { location: '/elsewhere' });
  await using opened = await openSource(http, { url: server.url });
  const operation = opened.operation('request');
  const expectation = wantedExpect === undefined ? {} : { expect: wantedExpect };
  const plan = await operation.plan({ method: 'PUT', path: '/x', ...expectation }, never);
  expect((await acted(operation, plan)).at(-1)).toMatchObject({ status: words, ok });
  expect(server.asked).toEqual(['PUT /x']);
});

test('without a response, it reports that the request may have taken effect', async () => {
  await using server = await localServer((request) => request.socket.resetAndDestroy());
  await using opened = await openSource(http, { url: server.url });
  const operation = opened.operation('request');
  const plan = await operation.plan({ method: 'DELETE', path: '/x' }, never);
  expect((await acted(operation, plan)).at(-1)).toMatchObject({
    ok: false,
    status: `DELETE ${server.url}/x: connection reset. The server may have carried out the request anyway: check before you send the request again`,
  });
});

test('a canceled request ends, and says so', async () => {
  await using server = await localServer(() => {});
  await using opened = await openSource(http, { url: server.url });
  const operation = opened.operation('request');
  const plan = await operation.plan({ method: 'POST', path: '/x' }, never);
  const stop = new AbortController();
  const events = acted(operation, plan, stop.signal);
  await server.arrived(1);
  stop.abort();
  expect((await events).at(-1)).toMatchObject({ ok: false, status: expect.stringContaining('canceled') });
  await server.drained();
});

test('a GET is a read; for anything else the step must set its danger', async () => {
  await using opened = await openSource(http, { url: 'http://127.0.0.1:1' });
  const { danger } = opened.operation('request');
  expect(danger({ method: 'GET', path: '/' })).toBe('read');
  expect(danger({ method: 'HEAD', path: '/' })).toBe('read');
  expect(danger({ method: 'POST', path: '/' })).toBe('as-step');
});

test('a path never leaves the address of its source', async () => {
  await using opened = await openSource(http, { url: 'http://127.0.0.1:1/base' });
  const operation = opened.operation('request');
  for (const path of ['//evil.example/x', '/@evil.example', '/../../x', '/\\evil.example'])
    expect((await operation.plan({ method: 'POST', path }, never)).calls[0]?.line).toMatch(
      /^POST http:\/\/127\.0\.0\.1:1\//,
    );
  await expect(operation.plan({ method: 'POST', path: 'http://evil.example' }, never)).rejects.toThrow();
});

test('an identity mismatch prevents a plan, and is a drift of an existing one', async () => {
  let name = 'shop';
  await using server = await localServer((_, response) => response.end(JSON.stringify({ name })));
  const entry = { url: server.url, identity: { path: '/version', json: { name: 'shop' } } };
  await using opened = await openSource(http, entry);
  const operation = opened.operation('request');
  const params = { method: 'POST', path: '/x' };
  const plan = await operation.plan(params, never);
  name = 'other';
  expect(await operation.recheck(plan, never)).toMatchObject({
    target: 's',
    found: expect.stringContaining(
      'identity mismatch, because a different system answers: name is "other", expected "shop"',
    ),
  });
  await expect(operation.plan(params, never)).rejects.toMatchObject({ name: 'PlanError', ending: 'failed' });
  expect(server.asked.every((line) => line === 'GET /version')).toBe(true);
});

const place = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-request-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

test('a response is saved as its bytes, with a checksum; nothing is overwritten', async () => {
  const dir = await place();
  const bytes = Buffer.from([0x1f, 0x8b, 0, 255, 10]);
  await using server = await localServer((_, response) => response.end(bytes));
  await using opened = await openSource(http, { url: server.url });
  const operation = opened.operation('request');
  const params = { method: 'GET', path: '/heap', save: join(dir, 'heap-{time}.pb.gz') };
  const plan = await operation.plan(params, never);
  expect(plan).toMatchObject({
    danger: 'read',
    objects: [
      `GET ${server.url}/heap`,
      expect.stringMatching(/^saved as .*heap-\d{8}T\d{6}Z\.pb\.gz \(new file; /),
    ],
  });
  expect(server.asked).toEqual([]);
  expect((await acted(operation, plan)).at(-1)).toMatchObject({
    ok: true,
    status: expect.stringMatching(/^200 OK; .*\.pb\.gz: 5 B, sha256 [0-9a-f]{64}$/),
  });
  const [name = ''] = await readdir(dir);
  expect(await readFile(join(dir, name))).toEqual(bytes);
  await expect(operation.plan({ ...params, save: join(dir, name) }, never)).rejects.toThrow(/already exists/);
});

test.each([
  ['another status', 404, false, /answered 404 Not Found, expected 200\. Nothing was saved/],
  ['a truncated response', 200, true, /connection/],
])('after %s nothing is saved', async (_, status, isCut, message) => {
  const dir = await place();
  await using server = await localServer((_, response) => {
    response.writeHead(status, { 'content-length': '100' });
    response.write('half');
    if (isCut) setImmediate(() => response.destroy());
    else response.end(Buffer.alloc(96));
  });
  await using opened = await openSource(http, { url: server.url });
  const operation = opened.operation('request');
  const plan = await operation.plan({ method: 'GET', path: '/heap', save: join(dir, 'heap') }, never);
  expect((await acted(operation, plan)).at(-1)).toMatchObject({
    ok: false,
    status: expect.stringMatching(message),
  });
  expect(await readdir(dir)).toEqual([]);
});

test('only a read can be saved, and it has no checks of its content', () => {
  const { params } = http.operations.request ?? {};
  const words = (more: object) =>
    params?.safeParse({ path: '/x', save: 'f', ...more }).error?.issues.map(({ message }) => message);
  expect(words({ method: 'POST' })).toEqual([
    'save works only with the method GET: remove save, or set method: GET',
  ]);
  expect(words({ method: 'GET', expect: { status: 200 } })).toEqual([
    'save requires the status 200 already, so expect has no effect: remove expect',
  ]);
});

test('a plain text is sent as such, and not with a body', async () => {
  await using server = await answering(200);
  await using opened = await openSource(http, { url: server.url });
  const operation = opened.operation('request');
  const plan = await operation.plan({ method: 'POST', path: '/say', plain: '{"a": 1}' }, never);
  expect((await acted(operation, plan)).at(-1)).toMatchObject({ ok: true });
  expect(server.headers[0]).toMatchObject({ 'content-type': 'text/plain; charset=utf-8' });
  const both = http.operations.request?.params.safeParse({ method: 'POST', path: '/', plain: '', body: '' });
  expect(both?.success).toBe(false);
  // Text labeled as JSON is parsed as JSON.
  const typed = { method: 'POST', path: '/', plain: '{}', headers: { 'Content-Type': 'application/json' } };
  expect(http.operations.request?.params.safeParse(typed).success).toBe(false);
});
