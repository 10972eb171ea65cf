import { WireError } from '../../platform/failures.ts';
import { RemediedError } from '../../platform/fault.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { field, text } from '../wire-value.ts';
import type { DaemonAddress } from './address.ts';

/** What the daemon says of a refusal (`{"message": "No such container: x"}`), masked. */
export const daemonWords = (answer: { readonly text: string; json(): unknown }): string => {
  try {
    return oneLine(masker.mask(text(field(answer.json(), 'message')) ?? ''));
  } catch {
    return oneLine(masker.mask(answer.text));
  }
};

/** The error, with what the daemon says of it. */
export const withWords = (error: WireError, words: string): WireError =>
  new WireError(error.kind, words === '' ? error.message : `${error.message}: ${words}`, error.retryAfterMs);

interface Explanation {
  readonly kind: 'denied' | 'unreachable' | 'malformed';
  readonly said: RegExp;
  readonly message?: string;
  readonly remedy: string;
}

const ofSockets: readonly Explanation[] = [
  {
    kind: 'denied',
    said: /^permission denied$/,
    remedy:
      'add this user to the group that owns the socket (docker), or name a socket of its own (rootless): socket:',
  },
  {
    kind: 'unreachable',
    said: /^no such file/,
    message: 'no such socket',
    remedy: 'start the Docker daemon, or name its socket: socket:',
  },
  {
    kind: 'unreachable',
    said: /^connection refused$/,
    remedy: 'start the Docker daemon: nobody listens there',
  },
];

const ofAnswers: readonly Explanation[] = [
  {
    kind: 'denied',
    said: /^answered 40[13]/,
    remedy: 'ask whoever runs this daemon: it, or what stands before it, does not let this user do that',
  },
  {
    kind: 'malformed',
    said: /HTTP request to an HTTPS server/,
    remedy: 'it speaks TLS: write host: https://… and tls: { ca, cert, key }',
  },
];

/** A failure with what the reader can do about it: a socket that this user may not open, a daemon that is not there. */
export const explained = (error: unknown, { socketPath }: DaemonAddress): unknown => {
  if (!(error instanceof WireError) || error instanceof RemediedError) return error;
  const known = [...(socketPath === undefined ? [] : ofSockets), ...ofAnswers].find(
    ({ kind, said }) => kind === error.kind && said.test(error.message),
  );
  return known === undefined
    ? error
    : new RemediedError(known.kind, known.message ?? error.message, known.remedy);
};
