import { expect, test } from 'vitest';
import { createFormReader, type FormQuery } from '../../../src/clients/http/form-reader.ts';
import { prometheusReads } from '../../../src/clients/prometheus/reading.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { localServer } from '../../support/local-server.ts';

const never = new AbortController().signal;

test('a declared read is one POST of a form, with the given headers', async () => {
  let body = '';
  await using server = await localServer((request, response) => {
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => response.end('{"a":1}'));
  });
  const io = openReadIo(systemClock());
  const reads = io.open(prometheusReads, { url: `${server.url}/prefix` });
  const form = { query: 'a{b="c&d"} + 1', timeout: '3s' };
  const headers = { authorization: 'Bearer x', 'Content-Type': 'text/plain' };
  const answer = await reads.query('/api/v1/query', { form, headers }, never);
  await io.close();
  expect(answer.json()).toEqual({ a: 1 });
  expect(server.asked).toEqual(['POST /prefix/api/v1/query']);
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual(form);
  expect(server.headers[0]).toMatchObject({
    'content-type': 'application/x-www-form-urlencoded',
    authorization: 'Bearer x',
  });
});

test('its redirects are returned, its size limit applies, its signal ends it', async () => {
  await using server = await localServer((request, response) => {
    if (request.url?.startsWith('/away') === true)
      response.writeHead(307, { location: '/api/v1/query' }).end();
    else if (request.url?.startsWith('/long') === true) response.end('x'.repeat(2000));
  });
  const io = openReadIo(systemClock());
  const query = (prefix: string, how: Partial<FormQuery> = {}, signal = never) =>
    io
      .open(prometheusReads, { url: `${server.url}${prefix}` })
      .query('/api/v1/query', { form: { query: 'up' }, ...how }, signal);
  expect((await query('/away')).status).toBe(307);
  await expect(query('/long', { maxBytes: 1000 })).rejects.toMatchObject({
    kind: 'malformed',
  });
  const stop = new AbortController();
  const promise = query('/hang', {}, stop.signal);
  await server.arrived(3);
  stop.abort();
  await expect(promise).rejects.toMatchObject({ kind: 'cancelled' });
  await io.close();
  await server.drained();
  expect(server.asked).toEqual(['/away', '/long', '/hang'].map((prefix) => `POST ${prefix}/api/v1/query`));
});

test('a path not known as read-only is refused before anything is sent', async () => {
  await using server = await localServer((_, response) => response.end());
  const known: readonly string[] = ['/api/v1/query'];
  const reads = createFormReader(openTransport(systemClock()), { url: server.url }, known);
  for (const path of ['/api/v1/admin/tsdb/delete_series', '/-/reload', '/api/v1/query/../write'])
    await expect(reads.query(path, { form: {} }, never)).rejects.toThrow('is not known to read');
  expect(server.asked).toEqual([]);
});
