import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';

/** Maps TLS options to those of Node's tls module. An empty `ca` trusts the CAs of the system, like an absent one. */
export const tlsConnectOptions = (tls: TlsOptions | undefined) => ({
  ...(tls?.ca === undefined || tls.ca === '' ? {} : { ca: tls.ca }),
  ...defined({ cert: tls?.cert, key: tls?.key, passphrase: tls?.passphrase, servername: tls?.serverName }),
  ...(tls?.insecure === true ? { rejectUnauthorized: false } : {}),
});

/** A response whose headers have arrived. Chunks are raw bytes; the reader strips what it turns into text. */
export interface HttpStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Ms from sending to the headers. */
  readonly latencyMs: number;
  readonly url: string;
  /** Throws WireError when the connection is lost; ends with the response. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The rest as text without control sequences, at most `maxBytes`: for error responses. */
  text(maxBytes?: number): Promise<string>;
}

export interface WebSocketRequest {
  /** http(s) or ws(s). */
  readonly url: string;
  readonly headers?: HttpHeaders;
  readonly tls?: TlsOptions;
  readonly proxy?: string;
  /** Subprotocols in order of preference. */
  readonly protocols: readonly string[];
  /** The equivalent command line, which names the call in the record of a run. */
  readonly typed?: string;
}

/** An open WebSocket of binary messages. */
export interface WebSocketWire {
  /** The sub-protocol that the server chose. */
  readonly protocol: string;
  /** Ends when the other side closes; throws WireError when the connection is lost. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Resolves when the bytes have been passed to the connection. */
  send(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/** A connection that carries raw bytes in both directions. */
export interface ByteWire {
  /** Bytes of the other side; ends when it ends its side. Throws WireError when the connection is lost. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Resolves when the bytes have been passed on, so that a slow receiver slows the sender down. Throws WireError. */
  send(bytes: Uint8Array): Promise<void>;
  /** Ends this side; the other one stays open. Throws WireError. */
  end(): Promise<void>;
  close(): void;
}

/** The response to a request to switch a connection to raw bytes. */
export interface HttpUpgrade {
  /** 101: the server has switched. */
  readonly status: number;
  /** Absent: the server has not switched. */
  readonly wire?: ByteWire;
  /** The body of a response with another status, without control sequences. */
  readonly text: string;
}

/** Headers by name; a list is a header that is sent several times. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: HttpHeaders;
  readonly body?: string;
  /** Default 8 MiB. A larger response is a `malformed` WireError with the limit. */
  readonly maxBytes?: number;
  /** Default 5, same origin only; 0: the redirect itself is returned. */
  readonly maxRedirects?: number;
  readonly tls?: TlsOptions;
  /** The proxy to connect through: http://, https:// or socks5://[user:password@]host:port. */
  readonly proxy?: string;
  /** Path of a Unix socket to connect to; the URL's host is then only a label. */
  readonly socketPath?: string;
  /** The equivalent command line, which names the call in the record of a run. */
  readonly typed?: string;
}

export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Passphrase of an encrypted `key`. */
  readonly passphrase?: string;
  readonly insecure?: boolean;
  readonly serverName?: string;
}

/** A response with any status. Its text is stripped of control sequences. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The text with its control characters, for a binary format. It is never shown. */
  readonly rawText?: string;
  /** Ms from sending to the last byte. */
  readonly latencyMs: number;
  readonly url: string;
  /**
   * Parses the body as JSON and strips every string. Throws a `malformed` WireError that quotes the start of any
   * other content.
   */
  json(): unknown;
}

export interface TlsPeer {
  /** Expiry of the certificate. */
  readonly validTo: Millis;
  readonly subject: string;
  readonly issuer: string;
  readonly authorized: boolean;
  readonly reason: string;
  readonly latencyMs: number;
}
