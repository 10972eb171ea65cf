import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openHttpListener } from '../../../src/platform/network/http-listener.ts';
import { longTest } from '../../support/layer.ts';

const page = () => ({ type: 'text/plain', body: 'ok' });
const limits = { requestMs: 600_000, connections: 512 };

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const opened = async (own: Partial<typeof limits> = {}) => {
  const listener = await openHttpListener({ host: '127.0.0.1', port: 0 }, page, { ...limits, ...own });
  closers.push(listener.close);
  return { ...listener, url: `http://127.0.0.1:${listener.port}/metrics` };
};

/** A connection that sends the beginning of a request and nothing more. */
const silent = async (port: number, begin = ''): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  closers.push(() => socket.destroy());
  await once(socket, 'connect');
  socket.on('error', () => undefined).resume();
  if (begin !== '') socket.write(begin);
  return socket;
};

const statusOf = async (url: string): Promise<number> => {
  const answer = await fetch(url);
  await answer.text();
  return answer.status;
};

test('405 names the allowed methods', async () => {
  const { url } = await opened();
  const answer = await fetch(url, { method: 'POST' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('a request beyond the limit closes the oldest silent connection and is answered', async () => {
  const { url, port } = await opened({ connections: 4 });
  const sockets: Socket[] = [];
  for (let i = 0; i < 4; i++) sockets.push(await silent(port, i % 2 === 0 ? '' : 'GET /metrics HT'));
  const [oldest] = sockets;
  const closed = oldest && once(oldest, 'close');
  expect(await statusOf(url)).toBe(200);
  await closed;
});

test('200 requests at once are answered beside 64 silent connections', async () => {
  const { url, port } = await opened();
  await Promise.all(Array.from({ length: 64 }, () => silent(port)));
  const statuses = await Promise.all(Array.from({ length: 200 }, () => statusOf(url)));
  expect(new Set(statuses)).toEqual(new Set([200]));
});

/** Resolves when the server has closed the connection; a client that is still sending sees a reset instead of an end. */
const ended = async (socket: Socket): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('error', () => {}).once('close', () => resolve());
  if (!socket.destroyed) await promise;
};

/** Less than the 30 s after which Node looks for overdue requests by default. */
const beforeDefault = { timeout: 20_000 };

longTest('a silent connection is closed after its time', beforeDefault, async () => {
  const { port } = await opened({ requestMs: 50 });
  const socket = await silent(port);
  if (!socket.destroyed) await once(socket, 'close');
});

test('a client that sends its request byte by byte is closed after its time', beforeDefault, async () => {
  const { port } = await opened({ requestMs: 50 });
  const socket = await silent(port, 'GET /metrics HTTP/1.1\r\nhost: ');
  const sending = setInterval(() => socket.write('x'), 5);
  closers.push(() => clearInterval(sending));
  await ended(socket);
});
