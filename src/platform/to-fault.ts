import type { Fault, FaultKind, Millis } from '../domain/fault.ts';
import { TunnelError } from './network/dial.ts';
import { oneLine } from './terminal/sanitize.ts';
import { secretMasker } from './terminal/secrets.ts';
import { toWireError, WireError } from './wire-error.ts';

/** Long enough for an address and a reason, short enough for a line of a log. */
const maxMessage = 400;

/** What the reader can do, where the kind alone tells. */
const remedies: { readonly [K in FaultKind]?: string } = {
  denied: "check auth: of this source, and its user's permissions",
};

/** A WireError that knows what the reader can do about it. */
export class RemediedError extends WireError {
  readonly remedy: string | undefined;
  constructor(kind: FaultKind, message: string, remedy: string | undefined) {
    super(kind, message);
    this.remedy = remedy;
  }
}

/** What a failed change has done: nothing (refused, or never sent), a part that its message names, or that is unknown. */
type ChangeOutcome = 'nothing' | 'part' | 'unknown';

/** A change that has failed although its outcome was answered, or before it was sent. */
export class ChangeError extends RemediedError {
  readonly outcome: ChangeOutcome;
  constructor(
    kind: FaultKind,
    message: string,
    { outcome, remedy, cause }: { outcome: ChangeOutcome; remedy?: string | undefined; cause?: unknown },
  ) {
    super(kind, message, remedy);
    this.name = 'ChangeError';
    this.outcome = outcome;
    this.cause = cause;
  }
}

/**
 * A login that has expired, or lacks: `login` is the argv that renews it, to be run by the person at the terminal; [] where only
 * the remedy's words tell how. No secret is in it.
 */
export class LoginExpiredError extends RemediedError {
  readonly login: readonly string[];
  constructor(message: string, remedy: string, login: readonly string[]) {
    super('denied', message, remedy);
    this.name = 'LoginError';
    this.login = login;
  }
}

/** The expired login behind a failure, also where it was told in the words of another one (`cause`). */
export const findLoginExpired = (error: unknown): LoginExpiredError | undefined => {
  if (error instanceof LoginExpiredError) return error;
  return error instanceof Error && error.cause !== undefined && error.cause !== error
    ? findLoginExpired(error.cause)
    : undefined;
};

/**
 * The one place that makes a sentence of a failure: `CALL: what came back`, masked and without control characters.
 * A WireError keeps its kind, an abort is `timeout` or `cancelled`, a socket's error `unreachable`; anything else is
 * our own mistake, a `bug`.
 */
export const toFault = (source: string, call: string, error: unknown, at: Millis): Fault => {
  const wire = toWireError(error);
  const kind = wire?.kind ?? 'bug';
  const reason =
    wire?.message ?? (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  const remedy =
    (wire instanceof RemediedError || wire instanceof TunnelError ? wire.remedy : undefined) ??
    remedies[kind];
  const login = findLoginExpired(error)?.login;
  return {
    kind,
    source,
    message: oneLine(secretMasker.outgoing(call === '' ? reason : `${call}: ${reason}`), maxMessage),
    at,
    ...(wire?.retryAfterMs === undefined ? {} : { retryAfterMs: wire.retryAfterMs }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(login === undefined ? {} : { login }),
  };
};
