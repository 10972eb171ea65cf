import type { FaultKind, Millis } from '../../domain/base/fault.ts';

/**
 * Messages for the error codes of sockets, DNS, TLS and the HTTP client. Source: Node's errno, tls and undici docs.
 */
const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ECONNABORTED: 'connection reset',
  EPIPE: 'the server closed the connection while opsdeck was sending the request',
  EHOSTUNREACH: 'no route to host',
  EHOSTDOWN: 'the host of the server is down',
  ENETUNREACH: 'network is unreachable',
  EADDRNOTAVAIL: 'this machine has no free local port for another connection',
  ETIMEDOUT: 'connection timed out',
  ENOTFOUND: 'no such host in DNS',
  EAI_AGAIN: 'DNS lookup failed',
  EAI_FAIL: 'DNS lookup failed',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  UND_ERR_SOCKET: 'the server closed the connection before the response was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the server closed the connection before the response was complete',
  UND_ERR_CLOSED: 'connection closed',
  UND_ERR_DESTROYED: 'connection closed',
  UND_ERR_ABORTED: 'the server closed the connection before the response was complete',
  EPROTO: 'the server does not speak TLS at this port',
  ENOENT: 'there is no file or socket at this path',
  EIO: 'the disk or the file server reported an input/output error',
  ESTALE: 'the file server no longer knows the file (stale handle)',
  CERT_HAS_EXPIRED: 'the certificate of the server has expired',
  CERT_NOT_YET_VALID: 'the certificate of the server is not valid yet',
  CERT_REVOKED: 'the certificate of the server was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the server is self-signed. Add the CA to tls: { ca }',
  SELF_SIGNED_CERT_IN_CHAIN:
    'the certificate of the server is signed by an unknown CA. Add that CA to tls: { ca }',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the certificate of the server cannot be verified. Add the CA to tls: { ca }',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate of the server cannot be verified. Add the CA to tls: { ca }',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the certificate of the server cannot be verified. Add the CA to tls: { ca }',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the server is for another name. See tls: { serverName }',
};

const malformed: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_OVERFLOW:
    'the server sends more response headers than opsdeck reads: check that the address is that of the expected server',
  Z_DATA_ERROR: 'the response cannot be decompressed: the content does not match the Content-Encoding header',
  Z_BUF_ERROR: 'the compressed response ends too early, so a part is missing: try again',
};

/** The message for an address that cannot exist; a server announced it, or a profile contains it. */
const invalidAddress = (error: Error, code: string): string | undefined => {
  if (code === 'ERR_SOCKET_BAD_PORT') return 'the address has no valid port';
  return isInvalidName(error, code) ? 'the address has no valid host name' : undefined;
};

const isInvalidName = (error: Error, code: string): boolean =>
  (code === 'EINVAL' && syscallOf(error) === 'getaddrinfo') ||
  (code === 'ERR_INVALID_ARG_VALUE' && error.message.includes("'hostname'"));

/** Converts a connection failure to a WireError; undefined for any other error, which is an internal error. */
export const toWireError = (error: unknown): WireError | undefined => {
  if (error instanceof WireError) return error;
  if (!(error instanceof Error)) return undefined;
  const aborted = abortError(error);
  if (aborted) return aborted;
  const code = codeOf(error);
  if (code.startsWith('HPE_') || error.name === 'HTTPParserError')
    return new WireError(
      'malformed',
      'the response is not HTTP: check that the address is that of an HTTP server',
    );
  if (/^ERR_(BROTLI|_ERROR_FORMAT|PADDING)/.test(code))
    return new WireError(
      'malformed',
      'the response cannot be decompressed: the content does not match the Content-Encoding header',
    );
  if (code === 'EACCES' || code === 'EPERM') return new WireError('denied', 'permission denied');
  const words = malformed[code];
  if (words !== undefined) return new WireError('malformed', words);
  if (code.startsWith('ERR_SSL_')) return new WireError('unreachable', tlsWords(error, code));
  const plain = unreachable[code] ?? invalidAddress(error, code);
  if (plain === undefined) return undefined;
  const unreached = new WireError('unreachable', plain);
  return failedBefore(error, code) ? markUnsent(unreached) : unreached;
};

/** Error codes of a TLS handshake that this side rejects: no request is sent to an untrusted certificate. */
const distrust = /CERT|^UNABLE_TO_(?:VERIFY|GET_ISSUER)/;

const syscallOf = (error: Error): string | undefined => (innermost(error) as NodeJS.ErrnoException).syscall;

/** True if the error occurred while connecting: name lookup, connect, or certificate check. */
const failedBefore = (error: Error, code: string): boolean => {
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ERR_SOCKET_BAD_PORT' || distrust.test(code))
    return true;
  const syscall = syscallOf(error);
  return syscall === 'connect' || syscall === 'getaddrinfo';
};

/** An abort by this side: a deadline's TimeoutError names its duration; anything else is a cancellation. */
const abortError = (error: Error): WireError | undefined => {
  if (error.name === 'TimeoutError')
    return new WireError('timeout', error.message.startsWith('no answer') ? error.message : 'timed out');
  if (error.name === 'AbortError' && codeOf(error) !== 'UND_ERR_ABORTED')
    return new WireError('cancelled', 'canceled');
  return undefined;
};

const tlsWords = (error: Error, code: string): string =>
  code === 'ERR_SSL_WRONG_VERSION_NUMBER' || /wrong version number|packet length/.test(error.message)
    ? 'the server does not speak TLS at this port'
    : `TLS failed: ${code.slice('ERR_SSL_'.length).toLowerCase().replaceAll('_', ' ')}`;

/** The code of an error, of its cause, or of the first error of an AggregateError (one per address family). */
const codeOf = (error: Error): string => {
  const { code } = innermost(error) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** The first error with a code, in that order; otherwise the last one. */
const innermost = (error: Error): Error => {
  const isCoded = 'code' in error && typeof error.code === 'string' && !(error instanceof DOMException);
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return isCoded || !(inner instanceof Error) || inner === error ? error : innermost(inner);
};

/** Converts the reason of an aborted signal to the WireError of its request. */
export const toAbortError = (signal: AbortSignal): WireError => {
  const reason: unknown = signal.reason;
  return (
    (reason instanceof Error ? toWireError(reason) : undefined) ?? new WireError('cancelled', 'canceled')
  );
};

/** A server may ask for any delay. After this one it is asked again: its row would be unknown permanently. */
export const longestRetryMs: Millis = 5 * 60_000;

/**
 * A failed connection or call, with a message for users. Thrown by the platform and its clients; a source converts it
 * to a Fault.
 */
export class WireError extends Error {
  readonly kind: FaultKind;
  readonly retryAfterMs: number | undefined;
  /** True: it failed before anything of the call was sent. */
  isUnsent = false;
  constructor(kind: FaultKind, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'WireError';
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A response with more bytes, values or members than are read: a smaller part of it may be asked for. */
export class TooLargeError extends WireError {
  constructor(limit: string) {
    super('malformed', `the response is larger than ${limit}, so opsdeck stopped reading`);
    this.name = 'TooLargeError';
  }
}

/** Returns undefined for `missing`: what was asked for does not exist; rethrows any other error. */
export const undefinedIfMissing = (error: unknown): undefined => {
  if (error instanceof WireError && error.kind === 'missing') return undefined;
  throw error;
};

/** Marks an error as one of a call that was not sent. */
export const markUnsent = <E extends WireError>(error: E): E => {
  error.isUnsent = true;
  return error;
};

/** A program that could not be started or did not run to its end, with its output until then. */
export class ProgramError extends WireError {
  readonly out: string;
  readonly err: string;
  readonly remedy: string | undefined;
  /** IDs of its processes on this machine that could not be killed. */
  readonly left: readonly number[];
  /** The outcome on the remote side, as text. */
  readonly fate: string | undefined;
  constructor(
    kind: FaultKind,
    message: string,
    output: {
      readonly out?: string;
      readonly err?: string;
      readonly remedy?: string;
      readonly left?: readonly number[];
      readonly fate?: string;
    } = {},
  ) {
    super(kind, message);
    this.name = 'ProgramError';
    this.out = output.out ?? '';
    this.err = output.err ?? '';
    this.remedy = output.remedy;
    this.left = output.left ?? [];
    this.fate = output.fate;
  }
}
