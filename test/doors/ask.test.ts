import { expect, test } from 'vitest';
import { openReadIo } from '../../src/doors/read-io.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { localServer } from '../support/local-server.ts';

const never = new AbortController().signal;

test('a declared read is one POST of a form, with the headers it is given', async () => {
  let body = '';
  await using server = await localServer((request, response) => {
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => response.end('{"a":1}'));
  });
  const io = openReadIo(systemClock());
  const form = { query: 'a{b="c&d"} + 1', timeout: '3s' };
  const headers = { authorization: 'Bearer x', 'Content-Type': 'text/plain' };
  const answer = await io.ask({ url: `${server.url}/q`, form, headers }, never);
  await io.close();
  expect(answer.json()).toEqual({ a: 1 });
  expect(server.asked).toEqual(['POST /q']);
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual(form);
  expect(server.headers[0]).toMatchObject({
    'content-type': 'application/x-www-form-urlencoded',
    authorization: 'Bearer x',
  });
});

test('its redirects are answers, its limit is kept, its signal ends it', async () => {
  await using server = await localServer((request, response) => {
    if (request.url === '/away') response.writeHead(307, { location: '/q' }).end();
    else if (request.url === '/long') response.end('x'.repeat(2000));
  });
  const io = openReadIo(systemClock());
  const form = { query: 'up' };
  expect((await io.ask({ url: `${server.url}/away`, form }, never)).status).toBe(307);
  await expect(io.ask({ url: `${server.url}/long`, form, maxBytes: 1000 }, never)).rejects.toMatchObject({
    kind: 'malformed',
  });
  const stop = new AbortController();
  const asked = io.ask({ url: `${server.url}/hang`, form }, stop.signal);
  await server.arrived(3);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
  await io.close();
  await server.drained();
  expect(server.asked).toEqual(['POST /away', 'POST /long', 'POST /hang']);
});
