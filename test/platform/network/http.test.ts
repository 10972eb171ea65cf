import { createServer } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import type { ReadIo } from '../../../src/doors/io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { HttpRequest } from '../../../src/platform/network/http-messages.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';

const never = new AbortController().signal;
const withIo = async <T>(run: (io: ReadIo) => Promise<T>): Promise<T> => {
  const io = openReadIo(systemClock());
  try {
    return await run(io);
  } finally {
    await io.close();
  }
};
const get = (url: string, more: Partial<HttpRequest> = {}) =>
  withIo((io) => io.get({ url, ...more, method: 'GET' }, never));

longTest('a response has its status, headers, text and latency', async () => {
  await using server = await localServer((_, response) => {
    response.writeHead(418, { 'X-Brew': 'tea' });
    setTimeout(() => response.end('grün'), 30);
  });
  const answer = await get(server.url);
  expect(answer).toMatchObject({ status: 418, text: 'grün' });
  expect(answer.headers['x-brew']).toBe('tea');
  expect(answer.latencyMs).toBeGreaterThanOrEqual(25);
});

test('invalid UTF-8 is replaced and control characters are removed, in the text and in its JSON', async () => {
  await using server = await localServer((request, response) =>
    response.end(
      request.url === '/text'
        ? Buffer.from([0x61, 0xff, 0x1b, 0x5b, 0x6d, 0x62, 0x0a])
        : '{"na\\u001b[31mme":"\\u001b]0;x\\u0007ok"}',
    ),
  );
  expect((await get(`${server.url}/text`)).text).toBe('a\ufffdb\n');
  expect((await get(`${server.url}/json`)).json()).toEqual({ name: 'ok' });
});

const notJson: readonly (readonly [string, string, string])[] = [
  ['text/html; charset=utf-8', '<html>', 'expected JSON, got text/html'],
  ['application/json', '', 'expected JSON, got an empty body'],
  ['application/json', '{"a":', 'expected JSON, got application/json that is not JSON: "{"a":"'],
  ['', 'hello', 'expected JSON, got "hello"'],
];
test.each(notJson)('%s with body %j has a precise error', async (type, body, words) => {
  await using server = await localServer((_, response) => {
    if (type !== '') response.setHeader('content-type', type);
    response.end(body);
  });
  const answer = await get(server.url);
  expect(() => answer.json()).toThrowError(expect.objectContaining({ kind: 'malformed', message: words }));
});

longTest('compressed responses are decoded; a decompression bomb is stopped at the size limit', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  await using server = await localServer((request, response) => {
    const [encoding, body] =
      request.url === '/br'
        ? ['br', brotliCompressSync('fine')]
        : request.url === '/cut'
          ? ['gzip', gzipSync('fine').subarray(0, 12)]
          : ['gzip', request.url === '/bomb' ? bomb : gzipSync('fine')];
    response.writeHead(200, { 'content-encoding': String(encoding) }).end(body);
  });
  expect((await get(`${server.url}/gzip`)).text).toBe('fine');
  expect((await get(`${server.url}/br`)).text).toBe('fine');
  await expect(get(`${server.url}/bomb`)).rejects.toMatchObject({
    kind: 'malformed',
    message: 'the response is larger than 8 MiB, so opsdeck stopped reading',
  });
  await expect(get(`${server.url}/cut`)).rejects.toMatchObject({ kind: 'malformed' });
});

longTest('a response that is too large is not read to its end, and its connection is closed', async () => {
  await using server = await localServer((_, response) => {
    const more = (): void => {
      while (response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
  });
  const io = openReadIo(systemClock());
  await expect(io.get({ url: server.url, maxBytes: 1000 }, never)).rejects.toMatchObject({
    kind: 'malformed',
    message: 'the response is larger than 1000 bytes, so opsdeck stopped reading',
  });
  await server.drained();
  await io.close();
});

test('redirects within the same origin are followed, with the credentials', async () => {
  await using server = await localServer((request, response) =>
    request.url === '/a' ? response.writeHead(307, { location: '/b' }).end() : response.end('there'),
  );
  const answer = await get(`${server.url}/a`, { headers: { Authorization: 'Bearer t' } });
  expect(answer).toMatchObject({ status: 200, text: 'there', url: `${server.url}/b` });
  expect(server.headers.map((h) => h.authorization)).toEqual(['Bearer t', 'Bearer t']);
});

test('a redirect to another origin is returned as the response: no request and no credentials go there', async () => {
  await using other = await localServer((_, response) => response.end());
  await using server = await localServer((_, response) =>
    response.writeHead(302, { location: `${other.url}/login` }).end(),
  );
  const answer = await get(server.url, { headers: { authorization: 'Bearer t' } });
  expect(answer.status).toBe(302);
  expect(answer.headers.location).toBe(`${other.url}/login`);
  expect(other.asked).toEqual([]);
});

test('redirect loops and long chains are malformed; with redirects disabled the first response is returned', async () => {
  await using server = await localServer((request, response) => {
    const [, kind, count] = (request.url ?? '').split('/');
    const to = kind === 'loop' ? `/loop/${count === '1' ? 2 : 1}` : `/on/${Number(count) + 1}`;
    response.writeHead(302, { location: to }).end();
  });
  await expect(get(`${server.url}/loop/1`)).rejects.toMatchObject({
    kind: 'malformed',
    message: 'the server redirects in a loop: /loop/2 → /loop/1. Set url: to a page without a redirect',
  });
  await expect(get(`${server.url}/on/1`)).rejects.toMatchObject({
    message: 'the server answered with more than 5 redirects: set url: to the address where they end',
  });
  expect((await get(`${server.url}/on/1`, { maxRedirects: 0 })).status).toBe(302);
});

test.each(['_method=DELETE', 'a=1&%5Fmethod=PUT', 'a=1;_METHOD=DELETE', 'a=1#x&_method=1?_method=DELETE'])(
  'a redirect that the server takes for another method is not followed: %s',
  async (query) => {
    await using server = await localServer((request, response) => {
      const to = request.url === '/first' ? '/second' : `/orders/1?${query.replace('#', '%23')}`;
      response.writeHead(302, { location: to }).end();
    });
    await expect(get(`${server.url}/first`)).rejects.toMatchObject({
      kind: 'denied',
      message:
        'the redirect to /orders/1 is not followed: _method in the query would change the method of the request. Remove the parameter',
    });
    expect(server.asked).toEqual(['GET /first', 'GET /second']);
  },
);

test('a canceled or timed-out request ends at once, and so does its connection', async () => {
  await using server = await localServer((request, response) => {
    if (request.url === '/body') response.writeHead(200, { 'content-length': '1000' }).write('half');
  });
  const reasons: readonly (readonly [unknown, string, string])[] = [
    [new DOMException('no answer in 3s', 'TimeoutError'), 'timeout', 'no answer in 3s'],
    [undefined, 'cancelled', 'canceled'],
  ];
  let count = 0;
  for (const path of ['/silent', '/body'])
    for (const [reason, kind, message] of reasons) {
      const io = openReadIo(systemClock());
      const stop = new AbortController();
      const answer = io.get({ url: `${server.url}${path}` }, stop.signal);
      await server.arrived(++count);
      stop.abort(reason);
      await expect(answer).rejects.toMatchObject({ kind, message });
      await server.drained();
      await io.close();
    }
});

test('a connect to a black hole ends with its request', async () => {
  const io = openReadIo(systemClock());
  const stop = new AbortController();
  const answer = io.get({ url: 'http://192.0.2.1:9/' }, stop.signal);
  setTimeout(() => stop.abort(new DOMException('no answer in 50ms', 'TimeoutError')), 50);
  await expect(answer).rejects.toMatchObject({ name: 'WireError' });
  await io.close();
});

test('broken connections are unreachable and garbage is malformed, with plain messages', async () => {
  await using server = await localServer((request, response) => {
    if (request.url === '/reset') request.socket.resetAndDestroy();
    if (request.url === '/garbage') request.socket.end('\x16\x03\x01 no http\r\n\r\n');
    if (request.url === '/status') request.socket.end('HTTP/1.1 013 OK\r\ncontent-length: 0\r\n\r\n');
    if (request.url === '/half') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
    }
  });
  await expect(get(`${server.url}/reset`)).rejects.toMatchObject({ kind: 'unreachable' });
  await expect(get(`${server.url}/garbage`)).rejects.toMatchObject({
    kind: 'malformed',
    message: 'the response is not HTTP: check that the address is that of an HTTP server',
  });
  await expect(get(`${server.url}/status`)).rejects.toMatchObject({
    kind: 'malformed',
    message: 'the response is not HTTP: check that the address is that of an HTTP server',
  });
  await expect(get(`${server.url}/half`)).rejects.toMatchObject({
    kind: 'unreachable',
    message: 'the server closed the connection before the response was complete',
  });
  await expect(get('http://127.0.0.1:1')).rejects.toMatchObject({ message: 'connection refused' });
  await expect(get('http://nowhere.invalid')).rejects.toMatchObject({ kind: 'unreachable' });
  await expect(get(`${server.url.replace('http', 'https')}`)).rejects.toMatchObject({
    message: 'the server does not speak TLS at this port',
  });
});

/**
 * Answers the first request of each connection and closes it at the second, like a server with an expired keep-alive.
 */
const impatient = async () => {
  const questions: string[] = [];
  const server = createServer((socket) => {
    let requests = 0;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      questions.push(data.toString().split(' ')[0] ?? '');
      if (++requests === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      else socket.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return { url, asked: questions, close: () => server.close() };
};

test('a read on a connection that was just closed is retried once; a change never is', async () => {
  const server = await impatient();
  const clock = systemClock();
  const io = openReadIo(clock);
  for (let round = 0; round < 3; round++) {
    expect((await io.get({ url: server.url }, never)).text).toBe('ok');
    await clock.sleep(5);
  }
  await io.close();
  expect(server.asked).toEqual(['GET', 'GET', 'GET', 'GET', 'GET']);

  server.asked.length = 0;
  const change = openChangeIo(clock);
  expect((await change.send({ method: 'POST', url: server.url }, never)).text).toBe('ok');
  await clock.sleep(5);
  await expect(change.send({ method: 'POST', url: server.url }, never)).rejects.toMatchObject({
    kind: 'unreachable',
    message: 'connection reset',
  });
  await change.close();
  expect(server.asked).toEqual(['POST', 'POST']);
  server.close();
});

test('connections are reused, and closed with their io', async () => {
  await using server = await localServer((_, response) => response.end('ok'));
  const clock = systemClock();
  const io = openReadIo(clock);
  for (let round = 0; round < 5; round++) {
    await io.get({ url: server.url }, never);
    await clock.sleep(1);
  }
  expect(server.openSockets()).toBe(1);
  await io.close();
  await server.drained();
});

test('ReadIo refuses anything that is not a read', async () => {
  await using server = await localServer((_, response) => response.end());
  const sneaky: { url: string; method?: 'GET' } = JSON.parse(`{"url":"${server.url}","method":"POST"}`);
  await withIo(async (io) => {
    await expect(io.get(sneaky, never)).rejects.toThrow('POST is not a read-only request');
  });
  expect(server.asked).toEqual([]);
});

test.each([
  ['', { 'X-HTTP-Method-Override': 'DELETE' }],
  ['', { 'x-http-method': 'PUT' }],
  ['', { 'X-Method-Override': 'PATCH' }],
  ['/?_method=DELETE', {}],
  ['/?a=1;_Method=DELETE', {}],
])('ReadIo refuses a read that the server takes for another method: %s %j', async (path, headers) => {
  await using server = await localServer((_, response) => response.end());
  await withIo(async (io) => {
    const request = { url: `${server.url}${path}`, headers };
    await expect(io.get(request, never)).rejects.toThrow('not a read-only request');
    await expect(io.stream(request, never)).rejects.toThrow('not a read-only request');
    const declared = io.declaredReads();
    await expect(declared.send({ ...request, method: 'GET' }, never)).rejects.toThrow('read-only');
    await expect(declared.stream({ ...request, method: 'GET' }, never)).rejects.toThrow('read-only');
    await declared.close();
  });
  expect(server.asked).toEqual([]);
});

test('a closed io sends no requests', async () => {
  await using server = await localServer((_, response) => response.end());
  const io = openReadIo(systemClock());
  await io.close();
  await expect(io.get({ url: server.url }, never)).rejects.toMatchObject({ kind: 'cancelled' });
  expect(server.asked).toEqual([]);
});

test('a body without a length that a reset ends is a fault, and not a shorter body', async () => {
  await using server = await localServer((_, response) => {
    response.writeHead(200, {
      'content-type': 'text/plain',
      connection: 'close',
      'transfer-encoding': 'identity',
    });
    response.write('orders 12', () => setTimeout(() => response.socket?.resetAndDestroy(), 50));
  });
  await expect(get(server.url)).rejects.toMatchObject({ kind: 'unreachable', message: 'connection reset' });
});
