import { request } from 'node:http';
import type { Server } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';

/** All simulator servers of this process by port. */
const listening = new Map<number, Server>();

/** One end of an in-memory connection, with the socket methods that servers and clients use besides reading and writing. */
interface MemorySocket extends Duplex {
  setNoDelay(): this;
  setKeepAlive(): this;
  setTimeout(): this;
  ref(): this;
  unref(): this;
  resetAndDestroy(): this;
}

const reset = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

const socketOf = (half: Duplex, other: Duplex): MemorySocket => {
  const socket: MemorySocket = Object.assign(half, {
    setNoDelay: () => socket,
    setKeepAlive: () => socket,
    setTimeout: () => socket,
    ref: () => socket,
    unref: () => socket,
    resetAndDestroy: () => {
      other.destroy(reset());
      return socket.destroy();
    },
  });
  // A DuplexPair forgets a write that the other end has not read when it is destroyed. A socket reports it as canceled.
  let underWay: ((error?: Error | null) => void) | undefined;
  const write = half._write.bind(half);
  half._write = (chunk, encoding, done) => {
    underWay = done;
    write(chunk, encoding, (error) => {
      if (underWay !== done) return;
      underWay = undefined;
      done(error);
    });
  };
  half.once('close', () => {
    const canceled = underWay;
    underWay = undefined;
    canceled?.(Object.assign(new Error('write ECANCELED'), { code: 'ECANCELED' }));
  });
  // A DuplexPair forwards only the end of writing; a destroy must be forwarded here.
  half.once('close', () => {
    if (!other.destroyed) other.destroy(half.writableFinished ? undefined : reset());
  });
  return socket;
};

/**
 * Ports from `lowest` up to `end` that no kernel gives to a connection, or to a server that asks for any
 * (ip_local_port_range): from 32768 on Linux, from 49152 on macOS.
 */
export const quietPorts = { lowest: 20_000, end: 32_000 } as const;

/**
 * Listens on a free port of the loopback interface (or `port`), and in memory for `connectInMemory`. Resolves to the port; rejects if no port
 * is free.
 */
export const listenOnLoopback = async (server: Server, port = 0): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a listening server has no port');
  listening.set(address.port, server);
  server.once('close', () => listening.delete(address.port));
  return address.port;
};

/**
 * Opens a connection to a simulator server of this process without the kernel. Data arrives in the next turn of the event loop,
 * regardless of the machine's load. Throws an error with code ECONNREFUSED if no server listens.
 */
export const connectInMemory = (port: number): Duplex => {
  const server = listening.get(port);
  if (server === undefined || !server.listening)
    throw Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`), { code: 'ECONNREFUSED' });
  const [client, accepted] = duplexPair();
  const socket = socketOf(client, accepted);
  server.emit('connection', socketOf(accepted, client));
  return socket;
};

/** The status of a request to a simulator server, sent in memory. Rejects if the connection is closed. */
export const statusInMemory = (
  url: string,
  method = 'GET',
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<number> =>
  new Promise((resolve, reject) => {
    const createConnection = () => connectInMemory(Number(new URL(url).port));
    const outgoing = request(url, { createConnection, method, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
