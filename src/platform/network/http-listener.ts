import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { WireError } from '../runtime/wire-error.ts';

/** The body of an answer and its media type. */
export interface Page {
  readonly type: string;
  readonly body: string;
}

/** A listener and its address. */
export interface HttpListener {
  readonly port: number;
  /** Ends open connections. Resolves when the port is free again. */
  close(): Promise<void>;
}

const problems: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program already listens at this address and port',
  EADDRNOTAVAIL: 'no network interface of this machine has this address',
  EACCES: 'only root may listen on a port below 1024',
};

const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)$/i;

/** True for the addresses and names of this machine alone. */
export const isLoopbackHost = (host: string): boolean => loopbackName.test(host);

/** Limits of a listener. */
interface ListenerLimits {
  /** Time that a client has for its request, and for each part of the answer that it reads. */
  readonly requestMs: number;
  /** Number of open connections. One more closes the oldest that waits for a request. */
  readonly connections: number;
}

/** Enough for hundreds of scrapers at once. */
const standardLimits: ListenerLimits = { requestMs: 10_000, connections: 512 };
/** Node looks for requests that are overdue every 30 s by default. */
const checkEveryMs = 1000;

/**
 * Keeps the number of connections within the limit by closing the oldest one: first among those without a complete request, so that
 * silent clients do not keep out others.
 */
const limitConnections = (server: Server, most: number): void => {
  const open = new Set<Socket>();
  const answering = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    if (open.size >= most) {
      const oldest = [...open].find((other) => !answering.has(other)) ?? [...open][0];
      if (oldest !== undefined) {
        open.delete(oldest);
        oldest.destroy();
      }
    }
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      answering.delete(socket);
    });
  });
  server.on('request', ({ socket }, response) => {
    answering.add(socket);
    response.once('close', () => answering.delete(socket));
  });
};

const listening = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new WireError(
          'unconfigured',
          `cannot listen on ${host}:${port}: ${problems[error.code ?? ''] ?? error.message}`,
        ),
      ),
    );
    server.listen({ host, port, exclusive: true }, resolve);
  });

/**
 * Listens for GET and HEAD; `page` answers a path, undefined: 404. On a loopback address it refuses requests for other host
 * names, which a web page could send through DNS rebinding. Port 0: a free one. Too many connections close the oldest. Throws WireError.
 */
export const openHttpListener = async (
  { host, port }: { readonly host: string; readonly port: number },
  page: (path: string) => Page | undefined,
  { requestMs, connections }: ListenerLimits = standardLimits,
): Promise<HttpListener> => {
  const { createServer } = await import('node:http');
  const server = createServer(
    {
      requestTimeout: requestMs,
      headersTimeout: requestMs,
      connectionsCheckingInterval: Math.min(checkEveryMs, requestMs),
    },
    (request, response) => {
      const refuse = (status: number, why: string, headers: Readonly<Record<string, string>> = {}): void => {
        const type = { 'content-type': 'text/plain; charset=utf-8' };
        response.writeHead(status, { ...type, ...headers }).end(`${why}\n`);
      };
      if (request.method !== 'GET' && request.method !== 'HEAD')
        // RFC 9110 §15.5.6.
        return refuse(405, 'opsdeck serves this address read-only: use GET or HEAD', { allow: 'GET, HEAD' });
      const askedHost = (request.headers.host ?? '').replace(/:\d+$/, '');
      if (isLoopbackHost(host) && !isLoopbackHost(askedHost))
        return refuse(403, 'the Host header is not a name of this machine: use 127.0.0.1 or localhost');
      const found = page((request.url ?? '/').split('?', 1)[0] ?? '/');
      if (found === undefined)
        return refuse(
          404,
          'opsdeck serves no page at this path: use /metrics (Prometheus text) or /levels (JSON)',
        );
      response.writeHead(200, {
        'content-type': found.type,
        'content-length': Buffer.byteLength(found.body),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      response.end(request.method === 'HEAD' ? undefined : found.body);
    },
  );
  // Also ends a connection whose client does not read its answer.
  server.timeout = requestMs;
  limitConnections(server, connections);
  await listening(server, host, port);
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('internal error: a listening server has no port');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
