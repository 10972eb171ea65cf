import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { ByteWire } from '../../../src/platform/network/http-messages.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';

const never = new AbortController().signal;
const switching = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

interface UpgradeServer extends AsyncDisposable {
  readonly url: string;
  /** Head and body of each request. */
  readonly received: string[];
  readonly closed: Promise<void>;
}

/** A server that answers every upgrade with `answer` once head and body have arrived. */
const startServer = async (answer: (socket: Socket) => void): Promise<UpgradeServer> => {
  const received: string[] = [];
  const closed = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    response.writeHead(409).end('{"message":"container is paused"}');
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.once('close', () => closed.resolve())));
  server.on('upgrade', (request, socket: Socket, head: Buffer) => {
    socket.on('error', () => {});
    const body = Number(request.headers['content-length'] ?? 0);
    const begin = (bytes: Buffer): void => {
      received.push(`${request.method} ${request.url} ${request.headers.upgrade} ${bytes}`);
      answer(socket);
    };
    if (head.length >= body) begin(head);
    else socket.once('data', (rest) => begin(Buffer.concat([head, rest])));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    closed: closed.promise,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const upgrade = (url: string, signal = never) =>
  openTransport(systemClock()).http.upgrade(
    { method: 'POST', url: `${url}/exec/1/start`, body: '{}' },
    signal,
  );

const textOf = async (wire: ByteWire | undefined): Promise<string> => {
  const all: Uint8Array[] = [];
  for await (const bytes of wire?.chunks ?? []) all.push(bytes);
  return Buffer.concat(all).toString();
};

test('bytes go both ways. The other side stays open after the end of this one', async () => {
  await using server = await startServer((socket) => {
    socket.write(`${switching}at once,`);
    let heard = '';
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString();
    });
    socket.on('end', () => socket.end(`heard ${heard}`));
  });
  const { status, wire } = await upgrade(server.url);
  expect(status).toBe(101);
  await wire?.send(Buffer.from('one '));
  await wire?.send(Buffer.from('two'));
  await wire?.end();
  expect(await textOf(wire)).toBe('at once,heard one two');
  expect(server.received).toEqual(['POST /exec/1/start tcp {}']);
});

test('a refusal has its status and body', async () => {
  const body = '{"message":"container is paused"}';
  await using server = await startServer((socket) =>
    socket.end(`HTTP/1.1 409 Conflict\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
  );
  expect(await upgrade(server.url)).toEqual({ status: 409, text: body });
});

test('a lost connection is an error, never an end', async () => {
  await using server = await startServer((socket) => {
    socket.write(`${switching}begun`, () => socket.resetAndDestroy());
  });
  const { wire } = await upgrade(server.url);
  await expect(textOf(wire)).rejects.toMatchObject({ kind: 'unreachable', message: 'connection reset' });
  await expect(wire?.send(Buffer.from('x'))).rejects.toMatchObject({ kind: 'unreachable' });
});

test('the signal closes an open connection, and cancels one that the server does not answer', async () => {
  await using server = await startServer((socket) =>
    socket
      .once('end', () => socket.destroy())
      .resume()
      .write(switching),
  );
  const stop = new AbortController();
  const { wire } = await upgrade(server.url, stop.signal);
  const read = textOf(wire);
  stop.abort();
  await expect(read).rejects.toMatchObject({ kind: 'cancelled' });
  await server.closed;
  await using silent = await startServer(() => {});
  const wait = new AbortController();
  const waiting = upgrade(silent.url, wait.signal);
  wait.abort();
  await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
});

test('a receiver that does not read stops the sender', async () => {
  await using server = await startServer((socket) => {
    socket.pause();
    socket.write(switching);
  });
  const stop = new AbortController();
  const { wire } = await upgrade(server.url, stop.signal);
  const piece = Buffer.alloc(1024 * 1024);
  let sent = 0;
  const pump = (async () => {
    for (; sent < 256; sent += 1) await wire?.send(piece);
  })();
  // The kernel's buffers take some of it; the rest waits.
  const isStuck = async (): Promise<boolean> => {
    const before = sent;
    await systemClock().sleep(100);
    return sent === before;
  };
  while (!(await isStuck()));
  expect(sent).toBeLessThan(256);
  stop.abort();
  await expect(pump).rejects.toMatchObject({ kind: 'cancelled' });
});
