import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { tlsConnectOptions } from './agents.ts';
import { type Clock, type TlsOptions, type TlsPeer, WireError } from './io.ts';
import { oneLine } from './sanitize.ts';
import { abortWireError, wireError } from './wire-error.ts';

/** Ms that a TCP connect takes; the connection is closed again. Throws WireError. */
export const connectTcp = (
  host: string,
  port: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly latencyMs: number }> =>
  opened(
    signal,
    clock,
    'connect',
    () => connect({ host, port }),
    (_, latencyMs) => ({ latencyMs }),
  );

/** Who answers a TLS handshake; an untrusted certificate is an answer. The connection is closed again. Throws WireError. */
export const shakeTls = (
  host: string,
  port: number,
  clock: Clock,
  signal: AbortSignal,
  options?: TlsOptions,
): Promise<TlsPeer> =>
  opened(
    signal,
    clock,
    'secureConnect',
    () =>
      connectTls({
        host,
        port,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...tlsConnectOptions(options),
        rejectUnauthorized: false,
      }),
    (socket, latencyMs) => ({ ...peerOf(socket.getPeerCertificate()), ...trustOf(socket), latencyMs }),
  );

const trustOf = (socket: { authorized: boolean; authorizationError: unknown }) => ({
  authorized: socket.authorized,
  reason: socket.authorized ? '' : reasonOf(socket.authorizationError),
});

const reasonOf = (error: unknown): string => {
  const asError =
    error instanceof Error ? error : Object.assign(new Error(String(error)), { code: String(error) });
  return wireError(asError)?.message ?? oneLine(asError.message);
};

const peerOf = (certificate: PeerCertificate) => {
  const validTo = Date.parse(certificate.valid_to);
  if (Number.isNaN(validTo)) throw new WireError('malformed', 'shows no certificate');
  return { validTo, subject: nameOf(certificate.subject), issuer: nameOf(certificate.issuer) };
};

const nameOf = (name: PeerCertificate['subject'] | undefined): string =>
  oneLine([name?.CN ?? name?.O ?? ''].flat().join(', '));

/** Opens a socket, takes what is wanted of it, and ends it whatever happens: also at once when the signal aborts. */
const opened = <S extends Socket, T>(
  signal: AbortSignal,
  clock: Clock,
  event: 'connect' | 'secureConnect',
  open: () => S,
  take: (socket: S, latencyMs: number) => T,
): Promise<T> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortWireError(signal));
    const began = clock.now();
    const socket = open();
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      settle();
    };
    const abort = (): void => end(() => reject(abortWireError(signal)));
    signal.addEventListener('abort', abort);
    socket.once(event, () => {
      try {
        const taken = take(socket, clock.now() - began);
        end(() => resolve(taken));
      } catch (error) {
        end(() => reject(error));
      }
    });
    socket.on('error', (error) => end(() => reject(wireError(error) ?? error)));
    socket.once('close', () => end(() => reject(new WireError('unreachable', 'connection closed'))));
  });
