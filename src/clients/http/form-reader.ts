import { defined } from '../../domain/base/defined.ts';
import type { HttpAnswer, TlsOptions } from '../../platform/network/http-messages.ts';
import { urlUnder } from '../../platform/network/url-under.ts';
import type { Client } from '../../platform/protocol.ts';
import type { Transport } from '../../platform/transport.ts';

/** A server of an HTTP API. */
export interface HttpTarget {
  /** http(s)://HOST:PORT and the path prefix of the API. Its query goes with every request. */
  readonly url: string;
  readonly tls?: TlsOptions;
}

/** The fields of a query that is too long for a URL: they are sent as an HTML form in the body. */
export interface FormQuery {
  readonly form: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 8 MiB. A larger response is a `malformed` WireError that names the limit. */
  readonly maxBytes?: number;
}

/** Sends queries as POST, to paths whose API documentation states that such a POST only reads. */
export interface FormReader<P extends string> extends Client {
  /** Returns the response with any status; redirects are not followed. Throws WireError. */
  query(path: P, query: FormQuery, signal: AbortSignal): Promise<HttpAnswer>;
}

export const createFormReader = <P extends string>(
  transport: Transport,
  { url, tls }: HttpTarget,
  paths: readonly P[],
): FormReader<P> => ({
  query: async (path, { form, headers, maxBytes }, signal) => {
    if (!paths.includes(path)) throw new Error(`a POST to ${path} is not known to read`);
    const request = {
      method: 'POST',
      url: urlUnder(url, path),
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      ...defined({ tls, maxBytes }),
    };
    return transport.http.request(request, transport.within(signal));
  },
  close: async () => {},
});
