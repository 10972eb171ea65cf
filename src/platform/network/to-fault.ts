import { defined } from '../../domain/base/defined.ts';
import type { Fault, FaultKind, Millis } from '../../domain/base/fault.ts';
import { oneLine } from '../masking/sanitize.ts';
import { secretMasker } from '../masking/secrets.ts';
import { ProgramError, toWireError, WireError } from '../runtime/wire-error.ts';
import { TunnelError } from './dial.ts';

/** Length limit of a message, in characters: enough for an address and a reason, short enough for a log line. */
const maxMessage = 400;

/** The remedy of a refused login that has none of its own. */
export const defaultDeniedRemedy = "check auth: of this source, and the user's permissions";

/** Default remedies by kind. */
const remedies: { readonly [K in FaultKind]?: string } = { denied: defaultDeniedRemedy };

/** A WireError with a remedy. */
export class RemediedError extends WireError {
  readonly remedy: string | undefined;
  constructor(kind: FaultKind, message: string, remedy: string | undefined) {
    super(kind, message);
    this.remedy = remedy;
  }
}

/** The effect of a failed change: none (refused or never sent), partial (named in the message), or unknown. */
type ChangeOutcome = 'nothing' | 'part' | 'unknown';

/** A change that failed with a known outcome, or before it was sent. */
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
 * An expired or missing login. `login`: the argv that renews it, run by the user in the terminal; [] if only the
 * remedy describes how. Contains no secret.
 */
export class LoginExpiredError extends RemediedError {
  readonly login: readonly string[];
  constructor(message: string, remedy: string, login: readonly string[]) {
    super('denied', message, remedy);
    this.name = 'LoginError';
    this.login = login;
  }
}

/** The expired login behind an error, also if another error wraps it (`cause`). */
export const findLoginExpired = (error: unknown): LoginExpiredError | undefined => {
  if (error instanceof LoginExpiredError) return error;
  return error instanceof Error && error.cause !== undefined && error.cause !== error
    ? findLoginExpired(error.cause)
    : undefined;
};

/**
 * Converts any error to a fault with the message `CALL: REASON`, masked and without control characters. A WireError
 * keeps its kind. An abort is `timeout` or `cancelled`, a socket error `unreachable`; everything else is an internal
 * error, a `bug`.
 */
export const toFault = (source: string, call: string, error: unknown, at: Millis): Fault => {
  const wire = toWireError(error);
  const kind = wire?.kind ?? 'bug';
  const reason =
    wire?.message ?? (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  const isRemedied =
    wire instanceof RemediedError || wire instanceof TunnelError || wire instanceof ProgramError;
  const remedy = (isRemedied ? wire.remedy : undefined) ?? remedies[kind];
  const login = findLoginExpired(error)?.login;
  return {
    kind,
    source,
    message: oneLine(secretMasker.outgoing(call === '' ? reason : `${call}: ${reason}`), maxMessage),
    at,
    ...defined({ retryAfterMs: wire?.retryAfterMs, remedy, login }),
  };
};
