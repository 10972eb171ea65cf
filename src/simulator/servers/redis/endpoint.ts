import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { Decoder } from '@redis/client/dist/lib/RESP/decoder.js';
import type { RedisConnection, RedisServer } from '../../model/redis/redis-server.ts';
import { listenOnLoopback } from '../http/loopback.ts';
import {
  changeRecorderFor,
  type ProtocolEndpoint,
  type SimulatorContext,
} from '../http/simulator-context.ts';
import { executeCommand } from './commands.ts';
import { type Reply, respError, simple } from './replies.ts';

const wrongPassword = 'WRONGPASS invalid username-password pair or user is disabled.';

/** One connection of a client. */
class ClientConnection {
  readonly #socket: Socket;
  readonly #see: () => RedisServer;
  readonly #record: ReturnType<typeof changeRecorderFor>;
  readonly #connection: RedisConnection;
  #isLoggedIn = false;

  constructor(socket: Socket, see: () => RedisServer, record: ReturnType<typeof changeRecorderFor>) {
    this.#socket = socket;
    this.#see = see;
    this.#record = record;
    this.#connection = see().connect(`127.0.0.1:${socket.remotePort ?? 0}`);
    const decoder = new Decoder({
      onReply: (args: unknown) => this.#take(Array.isArray(args) ? args.map(String) : []),
      onErrorReply: () => socket.destroy(),
      onPush: () => socket.destroy(),
      getTypeMapping: () => ({}),
    });
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      try {
        decoder.write(chunk);
      } catch {
        socket.end(respError('ERR Protocol error: invalid request'));
      }
    });
    socket.once('close', () => see().connections.delete(this.#connection.id));
  }

  /** Ends a connection that was killed in the model. */
  closeIfKilled(): void {
    if (!this.#see().connections.has(this.#connection.id)) this.#socket.destroy();
  }

  #take(args: readonly string[]): void {
    const server = this.#see();
    if (!server.isUp) this.#socket.resetAndDestroy();
    else if (!this.#socket.destroyed) this.#socket.write(this.#answer(server, args));
  }

  #answer(server: RedisServer, args: readonly string[]): Reply {
    const [name = ''] = args;
    if (name.toUpperCase() === 'AUTH') return this.#logIn(server, args.slice(1));
    if (!this.#isLoggedIn) return respError('NOAUTH Authentication required.');
    return executeCommand({ server, connection: this.#connection, args, record: this.#record });
  }

  #logIn({ spec }: RedisServer, args: readonly string[]): Reply {
    const [user, password] = args.length === 1 ? ['default', args[0]] : args;
    if (password !== spec.password || (user !== spec.user && user !== 'default'))
      return respError(wrongPassword);
    this.#isLoggedIn = true;
    this.#connection.user = user;
    return simple('OK');
  }
}

/** A running server and its address. */
export interface RedisEndpoint {
  readonly port: number;
  /** redis://USER:PASSWORD@127.0.0.1:PORT/0 */
  readonly url: string;
  close(): Promise<void>;
}

/** A Redis server with RESP2 that responds to the commands of opsdeck. */
export const startRedisServer = async (view: SimulatorContext): Promise<RedisEndpoint> => {
  const { redis } = view.model.layout(view.env).parts;
  if (redis === undefined) throw new Error(`${view.env} has no Redis server`);
  const see = (): RedisServer => {
    view.model.environmentAt(view.env, view.clock.now());
    return redis;
  };
  const record = changeRecorderFor(view, 'redis');
  const open = new Map<ClientConnection, () => void>();
  const server = createServer((socket) => {
    const connection = new ClientConnection(socket, see, record);
    open.set(connection, () => socket.destroy());
    socket.once('close', () => open.delete(connection));
    // A connection that another one killed is closed separately.
    socket.on('data', () => {
      for (const other of open.keys()) other.closeIfKilled();
    });
  });
  const port = await listenOnLoopback(server);
  const { user, password } = redis.spec;
  return {
    port,
    url: `redis://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/0`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const destroy of open.values()) destroy();
      }),
  };
};

/** Starts the environment's Redis on a free loopback port: `${world.redis}` is its address with the password. */
export const startRedisEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const { url, close } = await startRedisServer(view);
  return { vars: { redis: url }, close };
};
