import { authorized } from './servers/passwords.ts';
import type { Address } from './servers/server.ts';

/** Requests JSON directly from a real server; `T` is its type. Rejects unless the status is 2xx. */
export const ask = async <T = unknown>(
  { name, port }: Address,
  path: string,
  init: { readonly method?: string; readonly body?: object } = {},
): Promise<T> => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: init.method ?? 'GET',
    headers: { ...authorized, 'content-type': 'application/json' },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${name} answered ${answer.status} to ${path}: ${text.slice(0, 200)}`);
  return JSON.parse(text === '' ? 'null' : text);
};

/** The text of a response with any status. */
export const read = async ({ port }: Address, path: string): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`, { headers: authorized })).text();
