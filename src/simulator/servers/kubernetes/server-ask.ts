import type { IncomingMessage } from 'node:http';
import type { KubeAsk } from './seat.ts';
import { unauthorized } from './status.ts';
import { userOf } from './users.ts';

/** Takes a request apart. Throws the `401` of a token that nobody has. */
export const askOf = (request: IncomingMessage, body: string): KubeAsk => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const user = userOf(request.headers.authorization);
  if (user === undefined) throw unauthorized();
  return {
    method: request.method ?? 'GET',
    path: url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent),
    query: url.searchParams,
    body,
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    agent: (request.headers['user-agent'] ?? '').split('/')[0] ?? '',
    user,
  };
};
