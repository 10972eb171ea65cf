import type { Millis } from '../../domain/fault.ts';

/** By name; a list is a header that is sent several times. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: HttpHeaders;
  readonly body?: string;
  /** Default 8 MiB. A longer answer is a `malformed` WireError that says so. */
  readonly maxBytes?: number;
  /** Default 5, same origin only; 0: the redirect itself is the answer. */
  readonly maxRedirects?: number;
  readonly tls?: TlsOptions;
  /** The proxy to connect through: http://, https:// or socks5://[user:password@]host:port. */
  readonly proxy?: string;
  /** Path of a Unix socket to connect to; the URL's host is then only a name. */
  readonly socketPath?: string;
  /** The command that a person would type for it: how the call is named in what a run has sent. */
  readonly typed?: string;
}

export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Of `key`, where that is encrypted. */
  readonly passphrase?: string;
  readonly insecure?: boolean;
  readonly serverName?: string;
}

/** An answer, whatever its status. Text has been stripped of control sequences. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Ms from sending to the last byte, measured here. */
  readonly latencyMs: number;
  readonly url: string;
  /** The body as JSON with every string stripped; throws a `malformed` WireError that says what came instead. */
  json(): unknown;
}

export interface TlsPeer {
  /** When the certificate ends. */
  readonly validTo: Millis;
  readonly subject: string;
  readonly issuer: string;
  readonly authorized: boolean;
  readonly reason: string;
  readonly latencyMs: number;
}
