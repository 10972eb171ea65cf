import type { FaultKind, Millis } from '../domain/fault.ts';

/** Time as opsdeck sees it: `now` never goes back and never jumps, so ages and deadlines can be told by it. */
export interface Clock {
  /** Ms since the epoch on a steady clock: the wall clock at the start plus what has passed since. */
  now(): Millis;
  /** What to add to `now()` for the wall clock (0 until somebody sets the machine's clock). */
  wallOffset(): Millis;
  /** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
  sleep(ms: Millis, signal?: AbortSignal): Promise<void>;
  /** Aborts with a TimeoutError DOMException after `ms`; `clear` gives the timer back. */
  deadline(ms: Millis): { readonly signal: AbortSignal; clear(): void };
  /** Calls `tick` every `ms`, aligned so that all tickers of a process fall together; returns how to stop it. */
  every(ms: Millis, tick: () => void): () => void;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default 8 MiB. A longer answer is a `malformed` WireError that says so. */
  readonly maxBytes?: number;
  /** Default 5, same origin only; 0: the redirect itself is the answer. */
  readonly maxRedirects?: number;
  readonly tls?: TlsOptions;
}

export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
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

/** A connection that failed, in the trade's words. Thrown by `io`, turned into a Fault at the edge of a source. */
export class WireError extends Error {
  readonly kind: FaultKind;
  readonly retryAfterMs: number | undefined;
  constructor(kind: FaultKind, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'WireError';
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
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

/** The reading door: nothing reachable through it changes the outside. */
export interface ReadIo {
  readonly clock: Clock;
  /** GET and HEAD only. Throws WireError. The signal ends the request and closes its socket at once. */
  get(
    request: Omit<HttpRequest, 'method' | 'body'> & { method?: 'GET' | 'HEAD' },
    signal: AbortSignal,
  ): Promise<HttpAnswer>;
  /** Connects and closes again. Throws WireError. */
  tcp(host: string, port: number, signal: AbortSignal): Promise<{ readonly latencyMs: number }>;
  /** Shakes hands and closes again; an untrusted certificate is an answer, not an error. Throws WireError. */
  tls(host: string, port: number, signal: AbortSignal, options?: TlsOptions): Promise<TlsPeer>;
  /** Ends every connection that this io holds open. */
  close(): Promise<void>;
}

/**
 * The changing door. Only `engine/executor` is given one, and lends it to one operation for one confirmed plan;
 * after `act` has ended, the lease is over and every call throws.
 */
export interface ChangeIo {
  readonly clock: Clock;
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
}
