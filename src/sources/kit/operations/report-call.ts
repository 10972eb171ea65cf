import type { Fault } from '../../../domain/base/fault.ts';
import type { ActEvent } from '../../../domain/runbooks/operation.ts';
import { sentenceCase } from '../../../domain/text/sentence-case.ts';
import { ChangeError, RemediedError } from '../../../platform/network/to-fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';

/**
 * Connections that failed before anything was sent, by their message: behind a tunnel they have no error code that
 * marks them as unsent.
 */
const unsentMessage = /^(?:connection refused|no such host|no route to host)/;

/**
 * Returns whether a failed request may have taken effect: it was sent, and the error is no refusal. An unknown error counts
 * as one that may have.
 */
export const mayHaveTakenEffect = (error: unknown): boolean => {
  if (error instanceof ChangeError) return error.outcome === 'unknown';
  if (!(error instanceof WireError)) return true;
  return !error.isUnsent && error.kind !== 'throttled' && !unsentMessage.test(error.message);
};

/** Returns the error of a response to a change: a 4xx status refuses the request, so nothing was changed. */
export const refusedError = (status: number, error: WireError): WireError => {
  if (status < 400 || status >= 500 || error.kind === 'throttled') return error;
  const remedy = error instanceof RemediedError ? error.remedy : undefined;
  return new ChangeError(error.kind, error.message, { outcome: 'nothing', remedy, cause: error });
};

/** Returns whether the error is a lost connection or no response in time: a request that was sent may still be executed. */
export const isLostConnection = (error: unknown): boolean =>
  error instanceof WireError && (error.kind === 'unreachable' || error.kind === 'timeout');

/** Reporting of the failures of a call. */
export interface CallFailures {
  /** Converts the error of the call to a fault of its source. */
  fault(error: unknown): Fault;
  /** Prefix of the fault's message that the report omits: the address, or the line of the call. */
  readonly prefix?: string;
  /** A request, as the system calls it. Absent: 'request'. */
  readonly noun?: string;
  /** Returns whether the error says that the request had no effect, by the rules of the system. Absent: none does. */
  isRefusal?(error: unknown): boolean;
}

/** Reporting of failures for a client whose faults begin with its address; `noun`: a request, as it calls it. */
export const clientFailures = (
  client: { readonly displayAddress: string; fault(what: string, error: unknown): Fault },
  noun: string,
): CallFailures => ({
  fault: (error) => client.fault('', error),
  prefix: `${client.displayAddress} : `,
  noun,
});

/** The status of a failed call: its reason, whether it may have taken effect, and the remedy. */
export const callFailureText = (
  error: unknown,
  { fault, prefix = '', noun = 'request', isRefusal }: CallFailures,
): string => {
  const { message, remedy } = fault(error);
  const isDoubtful = isRefusal?.(error) !== true && mayHaveTakenEffect(error);
  return [
    message.startsWith(prefix) ? message.slice(prefix.length) : message,
    ...(isDoubtful ? [`The ${noun} may have taken effect anyway`] : []),
    ...(remedy === undefined ? [] : [sentenceCase(remedy)]),
  ].join('. ');
};

/** The reply to a call: its text for the user, and the value that the operation goes on with. */
export interface CallReply<T> {
  readonly status: string;
  /** Absent: true. */
  readonly ok?: boolean;
  readonly value: T;
  /** Lines that the reply brings besides its status. */
  readonly output?: readonly string[];
}

/**
 * Sends one call of a plan and reports its progress. Returns the value of the reply; undefined after a failure, which is
 * reported and not thrown.
 */
export async function* reportCall<T>(
  line: string,
  failures: CallFailures,
  send: () => Promise<CallReply<T>>,
): AsyncGenerator<ActEvent, { readonly value: T } | undefined> {
  yield { is: 'call', line };
  let reply: CallReply<T>;
  try {
    reply = await send();
  } catch (error) {
    yield { is: 'answered', line, status: callFailureText(error, failures), ok: false };
    return undefined;
  }
  const { status, ok = true, value, output = [] } = reply;
  for (const text of output) yield { is: 'output', text };
  yield { is: 'answered', line, status, ok };
  return ok ? { value } : undefined;
}
