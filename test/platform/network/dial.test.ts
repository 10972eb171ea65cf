import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import {
  type Destination,
  type Dial,
  endpointHost,
  TunnelError,
} from '../../../src/platform/network/dial.ts';
import { toFault } from '../../../src/platform/network/to-fault.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { certificateOf } from '../../support/certificate.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';

const never = new AbortController().signal;

/** A dial that connects to one loopback port and records the requested addresses. */
const dialTo = (port: number) => {
  const destinations: Destination[] = [];
  const wires: Duplex[] = [];
  const dial: Dial = (to) => {
    destinations.push(to);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port });
      wires.push(socket);
      socket.once('connect', () => resolve(socket));
      socket.once('error', () => reject(new WireError('unreachable', 'connection refused')));
    });
  };
  return { dial, asked: destinations, wires };
};

const saysHello = (): Promise<LocalServer> => localServer((_, response) => response.end('{"hello":1}'));
const failing =
  (error: Error): Dial =>
  () =>
    Promise.reject(error);

test('requests use the dial, and its connection is reused', async () => {
  await using server = await saysHello();
  const { dial, asked } = dialTo(server.port);
  const io = openReadIo(systemClock(), { dial });
  for (const path of ['/a', '/b']) {
    const answer = await io.get({ url: `http://bus-0:8081${path}` }, never);
    expect(answer.json()).toEqual({ hello: 1 });
    // Its connection is idle again after the running code.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await io.get({ url: 'http://plain/' }, never);
  expect(asked).toEqual([
    { host: 'bus-0', port: 8081 },
    { host: 'plain', port: 80 },
  ]);
  expect(server.headers.map(({ host }) => host)).toEqual(['bus-0:8081', 'bus-0:8081', 'plain']);
  await io.close();
  await server.drained();
});

test('a stream, a TCP connect and ChangeIo use the dial as well', async () => {
  await using server = await saysHello();
  const { dial, asked } = dialTo(server.port);
  const io = openReadIo(systemClock(), { dial });
  const change = openChangeIo(systemClock(), { dial });
  const stream = await io.stream({ url: 'http://bus-0:1/log' }, never);
  expect(await stream.text()).toBe('{"hello":1}');
  expect((await io.tcp('bus-0', 2, never)).latencyMs).toBeGreaterThanOrEqual(0);
  await change.send({ method: 'POST', url: 'http://bus-0:3/act' }, never);
  expect(asked.map(({ port }) => port)).toEqual([1, 2, 3]);
  await Promise.all([io.close(), change.close()]);
});

test('TLS runs inside the dialed connection, and the certificate is checked against the address', async () => {
  const { cert, key } = certificateOf('bus.example', new Date('2099-12-31T12:00:00Z'));
  const server = createTlsServer({ cert, key }, (_, response) => response.end('safe'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { dial, asked } = dialTo((server.address() as AddressInfo).port);
  const io = openReadIo(systemClock(), { dial });
  const tls = { ca: cert };
  expect((await io.get({ url: 'https://bus.example/', tls }, never)).text).toBe('safe');
  expect(asked).toEqual([{ host: 'bus.example', port: 443 }]);
  await expect(io.get({ url: 'https://other.example/', tls }, never)).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('certificate'),
  });
  expect(await io.tls('bus.example', 443, never, tls)).toMatchObject({
    subject: 'bus.example',
    authorized: true,
  });
  await io.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a WebSocket is opened over the dial', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  sockets.on('connection', (socket) => {
    socket.send(Buffer.from('hello'));
    socket.close(1000);
  });
  await new Promise((resolve) => sockets.once('listening', resolve));
  const { dial, asked } = dialTo((sockets.address() as AddressInfo).port);
  const wire = await openTransport(systemClock(), { dial }).webSocket(
    { url: 'http://api:6443/pods/a/portforward', protocols: [] },
    never,
  );
  const received: string[] = [];
  for await (const message of wire.messages) received.push(Buffer.from(message).toString());
  expect(received).toEqual(['hello']);
  expect(asked).toEqual([{ host: 'api', port: 6443 }]);
  await new Promise((resolve) => sockets.close(resolve));
});

test('errors of a dial, of the tunnel or of its endpoint, are passed on unchanged', async () => {
  const lost = new TunnelError('no such pod', 'look for it');
  const refused = new WireError('unreachable', 'connection refused');
  for (const error of [lost, refused]) {
    const io = openReadIo(systemClock(), { dial: failing(error) });
    await expect(io.get({ url: 'http://bus-0/' }, never)).rejects.toBe(error);
    await expect(io.stream({ url: 'http://bus-0/' }, never)).rejects.toBe(error);
    await expect(io.tcp('bus-0', 80, never)).rejects.toBe(error);
    await expect(io.tls('bus-0', 443, never)).rejects.toBe(error);
    await io.close();
  }
  expect(toFault('bus', 'GET http://bus-0/', lost, 7)).toEqual({
    kind: 'unreachable',
    source: 'bus',
    message: 'GET http://bus-0/: tunnel cut: no such pod',
    at: 7,
    remedy: 'look for it',
  });
});

test.each(['http', 'https'])('a tunnel cut during a request over %s is reported as such', async (scheme) => {
  const { cert, key } = certificateOf('bus.example', new Date('2099-12-31T12:00:00Z'));
  const arrived = Promise.withResolvers<void>();
  const server =
    scheme === 'https'
      ? createTlsServer({ cert, key }, () => arrived.resolve())
      : (await import('node:http')).createServer(() => arrived.resolve());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { dial, wires } = dialTo((server.address() as AddressInfo).port);
  const io = openReadIo(systemClock(), { dial });
  const promise = io.get({ url: `${scheme}://bus.example/`, tls: { ca: cert } }, never);
  const rejection = expect(promise).rejects.toMatchObject({
    name: 'TunnelError',
    message: 'tunnel cut: lost connection',
  });
  await arrived.promise;
  for (const wire of wires) wire.destroy(new TunnelError('lost connection'));
  await rejection;
  await io.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a timeout while the tunnel is opened is not a fault of the endpoint', async () => {
  const signals: AbortSignal[] = [];
  const began = Promise.withResolvers<void>();
  const hangs: Dial = (_, signal) => {
    signals.push(signal);
    began.resolve();
    return new Promise(() => {});
  };
  const io = openReadIo(systemClock(), { dial: hangs });
  const late = AbortSignal.abort(new DOMException('no answer in 3000 ms', 'TimeoutError'));
  const stop = new AbortController();
  const promise = io.get({ url: 'http://bus-0/' }, stop.signal);
  await began.promise;
  stop.abort(late.reason);
  await expect(promise).rejects.toMatchObject({
    name: 'TunnelError',
    message: 'tunnel cut: no answer in 3000 ms',
  });
  expect(signals[0]?.aborted).toBe(true);

  const cancel = new AbortController();
  const another = io.get({ url: 'http://bus-0/' }, cancel.signal);
  cancel.abort();
  await expect(another).rejects.toMatchObject({ kind: 'cancelled' });
  await io.close();
});

test('a connection that opens after the request was canceled is closed', async () => {
  await using server = await saysHello();
  const { dial } = dialTo(server.port);
  const gate = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const slow: Dial = async (to, signal) => {
    began.resolve();
    await gate.promise;
    const wire = await dial(to, signal);
    wire.once('close', ended.resolve);
    return wire;
  };
  const io = openReadIo(systemClock(), { dial: slow });
  const stop = new AbortController();
  const promise = io.get({ url: 'http://bus-0/' }, stop.signal);
  await began.promise;
  stop.abort();
  await expect(promise).rejects.toMatchObject({ kind: 'cancelled' });
  gate.resolve();
  await ended.promise;
  expect(server.asked).toEqual([]);
  await io.close();
});

test.each([
  ['bus-7c9f-x2k', 'bus-7c9f-x2k'],
  ['Web_1', 'web_1'],
  ['redis.1', 'redis.1.end'],
  ['1234', '1234.end'],
  ['127.0.0.1', '127.0.0.1'],
  ['10.0.0.300', '10.0.0.300.end'],
  ['127.1', '127.1.end'],
  ['0x1f', '0x1f.end'],
  ['a b', 'a-b'],
])('the endpoint %s is written as %s in a URL and stays unique', (name, host) => {
  expect(endpointHost(name)).toBe(host);
  expect(new URL(`http://${host}:8081/x`).hostname).toBe(host);
});
