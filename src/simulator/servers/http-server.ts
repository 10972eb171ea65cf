import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import { listenOnLoopback } from '../loopback.ts';

/** A plain JSON answer of an application that is not Spring's. */
export const okJson = (json: unknown, delayMs?: number): ServerReply => ({
  status: 200,
  json,
  ...(delayMs === undefined ? {} : { delayMs }),
});

export const notFound: ServerReply = { status: 404, json: { error: 'not found' } };

export const notAllowed = (allow: string): ServerReply => ({
  status: 405,
  json: { error: 'method not allowed' },
  headers: { Allow: allow },
});

/** A request, taken apart. */
export interface ParsedRequest {
  readonly method: string;
  /** Decoded path segments, without empty ones: '/a//b%20c' → ['a', 'b c']. */
  readonly path: readonly string[];
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly contentType: string;
  /** What the caller named as host, for links back. */
  readonly host: string;
  /** The page that asks, as a browser tells it: its origin, and whether that is the server's own (Fetch Metadata). */
  readonly origin?: string;
  readonly fetchSite?: string;
}

/** An answer. Without `json`, `text` and `bytes` the body is empty. */
export interface ServerReply {
  readonly status: number;
  readonly json?: unknown;
  /** A body that is no JSON. */
  readonly text?: string;
  /** A body that is no text. */
  readonly bytes?: Buffer;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the service thinks about it. */
  readonly delayMs?: Millis;
}

/** 'cut': nobody is there; the connection is reset. */
export type Handler = (ask: ParsedRequest) => ServerReply | 'cut';

/** A server that runs on a free port of the loopback interface. */
export interface RunningServer {
  readonly url: string;
  /** Ends every connection too. */
  close(): Promise<void>;
}

const plainText = 'text/plain; charset=utf-8';
const longestBody = 64 * 1024;

const segmentsOf = (pathname: string): readonly string[] => {
  try {
    return pathname
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    return ['%'];
  }
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > longestBody) return '';
  }
  return body;
};

const askOf = async (request: IncomingMessage): Promise<ParsedRequest> => {
  const host = request.headers.host ?? '127.0.0.1';
  const url = new URL(request.url ?? '/', 'http://localhost');
  const { origin, 'sec-fetch-site': fetchSite } = request.headers;
  return {
    method: request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET'),
    path: segmentsOf(url.pathname),
    rawPath: url.pathname,
    query: url.searchParams,
    body: await bodyOf(request),
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    host,
    ...(origin === undefined ? {} : { origin }),
    ...(typeof fetchSite === 'string' ? { fetchSite } : {}),
  };
};

const send = (response: ServerResponse, answer: ServerReply): void => {
  const body = answer.bytes ?? answer.text ?? (answer.json === undefined ? '' : JSON.stringify(answer.json));
  const type =
    body.length === 0
      ? {}
      : { 'Content-Type': answer.type ?? (answer.text === undefined ? 'application/json' : plainText) };
  response.writeHead(answer.status, {
    ...type,
    'Content-Length': String(Buffer.byteLength(body)),
    ...answer.headers,
  });
  response.end(body);
};

/**
 * Starts one server that answers with `handler`, its delays on `clock`; rejects only when no port can be had. `furnish`: hangs on it what is no
 * plain HTTP.
 */
export const serve = async (
  handler: Handler,
  clock: Clock,
  furnish?: (server: Server) => void,
): Promise<RunningServer> => {
  const server = createServer(async (request, response) => {
    // A caller that hangs up while it is being listened to is none of the world's business.
    const ask = await askOf(request).catch(() => undefined);
    const answer = ask === undefined ? 'cut' : handler(ask);
    if (answer === 'cut') return void request.socket.destroy();
    if (answer.delayMs === undefined) return send(response, answer);
    const left = new AbortController();
    response.once('close', () => left.abort());
    await clock.sleep(answer.delayMs, left.signal);
    if (!left.signal.aborted) send(response, answer);
  });
  furnish?.(server);
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
