import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { WebSocketWire } from '../../../src/platform/network/http-messages.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { openTransport } from '../../../src/platform/transport.ts';

const never = new AbortController().signal;
const path = '/api/v1/namespaces/shop/pods/bus-0/portforward';

interface SocketServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: IncomingMessage[];
  /** The server side of the open connection. */
  readonly open: Promise<WebSocket>;
  drained(): Promise<void>;
}

/** A WebSocket server; `refuse` answers instead of the handshake. */
const startServer = async (refuse?: (socket: Socket) => void): Promise<SocketServer> => {
  const server = createServer();
  const requests: IncomingMessage[] = [];
  const open = Promise.withResolvers<WebSocket>();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' });
  const drained = Promise.withResolvers<void>();
  server.on('connection', (socket) => socket.once('close', () => drained.resolve()));
  server.on('upgrade', (request, socket: Socket, head) => {
    requests.push(request);
    socket.on('error', () => {}).once('end', () => socket.destroy());
    // Consumes the data, so that the end is noticed.
    socket.resume();
    if (refuse !== undefined) refuse(socket);
    else sockets.handleUpgrade(request, socket, head, (wire) => open.resolve(wire));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: requests,
    open: open.promise,
    drained: () => drained.promise,
    [Symbol.asyncDispose]: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const connect = async (server: SocketServer, signal = never) => {
  const closing = new AbortController();
  const transport = openTransport(systemClock(), { closing: closing.signal });
  const wire = await transport.webSocket(
    {
      url: `${server.url}${path}?ports=80`,
      protocols: ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
      headers: { authorization: 'Bearer x' },
    },
    signal,
  );
  const close = (): void =>
    closing.abort(new WireError('cancelled', 'opsdeck has closed this source, so nothing more is read'));
  return { wire, close, [Symbol.asyncDispose]: async () => close() };
};

const readAll = async (wire: WebSocketWire): Promise<readonly string[]> => {
  const all: string[] = [];
  for await (const message of wire.messages) all.push(Buffer.from(message).toString());
  return all;
};

test('bytes are sent both ways, message by message, until the other side closes', async () => {
  await using server = await startServer();
  await using client = await connect(server);
  const { wire } = client;
  expect(wire.protocol).toBe('v4.channel.k8s.io');
  expect(server.asked[0]?.headers).toMatchObject({ authorization: 'Bearer x', 'user-agent': 'opsdeck' });
  const other = await server.open;
  const received = new Promise<string>((resolve) => other.once('message', (data) => resolve(String(data))));
  await wire.send(Buffer.from('hello'));
  expect(await received).toBe('hello');
  for (const text of ['one', 'two']) other.send(Buffer.from(text));
  other.close(1000);
  expect(await readAll(wire)).toEqual(['one', 'two']);
});

test.each<[string, (other: WebSocket) => void, string]>([
  ['is reset', (other) => other.terminate(), 'closed with 1006'],
  ['is closed with a reason', (other) => other.close(1011, 'pod \u001b[2Jgone'), 'closed with 1011 pod gone'],
])('a connection that %s is a failure after the received messages', async (_, end, message) => {
  await using server = await startServer();
  await using client = await connect(server);
  const other = await server.open;
  other.send(Buffer.from('one'), () => end(other));
  const seen: string[] = [];
  const read = async (): Promise<void> => {
    for await (const chunk of client.wire.messages) seen.push(Buffer.from(chunk).toString());
  };
  await expect(read()).rejects.toMatchObject({ kind: 'unreachable', message });
  expect(seen).toEqual(['one']);
});

test.each([
  [403, 'denied', 'answered 403: pods "bus-0" is forbidden'],
  [404, 'missing', 'answered 404: pods "bus-0" is forbidden'],
  [502, 'unreachable', 'answered 502: pods "bus-0" is forbidden'],
])('a response of %d instead of the handshake is %s, with its body', async (status, kind, message) => {
  const body = 'pods "bus-0" is forbidden';
  await using server = await startServer((socket) =>
    socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
  );
  await expect(connect(server)).rejects.toMatchObject({ kind, message });
});

test('a port without a listener and a server that hangs up are unreachable', async () => {
  const server = await startServer((socket) => socket.destroy());
  await expect(connect(server)).rejects.toMatchObject({ kind: 'unreachable' });
  await server[Symbol.asyncDispose]();
  await expect(connect(server)).rejects.toMatchObject({ kind: 'unreachable', message: 'connection refused' });
});

test('the signal ends the handshake', async () => {
  const stop = new AbortController();
  await using server = await startServer(() => stop.abort());
  await expect(connect(server, stop.signal)).rejects.toMatchObject({ kind: 'cancelled' });
  await server.drained();
  await expect(connect(server, stop.signal)).rejects.toMatchObject({ kind: 'cancelled' });
});

test('the signal, a local close, and a closed io end the connection', async () => {
  const ends: readonly ((client: Awaited<ReturnType<typeof connect>>, stop: AbortController) => unknown)[] = [
    (_, stop) => stop.abort(),
    ({ wire }) => wire.close(),
    ({ close }) => close(),
  ];
  for (const end of ends) {
    await using server = await startServer();
    const stop = new AbortController();
    await using client = await connect(server, stop.signal);
    const other = await server.open;
    const closed = new Promise((resolve) => other.once('close', resolve));
    const reading = readAll(client.wire).catch((error: unknown) => error);
    await end(client, stop);
    await closed;
    expect(await reading).toMatchObject({ name: 'WireError' });
  }
});

test('sending on a closed connection is an error', async () => {
  await using server = await startServer();
  await using client = await connect(server);
  client.wire.close();
  await expect(client.wire.send(Buffer.from('x'))).rejects.toMatchObject({ kind: 'unreachable' });
});
