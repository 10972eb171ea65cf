import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real server with circuit breakers that can be read and moved; it can be made to misbehave. */
export interface BreakerServer {
  readonly url: string;
  readonly states: Map<string, string>;
  /** All changing requests received: 'POST /breakers/broker closed'. */
  readonly changes: string[];
  name: string;
  /** Status of the response to POST. */
  status: number;
  /** True: POST takes effect and is never answered. */
  hangs: boolean;
  /** True: POST is answered with success and has no effect. */
  ignores: boolean;
  /** Called before a change is answered. */
  onChange: () => void;
  /** Number of requests that wait for a response that never comes. */
  hanging(): number;
  /** Replaces the response to GET /breakers. */
  readStatus: number;
  /** The age of that response, in s, as a cache before the server says it. */
  readAge: number;
  reads: number;
  /** Called before a read is answered. */
  onRead: () => void;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
};

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

export const startBreakerServer = async (): Promise<BreakerServer> => {
  let hanging = 0;
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    if (path === '/identity') return response.end(JSON.stringify({ name: made.name }));
    if (request.method === 'GET') {
      made.reads++;
      made.onRead();
      response.statusCode = made.readStatus;
      if (made.readAge > 0) response.setHeader('age', made.readAge);
      return response.end(JSON.stringify(Object.fromEntries(made.states)));
    }
    const to = await bodyOf(request);
    made.changes.push(`${request.method} ${path} ${to}`);
    if (made.hangs) {
      hanging++;
      response.on('close', () => hanging--);
      return;
    }
    response.statusCode = made.status;
    made.onChange();
    if (made.status < 300 && !made.ignores) made.states.set(path.replace('/breakers/', ''), to);
    return response.end('ok');
  });
  const port = await listening(server);
  const made: BreakerServer = {
    url: `http://127.0.0.1:${port}`,
    states: new Map([
      ['broker', 'open'],
      ['ledger', 'open'],
    ]),
    changes: [],
    name: 'demo',
    status: 200,
    hangs: false,
    ignores: false,
    onChange: () => {},
    hanging: () => hanging,
    readStatus: 200,
    readAge: 0,
    reads: 0,
    onRead: () => {},
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return made;
};
