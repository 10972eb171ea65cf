import { request } from 'node:http';
import type { Readable } from 'node:stream';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const withinMs = 60_000;

/** Calls the Docker Engine API over its Unix socket. `body`: JSON, or a tar stream. Does not reject for an error status. */
export const callEngine = (
  socketPath: string,
  method: string,
  path: string,
  body?: object | Readable,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const isStream = body !== undefined && 'pipe' in body;
    const headers = { 'content-type': isStream ? 'application/x-tar' : 'application/json' };
    const signal = AbortSignal.timeout(withinMs);
    const outgoing = request({ socketPath, method, path: `/v1.41${path}`, headers, signal }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    outgoing.once('error', reject);
    if (isStream) body.pipe(outgoing);
    else outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });

/** Calls the API and parses the JSON response; `T` is its type. Rejects unless the status is 2xx. */
export const askEngine = async <T = unknown>(
  socket: string,
  method: string,
  path: string,
  body?: object | Readable,
): Promise<T> => {
  const { status, body: text } = await callEngine(socket, method, path, body);
  if (status < 200 || status > 299)
    throw new Error(`docker answered ${status} to ${method} ${path}: ${text}`);
  const [first = ''] = text.toString('utf8').split('\n');
  return JSON.parse(first === '' ? 'null' : first);
};
