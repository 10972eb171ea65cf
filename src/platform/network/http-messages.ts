import type { Millis } from '../../domain/fault.ts';

/** TLS options in the words of Node's tls module. */
export const tlsConnectOptions = (tls: TlsOptions | undefined) => ({
  ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
  ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
  ...(tls?.key === undefined ? {} : { key: tls.key }),
  ...(tls?.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
  ...(tls?.serverName === undefined ? {} : { servername: tls.serverName }),
  ...(tls?.insecure === true ? { rejectUnauthorized: false } : {}),
});

/** An answer that has begun. Chunks are bytes as they came; whoever reads them strips what becomes text. */
export interface HttpStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Ms from sending to the headers. */
  readonly latencyMs: number;
  readonly url: string;
  /** Throws WireError when the connection is lost; ends when the other side ends the answer. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The whole rest as text without control sequences, at most `maxBytes` of it: for an answer that says why not. */
  text(maxBytes?: number): Promise<string>;
}

export interface WebSocketRequest {
  /** http(s) or ws(s). */
  readonly url: string;
  readonly headers?: HttpHeaders;
  readonly tls?: TlsOptions;
  readonly proxy?: string;
  /** Sub-protocols, the best first. */
  readonly protocols: readonly string[];
  /** The command that a person would type for it: how the call is named in what a run has sent. */
  readonly typed?: string;
}

/** An open WebSocket of binary messages. */
export interface WebSocketWire {
  /** The sub-protocol that the server chose. */
  readonly protocol: string;
  /** Ends when the other side closes; throws WireError when the connection is lost. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Resolves when the bytes have been handed to the connection. */
  send(bytes: Uint8Array): Promise<void>;
  close(): void;
}

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
