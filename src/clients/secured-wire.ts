import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { tlsConnectOptions } from '../platform/network/http-messages.ts';
import { toAbortError, toWireError, WireError } from '../platform/runtime/wire-error.ts';
import type { Transport } from '../platform/transport.ts';

/** A server that is reached with or without TLS from the first byte. */
interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Absent: no TLS. */
  readonly tls?: ReturnType<typeof tlsConnectOptions>;
}

/** Opens TLS over a connection. Its certificate is checked for the host, unless `tls` says otherwise. */
const secured = (wire: Duplex, { host, tls }: ServerAddress, signal: AbortSignal): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({
      socket: wire,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...tls,
    });
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail).off('close', closed);
      settle();
    };
    const fail = (error: Error): void => end(() => reject(toWireError(error) ?? error));
    const abort = (): void => end(() => reject(toAbortError(signal)));
    const closed = (): void =>
      fail(
        new WireError(
          'unreachable',
          'connection closed during the TLS handshake: check whether this port speaks TLS',
        ),
      );
    signal.addEventListener('abort', abort);
    socket.once('error', fail).once('close', closed);
    socket.once('secureConnect', () => end(() => resolve(socket)));
    if (signal.aborted) abort();
  });

/** Connects to a server, with TLS where its address says so. Throws WireError, TunnelError. */
export const openSecuredWire = async (
  address: ServerAddress,
  transport: Transport,
  signal: AbortSignal,
): Promise<Duplex> => {
  const wire = await transport.connect({ host: address.host, port: address.port }, signal);
  // Later errors are reported by the session.
  wire.on('error', () => {});
  if (address.tls === undefined) return wire;
  try {
    return await secured(wire, address, signal);
  } catch (error) {
    wire.destroy();
    throw error;
  }
};
