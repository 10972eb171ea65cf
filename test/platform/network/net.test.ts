import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, test } from 'vitest';
import type { ReadIo } from '../../../src/doors/io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { certificateOf } from '../../support/certificate.ts';

const never = new AbortController().signal;
const validTo = new Date('2099-12-31T12:00:00Z');
const { cert, key } = certificateOf('pay.example', validTo);

const listening = async (server: Server): Promise<{ port: number; closed: Promise<void> }> => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    socket.once('close', resolve);
  });
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, closed };
};
const withIo = async (run: (io: ReadIo) => Promise<void>): Promise<void> => {
  const io = openReadIo(systemClock());
  await run(io);
  await io.close();
};

test('a port that accepts has a latency, and its connection is closed', async () => {
  const server = createServer();
  const { port, closed } = await listening(server);
  await withIo(async (io) => {
    expect((await io.tcp('127.0.0.1', port, never)).latencyMs).toBeGreaterThanOrEqual(0);
    await closed;
  });
  server.close();
});

test('a port without a listener is unreachable', async () => {
  await withIo(async (io) => {
    const refused = { kind: 'unreachable', message: 'connection refused' };
    await expect(io.tcp('127.0.0.1', 1, never)).rejects.toMatchObject(refused);
    await expect(io.tls('127.0.0.1', 1, never)).rejects.toMatchObject(refused);
  });
});

test('an untrusted certificate is reported as such; a trusted one is authorized', async () => {
  const server = createTlsServer({ cert, key });
  const { port } = await listening(server);
  await withIo(async (io) => {
    expect(await io.tls('127.0.0.1', port, never)).toMatchObject({
      validTo: validTo.getTime(),
      subject: 'pay.example',
      issuer: 'pay.example',
      authorized: false,
      reason: 'the certificate of the server is self-signed. Add the CA to tls: { ca }',
    });
    const known = await io.tls('127.0.0.1', port, never, { ca: cert, serverName: 'pay.example' });
    expect(known).toMatchObject({ authorized: true, reason: '' });
    const other = await io.tls('127.0.0.1', port, never, { ca: cert, serverName: 'other.example' });
    expect(other).toMatchObject({
      reason: 'the certificate of the server is for another name. See tls: { serverName }',
    });
  });
  server.close();
});

test('a hanging handshake ends with its signal, and so does its connection', async () => {
  const server = createServer();
  const { port, closed } = await listening(server);
  await withIo(async (io) => {
    const stop = new AbortController();
    const answer = io.tls('127.0.0.1', port, stop.signal);
    server.once('connection', () => stop.abort(new DOMException('no answer in 3s', 'TimeoutError')));
    await expect(answer).rejects.toMatchObject({ kind: 'timeout', message: 'no answer in 3s' });
    await closed;
  });
  server.close();
});

test('a port that speaks another protocol is reported as such', async () => {
  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  const { port } = await listening(server);
  await withIo(async (io) => {
    await expect(io.tls('127.0.0.1', port, never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'the server does not speak TLS at this port',
    });
  });
  server.close();
});

test('an HTTPS response is read with the CA of the profile, and refused without it', async () => {
  const server = createTlsServer({ cert, key }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  });
  const { port } = await listening(server);
  const url = `https://127.0.0.1:${port}/`;
  await withIo(async (io) => {
    await expect(io.get({ url }, never)).rejects.toMatchObject({ kind: 'unreachable' });
    const tls = { ca: cert, serverName: 'pay.example' };
    expect((await io.get({ url, tls }, never)).text).toBe('ok');
    expect((await io.get({ url, tls: { insecure: true } }, never)).text).toBe('ok');
  });
  server.close();
});
