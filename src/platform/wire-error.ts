import type { FaultKind } from '../domain/fault.ts';

/** Plain words for the codes of sockets, DNS, TLS and the HTTP client. Source: Node's errno, tls and undici docs. */
const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ECONNABORTED: 'connection reset',
  EPIPE: 'connection closed while sending',
  EHOSTUNREACH: 'no route to host',
  EHOSTDOWN: 'host is down',
  ENETUNREACH: 'network is unreachable',
  EADDRNOTAVAIL: 'no local address can be assigned',
  ETIMEDOUT: 'connection timed out',
  ENOTFOUND: 'no such host in DNS',
  EAI_AGAIN: 'DNS lookup failed',
  EAI_FAIL: 'DNS lookup failed',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  UND_ERR_SOCKET: 'connection closed before the response was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection closed before the response was complete',
  UND_ERR_CLOSED: 'connection closed',
  UND_ERR_DESTROYED: 'connection closed',
  UND_ERR_ABORTED: 'connection closed before the response was complete',
  EPROTO: 'no TLS at that port',
  ENOENT: 'no such file or socket',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; add its CA to tls: { ca }',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an unknown CA; add that CA to tls: { ca }',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified; add its CA to tls: { ca }',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate cannot be verified; add its CA to tls: { ca }',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate cannot be verified; add its CA to tls: { ca }',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; see tls: { serverName }',
};

const malformed: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_OVERFLOW: 'response headers too large',
  Z_DATA_ERROR: 'its body cannot be decompressed',
  Z_BUF_ERROR: 'its compressed body is truncated',
};

/** Any failure of a connection as a WireError; undefined when it is none, so a mistake of our own. */
export const toWireError = (error: unknown): WireError | undefined => {
  if (error instanceof WireError) return error;
  if (!(error instanceof Error)) return undefined;
  const aborted = abortError(error);
  if (aborted) return aborted;
  const code = codeOf(error);
  if (code.startsWith('HPE_') || error.name === 'HTTPParserError')
    return new WireError('malformed', 'not an HTTP response');
  if (/^ERR_(BROTLI|_ERROR_FORMAT|PADDING)/.test(code))
    return new WireError('malformed', 'its body cannot be decompressed');
  if (code === 'EACCES' || code === 'EPERM') return new WireError('denied', 'permission denied');
  const words = malformed[code];
  if (words !== undefined) return new WireError('malformed', words);
  if (code.startsWith('ERR_SSL_')) return new WireError('unreachable', tlsWords(error, code));
  const plain = unreachable[code];
  if (plain === undefined) return undefined;
  const unreached = new WireError('unreachable', plain);
  return failedBefore(error, code) ? markUnsent(unreached) : unreached;
};

/** Codes of a handshake that this side ends: a request follows only upon a certificate that it trusts. */
const distrust = /CERT|^UNABLE_TO_(?:VERIFY|GET_ISSUER)/;

/** Whether it failed while the connection was made: looking the name up, connecting, looking at the certificate. */
const failedBefore = (error: Error, code: string): boolean => {
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || distrust.test(code)) return true;
  const { syscall } = innermost(error) as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo';
};

/** Our own end of a request: a deadline's TimeoutError says how long it was; anything else was a cancel. */
const abortError = (error: Error): WireError | undefined => {
  if (error.name === 'TimeoutError')
    return new WireError(
      'timeout',
      error.message.startsWith('no answer') ? error.message : 'no answer in time',
    );
  if (error.name === 'AbortError' && codeOf(error) !== 'UND_ERR_ABORTED')
    return new WireError('cancelled', 'cancelled');
  return undefined;
};

const tlsWords = (error: Error, code: string): string =>
  code === 'ERR_SSL_WRONG_VERSION_NUMBER' || /wrong version number|packet length/.test(error.message)
    ? 'no TLS at that port'
    : `TLS failed: ${code.slice('ERR_SSL_'.length).toLowerCase().replaceAll('_', ' ')}`;

/** The code of an error, of the first that an AggregateError (both address families refused) holds, or of its cause. */
const codeOf = (error: Error): string => {
  const { code } = innermost(error) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** The first error with a code, in that order; the last where none has one. */
const innermost = (error: Error): Error => {
  const isCoded = 'code' in error && typeof error.code === 'string' && !(error instanceof DOMException);
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return isCoded || !(inner instanceof Error) || inner === error ? error : innermost(inner);
};

/** Why a signal was aborted, as the WireError that its request ends with. */
export const toAbortError = (signal: AbortSignal): WireError => {
  const reason: unknown = signal.reason;
  return (
    (reason instanceof Error ? toWireError(reason) : undefined) ?? new WireError('cancelled', 'cancelled')
  );
};

/** A connection that failed, in the trade's words. Thrown by the platform and its clients, turned into a Fault at the edge of a source. */
export class WireError extends Error {
  readonly kind: FaultKind;
  readonly retryAfterMs: number | undefined;
  /** True: it failed before anything of the call left this process. */
  isUnsent = false;
  constructor(kind: FaultKind, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'WireError';
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The same failure, of a call of which nothing has left. */
export const markUnsent = <E extends WireError>(error: E): E => {
  error.isUnsent = true;
  return error;
};

/** A program that could not be started or was not let run to its end; holds what it had said until then. */
export class ProgramError extends WireError {
  readonly out: string;
  readonly err: string;
  readonly remedy: string | undefined;
  /** Ids of processes of it that go on here, and could not be ended. */
  readonly left: readonly number[];
  /** What became of it where it runs elsewhere, in words. */
  readonly fate: string | undefined;
  constructor(
    kind: FaultKind,
    message: string,
    said: {
      readonly out?: string;
      readonly err?: string;
      readonly remedy?: string;
      readonly left?: readonly number[];
      readonly fate?: string;
    } = {},
  ) {
    super(kind, message);
    this.name = 'ProgramError';
    this.out = said.out ?? '';
    this.err = said.err ?? '';
    this.remedy = said.remedy;
    this.left = said.left ?? [];
    this.fate = said.fate;
  }
}
