import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { WireError } from '../../platform/failures.ts';
import type { Destination, Dial } from '../../platform/network/dial.ts';
import type { TlsOptions } from '../../platform/network/http-messages.ts';
import { tlsConnectOptions } from '../../platform/network/tls-options.ts';
import { abortWireError, wireError } from '../../platform/wire-error.ts';
import { clientCertificateError } from './error.ts';

/** A connection to a broker's port, straight or by a dial, with TLS inside where it is wanted. Throws WireError. */
export const openSocket = async (
  to: Destination,
  { tls, dial }: { readonly tls?: TlsOptions; readonly dial?: Dial },
  signal: AbortSignal,
): Promise<Duplex> => {
  const { host, port } = to;
  const plain =
    dial === undefined
      ? await ready(connect({ host, port, noDelay: true }), 'connect', signal)
      : await dial(to, signal);
  if (tls === undefined) return plain;
  const name = isIP(host) === 0 ? { servername: host } : {};
  const secured = shaken(() => connectTls({ socket: plain, ...name, ...tlsConnectOptions(tls) }), plain);
  secured.once('close', () => plain.destroy());
  return await ready(secured, 'secureConnect', signal);
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

const ready = <S extends Duplex>(
  socket: S,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<S> =>
  new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      socket.removeListener(event, opened).removeListener('error', failed).removeListener('close', closed);
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
    socket.once(event, opened).once('error', failed).once('close', closed);
  });
