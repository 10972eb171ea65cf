import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { listenOnLoopback } from './loopback.ts';

/** A plain JSON response, not in Spring's format. */
export const okJson = (json: unknown, delayMs?: number): ServerReply => ({
  status: 200,
  json,
  ...defined({ delayMs }),
});

/** Parses a JSON object; anything else has no fields. */
export const parseBody = (written: string): Readonly<Record<string, unknown>> => {
  try {
    const body: unknown = JSON.parse(written);
    return typeof body === 'object' && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
};

export const notFound: ServerReply = { status: 404, json: { error: 'not found' } };

export const notAllowed = (allow: string): ServerReply => ({
  status: 405,
  json: { error: 'method not allowed' },
  headers: { Allow: allow },
});

/** A parsed request. */
export interface ParsedRequest {
  readonly method: string;
  /** Decoded non-empty path segments: '/a//b%20c' → ['a', 'b c']. */
  readonly path: readonly string[];
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly contentType: string;
  /** Header X-Amz-Target: the action of an AWS JSON request. */
  readonly target?: string;
  /** Header If-None-Match. */
  readonly ifNoneMatch?: string;
  readonly authorization?: string;
  /** Host header of the request, for links. */
  readonly host: string;
  /** Origin of the requesting page, and whether it is same-origin (Fetch Metadata). */
  readonly origin?: string;
  readonly fetchSite?: string;
}

/** A response. Without `json`, `text` and `bytes`, the body is empty. */
export interface ServerReply {
  readonly status: number;
  readonly json?: unknown;
  /** A text body. */
  readonly text?: string;
  /** A binary body. */
  readonly bytes?: Buffer;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Delay of the response in ms. */
  readonly delayMs?: Millis;
}

/** 'cut': no server; the connection is reset. */
export type Handler = (ask: ParsedRequest) => ServerReply | 'cut';

/** A server on a free port of the loopback interface. */
export interface RunningServer {
  readonly url: string;
  /** Also closes every connection. */
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
  const {
    origin,
    'sec-fetch-site': fetchSite,
    'x-amz-target': target,
    'if-none-match': ifNoneMatch,
    authorization,
  } = request.headers;
  return {
    method: request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET'),
    path: segmentsOf(url.pathname),
    rawPath: url.pathname,
    query: url.searchParams,
    body: await bodyOf(request),
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    host,
    ...(typeof target === 'string' ? { target } : {}),
    ...defined({ ifNoneMatch, authorization, origin }),
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
 * Starts a server with `handler`, its delays on `clock`. Rejects only if no port is free. `furnish`: adds protocols beyond plain
 * HTTP, such as WebSockets.
 */
export const serve = async (
  handler: Handler,
  clock: Clock,
  furnish?: (server: Server) => void,
): Promise<RunningServer> => {
  const server = createServer(async (request, response) => {
    // A client may disconnect during its request.
    const ask = await askOf(request).catch(() => undefined);
    const answer = ask === undefined ? 'cut' : handler(ask);
    if (answer === 'cut') return void request.socket.destroy();
    if (answer.delayMs === undefined) return send(response, answer);
    const left = new AbortController();
    response.once('close', () => left.abort('closed'));
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
