import { request } from 'node:http';
import type { Server } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';

/** Every server of the simulator in this process, by its port. */
const listening = new Map<number, Server>();

/** One half of a connection in memory, with what servers and clients ask of a socket besides reading and writing. */
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
  // Of a pair, only the end of writing reaches the other half by itself.
  half.once('close', () => {
    if (!other.destroyed) other.destroy(half.writableFinished ? undefined : reset());
  });
  return socket;
};

/**
 * Listens on a free port of the loopback interface, and in memory for `connectInMemory`. Resolves to the port; rejects when
 * there is none.
 */
export const listenOnLoopback = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a listening server has no port');
  listening.set(address.port, server);
  server.once('close', () => listening.delete(address.port));
  return address.port;
};

/**
 * A connection to a server of the simulator in this process, without the kernel: what is written is there in the next turn,
 * whatever else the machine does. Throws an error with code ECONNREFUSED where no server listens.
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

/** The status with which a server of the simulator answers a GET, asked in memory. Rejects when the connection is cut. */
export const statusInMemory = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const createConnection = () => connectInMemory(Number(new URL(url).port));
    const asked = request(url, { createConnection }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.once('error', reject);
    asked.end();
  });
