import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What the embedded server would have answered. */
interface Passed {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How the wire treats one request. `pass` asks the embedded server. */
export type Treatment = (
  response: ServerResponse,
  request: IncomingMessage,
  pass: () => Promise<Passed>,
) => void | Promise<void>;

/** A real HTTP server before an embedded one: it treats every request as its mood is, and keeps the books. */
export interface Front {
  /** The embedded server's address, through the front. */
  readonly url: string;
  treat(treatment: Treatment): void;
  readonly methods: () => ReadonlySet<string>;
  asked(): number;
  bytesSent(): number;
  openSockets(): number;
  /** Resolves once this many requests have come since the front was opened. */
  arrived(count: number): Promise<void>;
  /** Resolves once no connection is open. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** What Kubernetes answers and keeps nothing of: what one may do, and a write that it only pretends to do. */
export const declaredRead = /\/selfsubjectaccessreviews$|[?&]dryRun=All(&|$)/;

export const openFront = async (upstream: string): Promise<Front> => {
  const methods = new Set<string>();
  const sockets = new Set<Socket>();
  const looks = new Set<() => void>();
  let treatment: Treatment = healthy;
  let asked = 0;
  let bytes = 0;
  const changed = (): void => {
    for (const look of [...looks]) look();
  };
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      look();
    });

  const server = createServer((request, response) => {
    asked += 1;
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
    asked: () => asked,
    bytesSent: () => bytes,
    openSockets: () => sockets.size,
    arrived: (count) => until(() => asked >= count),
    drained: () => until(() => sockets.size === 0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** The server behind may be gone before it has said everything: an answer that never ends is cut by its close. */
const handled = async (response: ServerResponse, treated: void | Promise<void>): Promise<void> => {
  try {
    await treated;
  } catch {
    response.destroy();
  }
};

/** The embedded server's answer, as it is. */
export const healthy: Treatment = async (response, _, pass) => {
  const { status, headers, body } = await pass();
  response.writeHead(status, headers).end(body);
};

const passOn = async (upstream: string, request: IncomingMessage): Promise<Passed> => {
  const { method } = request;
  const url = new URL(request.url ?? '/', upstream);
  const body = await textOf(request);
  // Without its length, Node sends the body of a DELETE behind the request instead of in it.
  const headers = {
    'content-type': request.headers['content-type'] ?? '',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const onward = ask(url, { method, headers, agent: false }, (answer) => {
      const kept = { 'content-type': answer.headers['content-type'] ?? '' };
      textOf(answer).then(
        (said) => resolve({ status: answer.statusCode ?? 0, headers: kept, body: said }),
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
