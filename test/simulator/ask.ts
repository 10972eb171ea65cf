import { request } from 'node:http';

export interface HttpResult {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

/** Sends an HTTP request to a server of the simulator; rejects if the connection is cut. */
export const ask = (
  url: string,
  method = 'GET',
  body?: unknown,
  type = 'application/json',
): Promise<HttpResult> =>
  new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'Content-Type': type };
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          type: answer.headers['content-type'] ?? '',
          body: text === '' ? undefined : JSON.parse(text),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });

/** Returns a value of a body by its path: `valueAt(body, 'circuitBreakers', 'broker', 'state')`. */
export const valueAt = (body: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([k]) => k === key)?.[1]
        : undefined,
    body,
  );
