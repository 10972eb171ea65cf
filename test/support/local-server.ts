import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listenOnLoopback } from '../../src/simulator/servers/http/loopback.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on the loopback interface, reachable in memory from a simulation. It records requests and open connections. */
export interface LocalServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly asked: readonly string[];
  readonly headers: readonly IncomingMessage['headers'][];
  openSockets(): number;
  /** Resolves once `count` requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Resolves once no connection is open. */
  drained(): Promise<void>;
}

export const localServer = async (handler: Handler): Promise<LocalServer> => {
  const questions: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const check of waiting) check();
  };
  const until = (isReached: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!isReached()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });

  const server = createServer((request, response) => {
    questions.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    request.on('error', () => {});
    response.on('error', () => {});
    changed();
    handler(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      sockets.delete(socket);
      changed();
    });
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked: questions,
    headers,
    openSockets: () => sockets.size,
    arrived: (count) => until(() => questions.length >= count),
    drained: () => until(() => sockets.size === 0),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
