import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import { oneLine } from '../masking/sanitize.ts';
import type { Clock } from '../runtime/clock.ts';
import { startStopwatch } from '../runtime/stopwatch.ts';
import { toAbortError, toWireError, WireError } from '../runtime/wire-error.ts';
import type { Destination, Dial } from './dial.ts';
import type { TlsOptions, TlsPeer } from './http-messages.ts';
import { tlsConnectOptions } from './http-messages.ts';

/** The clock and the dial of a connection. */
interface Net {
  readonly clock: Clock;
  readonly dial?: Dial;
}

/** Returns the ms that a TCP connect takes; the connection is closed again. Throws WireError. */
export const connectTcp = (
  host: string,
  port: number,
  { clock, dial }: Net,
  signal: AbortSignal,
): Promise<{ readonly latencyMs: number }> =>
  dial === undefined
    ? opened(
        signal,
        clock,
        'connect',
        () => connect({ host, port }),
        (_, latencyMs) => ({ latencyMs }),
      )
    : dialled(dial, { host, port }, clock, signal);

/** A connection target. `path`: a Unix socket of this machine, used when there is no dial. */
export type ConnectTarget = Destination & { readonly path?: string };

/**
 * Opens a connection that stays open. The signal cancels connecting, not the connection. Throws WireError, and
 * TunnelError when the dial's tunnel is lost.
 */
export const openTcp = async (
  to: ConnectTarget,
  dial: Dial | undefined,
  signal: AbortSignal,
): Promise<Duplex> => {
  if (signal.aborted) throw toAbortError(signal);
  return dial === undefined ? straight(to, signal) : dial(to, signal);
};

const straight = ({ host, port, path }: ConnectTarget, signal: AbortSignal): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const socket =
      path === undefined ? connect({ host, port, noDelay: true, keepAlive: true }) : connect({ path });
    const abort = (): void => {
      socket.destroy();
      reject(toAbortError(signal));
    };
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', abort);
      reject(toWireError(error) ?? error);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      resolve(socket);
    });
  });

/** A dial resolves once the connection is open. */
const dialled = async (
  dial: Dial,
  to: { readonly host: string; readonly port: number },
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly latencyMs: number }> => {
  const elapsed = startStopwatch(clock);
  const wire = await dial(to, signal);
  wire.destroy();
  return { latencyMs: elapsed() };
};

/**
 * Returns the peer certificate of a TLS handshake; an untrusted one is a result. The connection is closed again.
 * Throws WireError.
 */
export const probeTls = async (
  host: string,
  port: number,
  { clock, dial }: Net,
  signal: AbortSignal,
  options?: TlsOptions,
): Promise<TlsPeer> => {
  const wire = await dial?.({ host, port }, signal);
  return opened(
    signal,
    clock,
    'secureConnect',
    (): TLSSocket =>
      connectTls({
        ...(wire === undefined ? { host, port } : { socket: wire }),
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...tlsConnectOptions(options),
        rejectUnauthorized: false,
      }),
    (socket, latencyMs) => ({ ...peerOf(socket.getPeerCertificate()), ...trustOf(socket), latencyMs }),
  );
};

const trustOf = (socket: { authorized: boolean; authorizationError: unknown }) => ({
  authorized: socket.authorized,
  reason: socket.authorized ? '' : reasonOf(socket.authorizationError),
});

const reasonOf = (error: unknown): string => {
  const asError =
    error instanceof Error ? error : Object.assign(new Error(String(error)), { code: String(error) });
  return toWireError(asError)?.message ?? oneLine(asError.message);
};

const peerOf = (certificate: PeerCertificate) => {
  const validTo = Date.parse(certificate.valid_to);
  if (Number.isNaN(validTo))
    throw new WireError('malformed', 'the server shows no certificate: check whether the port speaks TLS');
  return { validTo, subject: nameOf(certificate.subject), issuer: nameOf(certificate.issuer) };
};

const nameOf = (name: PeerCertificate['subject'] | undefined): string =>
  oneLine([name?.CN ?? name?.O ?? ''].flat().join(', '));

/** Opens a socket, reads a result from it, and destroys it in every case; immediately when the signal aborts. */
const opened = <S extends Duplex, T>(
  signal: AbortSignal,
  clock: Clock,
  event: 'connect' | 'secureConnect',
  open: () => S,
  take: (socket: S, latencyMs: number) => T,
): Promise<T> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(toAbortError(signal));
    const elapsed = startStopwatch(clock);
    const socket = open();
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      settle();
    };
    const abort = (): void => end(() => reject(toAbortError(signal)));
    signal.addEventListener('abort', abort);
    socket.once(event, () => {
      try {
        const taken = take(socket, elapsed());
        end(() => resolve(taken));
      } catch (error) {
        end(() => reject(error));
      }
    });
    socket.on('error', (error) => end(() => reject(toWireError(error) ?? error)));
    socket.once('close', () => end(() => reject(new WireError('unreachable', 'connection closed'))));
  });
