import { connect, createServer, type Socket } from 'node:net';
import { errorResponse, PostgresError } from '../../src/simulator/servers/postgres/protocol.ts';
import type { FailureMode } from '../../src/testing/failure-modes.ts';
import { freePort } from '../support/free-port.ts';
import { secret } from './wired.ts';

/** Behavior of the connection to a PostgreSQL server; only `through` is healthy. A function changes each chunk of the server. */
type Way = 'through' | 'refuse' | 'silent' | 'garbage' | 'cut' | PostgresError | ((chunk: Buffer) => Buffer);

/** A failure mode of the path to a PostgreSQL server. */
export interface SqlFailureMode extends FailureMode {
  readonly way: Way;
}

/** An error message of a server with terminal control sequences and an echoed secret. */
const fatal = (code: string, message: string): PostgresError =>
  new PostgresError(code, `\x1b[31m${message}\x1b]0;owned\x07 (${secret})\u202e`, 'FATAL');

export const sqlFailureModes: readonly SqlFailureMode[] = [
  { name: 'down', fault: 'unreachable', row: 'down', way: 'refuse' },
  { name: 'hanging', fault: 'timeout', row: 'down', hangs: true, way: 'silent' },
  { name: 'garbage', fault: 'malformed', row: 'down', way: 'garbage' },
  { name: 'cut', fault: 'unreachable', row: 'down', way: 'cut' },
  {
    name: 'denied',
    fault: 'denied',
    row: 'unknown',
    way: fatal('28P01', 'password authentication failed for user "opsdeck"'),
  },
  {
    name: 'starting up',
    fault: 'unreachable',
    row: 'down',
    way: fatal('57P03', 'the database system is starting up'),
  },
  {
    name: 'too many connections',
    fault: 'unreachable',
    row: 'down',
    way: fatal('53300', 'sorry, too many clients already'),
  },
];

/** A TCP proxy in front of a PostgreSQL server; it recognizes opsdeck's statements by their tags. */
interface SqlFront {
  readonly port: number;
  set(way: Way): Promise<void>;
  /** Connects new connections to another server. */
  leadTo(port: number): void;
  /** 'GET' for statements that read, 'CHANGE' for those that do not. */
  methods(): ReadonlySet<string>;
  /** Chunks that clients have sent. */
  asked(): number;
  arrived(count: number): Promise<void>;
  drained(): Promise<void>;
  close(): Promise<void>;
}

const changes = new Set(
  'cancel terminate vacuum reindex createIndex dropIndex setting reload execute'.split(' '),
);
const host = '127.0.0.1';

/** 'CHANGE' or 'GET' for each tagged statement of these bytes. */
const statementMethods = (chunk: Buffer): readonly string[] =>
  [...chunk.toString('latin1').matchAll(/\/\* opsdeck:(\w+) \*\//g)].map(([, tag = '']) =>
    changes.has(tag) ? 'CHANGE' : 'GET',
  );

/** `methodsOf`: what the bytes of a client do, for another protocol. */
export const openSqlFront = async (toPort: number, methodsOf = statementMethods): Promise<SqlFront> => {
  let way: Way = 'through';
  let target = toPort;
  let amount = 0;
  const methods = new Set<string>();
  const clients = new Set<Socket>();
  const waiters = new Set<() => void>();
  const changed = (): void => {
    for (const check of [...waiters]) check();
  };
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        waiters.delete(check);
        resolve();
      };
      waiters.add(check);
      check();
    });

  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => {});
    let onward: Socket | undefined;
    client.once('close', () => {
      onward?.destroy();
      clients.delete(client);
      changed();
    });
    const upstream = (): Socket => {
      if (onward !== undefined) return onward;
      const socket = connect(target, host);
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        if (way === 'cut') client.end(chunk.subarray(0, chunk.length / 2));
        else client.write(typeof way === 'function' ? way(chunk) : chunk);
      });
      socket.once('close', () => client.end());
      onward = socket;
      return socket;
    };
    client.on('data', (chunk) => {
      amount += 1;
      for (const method of methodsOf(chunk)) methods.add(method);
      if (way === 'garbage') client.write(`\x16\x03\x01\x1b[2J ${secret}\r\n\r\n`);
      else if (way instanceof PostgresError) client.end(errorResponse(way));
      else if (way !== 'silent') upstream().write(chunk);
      changed();
    });
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  const closeAll = (): Promise<void> =>
    new Promise((resolve) => {
      if (server.listening) server.close(() => resolve());
      else resolve();
      for (const client of clients) client.resetAndDestroy();
    });

  // While it refuses, no other server may be given its port.
  const port = await freePort();
  await listen(port);
  return {
    port,
    set: async (next) => {
      way = next;
      // Closes connections that were opened before the failure changed.
      for (const client of next === 'through' ? [] : clients) client.resetAndDestroy();
      if (next === 'refuse') await closeAll();
      else if (!server.listening) await listen(port);
    },
    leadTo: (next) => {
      target = next;
      for (const client of clients) client.resetAndDestroy();
    },
    methods: () => methods,
    asked: () => amount,
    arrived: (count) => until(() => amount >= count),
    drained: () => until(() => clients.size === 0),
    close: closeAll,
  };
};
