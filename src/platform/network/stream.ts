import type { HttpHeaders, TlsOptions } from './http-messages.ts';

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
