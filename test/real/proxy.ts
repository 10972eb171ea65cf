import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, connect as tlsConnect } from 'node:tls';
import { declaredRead } from '../../src/testing/front.ts';
import { freePort } from '../support/free-port.ts';

/** Behavior of the connection between a source and a real server; only `through` is healthy. */
export type Way =
  | 'through'
  /** New connections are refused, and open ones are reset. */
  | 'refuse'
  /** Accepts requests and never answers. */
  | 'silent'
  /** Answers with invalid HTTP that repeats the received credentials, like a broken server. */
  | 'garbage'
  /** The response up to the end of its headers; the body never arrives. */
  | 'headers-only'
  /** The response, truncated in the middle of its body. */
  | 'cut';

/** A TCP proxy in front of a real server with configurable behavior; counts requests and connections. */
export interface Proxy {
  readonly origin: string;
  set(way: Way): Promise<void>;
  /** Rewrites the beginning of each request. */
  alter(head: (received: string) => string): void;
  /** Forwards to another port from the next request on. */
  leadTo(port: number): void;
  /** Forwards connections from now on to another port, as a load balancer does; open ones stay where they are. */
  leadNewTo(port: number): void;
  /** Answers a request itself, without forwarding it, when `answer` returns a response. */
  swallow(answer: (received: string) => string | undefined): void;
  methods(): ReadonlySet<string>;
  /** Number of requests received; with `headers-only`, of those with answered headers. */
  asked(): number;
  arrived(count: number): Promise<void>;
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** The server's certificate and key (PEM): the proxy presents it to clients, and trusts only it at the server. */
export interface ProxyTls {
  readonly certificate: string;
  readonly key: string;
  /** True: the server has no TLS. */
  readonly onward?: 'plain';
}

const host = '127.0.0.1';
/** Detects requests by their first line: undici sends the next one only after the previous response. */
const requestLine = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/;
const authorization = /^authorization: *(.*)$/im;

export const openProxy = async (toPort: number, tls?: ProxyTls): Promise<Proxy> => {
  let way: Way = 'through';
  /** The port of the connections from a time on. The last one is that of new connections. */
  const routes = [{ port: toPort }];
  let amount = 0;
  let altered = (received: string): string => received;
  let swallowed = (_: string): string | undefined => undefined;
  const methods = new Set<string>();
  const clients = new Set<Socket>();
  const waiters = new Set<() => void>();
  const changed = (): void => {
    for (const check of [...waiters]) check();
  };
  const counted = (): void => {
    amount += 1;
    changed();
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

  /** The decrypted stream of a client. */
  const serve = (client: Socket): void => {
    /** The current response has been corrupted: the rest is dropped. */
    let isCorrupted = false;
    let onward: { readonly socket: Socket; readonly port: number } | undefined;
    const route = routes.at(-1) ?? { port: toPort };
    client.on('error', () => {});
    client.once('close', () => onward?.socket.destroy());
    /** The connection to the current upstream; an older one is closed. */
    const upstream = (): Socket => {
      const { port } = route;
      if (onward !== undefined && onward.port === port && !onward.socket.destroyed) return onward.socket;
      onward?.socket.removeAllListeners('close').destroy();
      const socket =
        tls === undefined || tls.onward === 'plain'
          ? connect(port, host)
          : tlsConnect({ host, port, ca: tls.certificate });
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        if (way !== 'headers-only' && way !== 'cut') return void client.write(chunk);
        if (isCorrupted) return;
        isCorrupted = true;
        const kept = chunk.subarray(0, keptOf(chunk, way));
        if (way === 'cut') client.write(kept, () => client.destroy());
        else client.write(kept, counted);
      });
      socket.once('close', () => client.destroy());
      onward = { socket, port };
      return socket;
    };
    /** Counts a request that begins here; returns the bytes to forward. */
    const countedBytes = (chunk: Buffer): Buffer => {
      const received = chunk.toString('latin1');
      const [, method, path = ''] = requestLine.exec(received) ?? [];
      if (method === undefined) return chunk;
      if (!declaredRead.test(path)) methods.add(method);
      if (way !== 'headers-only') counted();
      return Buffer.from(altered(received), 'latin1');
    };
    client.on('data', (chunk) => {
      isCorrupted = false;
      const answer = swallowed(chunk.toString('latin1'));
      if (answer !== undefined) return void client.write(answer);
      const bytes = countedBytes(chunk);
      const [, credentials = ''] = authorization.exec(chunk.toString('latin1')) ?? [];
      if (way === 'garbage') client.end(`\x16\x03\x01\x1b[2J ${credentials}\r\n\r\n`);
      else if (way !== 'silent') upstream().write(bytes);
    });
  };
  const server =
    tls === undefined ? createServer(serve) : createTlsServer({ cert: tls.certificate, key: tls.key }, serve);
  server.on('connection', (client: Socket) => {
    clients.add(client);
    client.on('error', () => {});
    client.once('close', () => {
      clients.delete(client);
      changed();
    });
  });
  server.on('tlsClientError', () => {});
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  /** Resets open connections, and accepts no new ones. */
  const closeAll = (): Promise<void> =>
    new Promise((resolve) => {
      if (server.listening) server.close(() => resolve());
      else resolve();
      for (const client of clients) client.resetAndDestroy();
    });

  // No outgoing connection takes this port while the proxy refuses connections.
  await listen(await freePort());
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    set: async (next) => {
      way = next;
      if (next === 'refuse') await closeAll();
      else if (!server.listening) await listen(port);
    },
    alter: (head) => {
      altered = head;
    },
    leadTo: (next) => {
      for (const route of routes) route.port = next;
    },
    leadNewTo: (next) => {
      routes.push({ port: next });
    },
    swallow: (answer) => {
      swallowed = answer;
    },
    methods: () => methods,
    asked: () => amount,
    arrived: (count) => until(() => amount >= count),
    drained: () => until(() => clients.size === 0),
    close: closeAll,
  };
};

const headersEnd = Buffer.from('\r\n\r\n');
const bodyless = /^content-length: *0\r$/im;

/**
 * Number of response bytes that reach the client when the response is corrupted. A response without a body is truncated
 * in its headers. All servers here send their headers in one chunk.
 */
const keptOf = (chunk: Buffer, way: 'headers-only' | 'cut'): number => {
  const index = chunk.indexOf(headersEnd);
  if (index < 0) return 0;
  const head = index + headersEnd.length;
  if (bodyless.test(chunk.toString('latin1', 0, head))) return Math.floor(head / 2);
  return way === 'headers-only' ? head : head + Math.floor((chunk.length - head) / 2);
};
