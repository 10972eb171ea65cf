import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { defined } from '../domain/base/defined.ts';

/** The response that the upstream server gave. */
interface Passed {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The proxy's handling of one request. `pass` forwards it to the upstream server. */
export type Treatment = (
  response: ServerResponse,
  request: IncomingMessage,
  pass: () => Promise<Passed>,
) => void | Promise<void>;

/**
 * A real HTTP server in front of the upstream one: it handles every request as the current failure mode requires, and records
 * them.
 */
export interface Front {
  /** Address of the upstream server through the proxy. */
  readonly url: string;
  treat(treatment: Treatment): void;
  readonly methods: () => ReadonlySet<string>;
  asked(): number;
  bytesSent(): number;
  openSockets(): number;
  /** Resolves once this many requests have arrived since the proxy was opened. */
  arrived(count: number): Promise<void>;
  /** Resolves once no connection is open. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** Kubernetes requests that do not change anything: access reviews and dry runs. */
export const declaredRead = /\/selfsubjectaccessreviews$|[?&]dryRun=All(&|$)/;

export const openFront = async (upstream: string): Promise<Front> => {
  const methods = new Set<string>();
  const sockets = new Set<Socket>();
  const watchers = new Set<() => void>();
  let treatment: Treatment = healthy;
  let amount = 0;
  let bytes = 0;
  const changed = (): void => {
    for (const notify of [...watchers]) notify();
  };
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        watchers.delete(check);
        resolve();
      };
      watchers.add(check);
      check();
    });

  const server = createServer((request, response) => {
    amount += 1;
    if (!declaredRead.test(request.url ?? '')) methods.add(request.method ?? '');
    response.on('error', () => {});
    void handled(
      response,
      treatment(response, request, () => passOn(upstream, request)),
    );
    changed();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      bytes += socket.bytesWritten;
      sockets.delete(socket);
      changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { pathname } = new URL(upstream);
  return {
    url: `http://127.0.0.1:${port}${pathname === '/' ? '' : pathname}`,
    treat: (next) => {
      treatment = next;
    },
    methods: () => methods,
    asked: () => amount,
    bytesSent: () => bytes,
    openSockets: () => sockets.size,
    arrived: (count) => until(() => amount >= count),
    drained: () => until(() => sockets.size === 0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** The upstream may close before it has responded completely; closing cuts off an endless response. */
const handled = async (response: ServerResponse, treated: void | Promise<void>): Promise<void> => {
  try {
    await treated;
  } catch {
    response.destroy();
  }
};

/** Forwards the upstream response unchanged. */
export const healthy: Treatment = async (response, _, pass) => {
  const { status, headers, body } = await pass();
  response.writeHead(status, headers).end(body);
};

const passOn = async (upstream: string, request: IncomingMessage): Promise<Passed> => {
  const { method } = request;
  const url = new URL(request.url ?? '/', upstream);
  const body = await textOf(request);
  // Without a length, Node sends the body of a DELETE after the request instead of in it.
  const headers = {
    'content-type': request.headers['content-type'] ?? '',
    'content-length': Buffer.byteLength(body),
    // The action of an AWS request.
    ...('x-amz-target' in request.headers ? { 'x-amz-target': request.headers['x-amz-target'] } : {}),
  };
  return new Promise((resolve, reject) => {
    const onward = ask(url, { method, headers, agent: false }, (answer) => {
      const { location } = answer.headers;
      const kept = {
        'content-type': answer.headers['content-type'] ?? '',
        ...defined({ location }),
      };
      textOf(answer).then(
        (text) => resolve({ status: answer.statusCode ?? 0, headers: kept, body: text }),
        reject,
      );
    });
    onward.on('error', reject);
    onward.end(body);
  });
};

const textOf = async (stream: IncomingMessage): Promise<string> => {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += String(chunk);
  return text;
};
