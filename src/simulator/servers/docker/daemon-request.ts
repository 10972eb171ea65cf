import type { IncomingMessage, ServerResponse } from 'node:http';

/** A frame of the multiplexed stream: stdout is 1, stderr 2. Source: Docker Engine API, ContainerAttach. */
export const streamFrame = (output: string | Uint8Array, stream: 1 | 2): Buffer => {
  const payload = typeof output === 'string' ? Buffer.from(output) : output;
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
};

/** Bytes that the daemon copies at once. Source: io.Copy of Go. */
const copiedBytes = 32 * 1024;

/** The output of a program as frames of at most 32 KiB; without output, none. */
export const streamFrames = (output: string | Uint8Array, stream: 1 | 2): Buffer => {
  const payload = typeof output === 'string' ? Buffer.from(output) : output;
  const count = Math.ceil(payload.length / copiedBytes);
  return Buffer.concat(
    Array.from({ length: count }, (_, index) =>
      streamFrame(payload.subarray(index * copiedBytes, (index + 1) * copiedBytes), stream),
    ),
  );
};

/** A parsed request to the daemon; `path` without the API version. */
export interface DaemonRequest {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
}

const longestBody = 64 * 1024;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += String(chunk);
    if (body.length > longestBody) return '';
  }
  return body;
};

export const parseDaemonRequest = async (request: IncomingMessage): Promise<DaemonRequest> => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://docker');
  const path = pathname.split('/').filter((part) => part !== '');
  const isVersioned = /^v\d+\.\d+$/.test(path[0] ?? '');
  return {
    method: request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET'),
    path: (isVersioned ? path.slice(1) : path).map(decodeURIComponent),
    query: searchParams,
    body: await bodyOf(request),
  };
};

/** A response with or without a body. */
export interface DaemonReply {
  readonly status: number;
  readonly page?: unknown;
}

/** 'streamed': the handler writes the response itself. */
export type DaemonResponse = DaemonReply | 'streamed';

/** An error in the daemon's format. */
export const errorReply = (status: number, message: string): DaemonReply => ({ status, page: { message } });

export const sendReply = (response: ServerResponse, { status, page }: DaemonReply): void => {
  const text = page === undefined ? '' : `${JSON.stringify(page)}\n`;
  const type = page === undefined ? {} : { 'Content-Type': 'application/json' };
  // These statuses have no body (RFC 9110), so a Content-Length would be invalid.
  const length =
    status === 204 || status === 304 ? {} : { 'Content-Length': String(Buffer.byteLength(text)) };
  response.writeHead(status, { ...type, ...length });
  response.end(text);
};
