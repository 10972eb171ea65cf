import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecRegistry } from './exec-registry.ts';

/** Reads the body of a request that asks for an upgrade, which node:http leaves to the caller, and returns the rest. */
const afterBody = async (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<AsyncIterable<Buffer>> => {
  let left = Number(request.headers['content-length'] ?? 0);
  if (head.length > 0) socket.unshift(head);
  const pieces = socket.iterator({ destroyOnReturn: false });
  let rest = Buffer.alloc(0);
  while (left > 0) {
    const { value, done } = await pieces.next();
    if (done === true) break;
    const bytes = Buffer.from(value);
    rest = bytes.subarray(Math.min(left, bytes.length));
    left -= Math.min(left, bytes.length);
  }
  return (async function* () {
    if (rest.length > 0) yield rest;
    for await (const bytes of { [Symbol.asyncIterator]: () => pieces }) yield Buffer.from(bytes);
  })();
};

const refuse = (socket: Duplex, status: string, message: string): void => {
  const body = JSON.stringify({ message });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};

const serveExec = async (
  execs: ExecRegistry,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> => {
  const [, id = ''] = /\/exec\/([^/]+)\/start$/.exec(request.url ?? '') ?? [];
  const input = await afterBody(request, socket, head);
  if (!execs.has(id)) return refuse(socket, '404 Not Found', `No such exec instance: ${id}`);
  socket.write(
    'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
  );
  const sink = { write: (out: Uint8Array) => void socket.write(out), end: () => void socket.end() };
  if (execs.hasTerminal(id)) {
    const type = execs.startShell(id, sink);
    for await (const piece of input) type(piece.toString('utf8'));
    return;
  }
  const bytes: Buffer[] = [];
  for await (const piece of input) bytes.push(piece);
  execs.start(id, sink, Buffer.concat(bytes));
};

/** Serves `POST /exec/{id}/start` on a connection that becomes the stdin of the program. Source: Docker Engine API. */
export const serveHijacked = (server: Server, execs: ExecRegistry): void => {
  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy());
    serveExec(execs, request, socket, head).catch(() => socket.destroy());
  });
};
