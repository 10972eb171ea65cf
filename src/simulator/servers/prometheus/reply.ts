import type { Answer, Ask } from '../serve.ts';

/** The API's envelope around what was found. */
export const success = (data: unknown): Answer => ({ status: 200, json: { status: 'success', data } });

/** The API's way to say no. `bad_data` is the caller's mistake, `execution` that of the data. */
export const failure = (errorType: 'bad_data' | 'execution', error: string): Answer => ({
  status: errorType === 'bad_data' ? 400 : 422,
  json: { status: 'error', errorType, error },
});

export const badParameter = (name: string, why: string): Answer =>
  failure('bad_data', `invalid parameter "${name}": ${why}`);

/** Plain answers of Go's own multiplexer. */
export const pageNotFound: Answer = { status: 404, text: '404 page not found\n' };
export const methodNotAllowed = (allow: string): Answer => ({
  status: 405,
  text: 'Method Not Allowed\n',
  headers: { Allow: allow },
});

/** Parameters of a call: of the address, and of the form in a POST's body, which come first. */
export const formOf = (ask: Ask): URLSearchParams => {
  const isForm = ask.method === 'POST' && ask.contentType === 'application/x-www-form-urlencoded';
  return new URLSearchParams([...(isForm ? new URLSearchParams(ask.body) : []), ...ask.query]);
};
