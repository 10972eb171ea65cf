import type { Answer } from './serve.ts';

/** A plain JSON answer of an application that is not Spring's. */
export const ok = (json: unknown, delayMs?: number): Answer => ({
  status: 200,
  json,
  ...(delayMs === undefined ? {} : { delayMs }),
});

export const notFound: Answer = { status: 404, json: { error: 'not found' } };

export const notAllowed = (allow: string): Answer => ({
  status: 405,
  json: { error: 'method not allowed' },
  headers: { Allow: allow },
});
