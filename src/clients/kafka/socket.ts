import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { WireError } from '../../platform/failures.ts';
import type { Destination } from '../../platform/network/dial.ts';
import type { TlsOptions } from '../../platform/network/http-messages.ts';
import { tlsConnectOptions } from '../../platform/network/tls-options.ts';
import type { Transport } from '../../platform/transport.ts';
import { abortWireError, wireError } from '../../platform/wire-error.ts';
import { clientCertificateError } from './error.ts';

/** A connection to a broker's port, with TLS inside where it is wanted. Throws WireError, TunnelError. */
export const openSocket = async (
  to: Destination,
  tls: TlsOptions | undefined,
  transport: Transport,
  signal: AbortSignal,
): Promise<Duplex> => {
  const plain = await transport.connect(to, signal);
  if (tls === undefined) return plain;
  const name = isIP(to.host) === 0 ? { servername: to.host } : {};
  const secured = shaken(() => connectTls({ socket: plain, ...name, ...tlsConnectOptions(tls) }), plain);
  secured.once('close', () => plain.destroy());
  return await secure(secured, signal);
};

/** Options that cannot be used are thrown at once. */
const shaken = <S>(begin: () => S, plain: Duplex): S => {
  try {
    return begin();
  } catch (error) {
    plain.destroy();
    throw (error instanceof Error ? clientCertificateError(error) : undefined) ?? error;
  }
};

const secure = (socket: TLSSocket, signal: AbortSignal): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      socket
        .removeListener('secureConnect', opened)
        .removeListener('error', failed)
        .removeListener('close', closed);
      settle();
    };
    const fail = (error: Error): void =>
      end(() => {
        // Whoever is destroyed may still have an error to tell.
        socket.on('error', () => {}).destroy();
        reject(error);
      });
    const opened = (): void => end(() => resolve(socket));
    const failed = (error: Error): void => fail(clientCertificateError(error) ?? wireError(error) ?? error);
    const closed = (): void => fail(new WireError('unreachable', 'connection closed'));
    const abort = (): void => fail(abortWireError(signal));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    socket.once('secureConnect', opened).once('error', failed).once('close', closed);
  });
