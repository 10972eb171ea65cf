import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Transport } from '../../platform/transport.ts';
import { abortWireError, wireError } from '../../platform/wire-error.ts';
import type { PostgresAddress } from './address.ts';
import { noTls } from './error.ts';

/** Asks whether the server speaks TLS: length 8, code 1234 5679. Source: PostgreSQL docs, Message Formats, SSLRequest. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

const settled = <T>(wire: Duplex, signal: AbortSignal, on: (done: (value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => end(() => reject(abortWireError(signal)));
    const fail = (error: Error): void => end(() => reject(wireError(error) ?? error));
    const closed = (): void =>
      fail(Object.assign(new Error('closed before anything was said'), { code: 'ECONNRESET' }));
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      wire.off('error', fail).off('close', closed);
      settle();
    };
    signal.addEventListener('abort', abort);
    wire.once('error', fail).once('close', closed);
    on((value) => end(() => resolve(value)));
    if (signal.aborted) abort();
  });

const secured = async (
  wire: Duplex,
  { host, tls }: PostgresAddress,
  signal: AbortSignal,
): Promise<Duplex> => {
  const answer = settled<string>(wire, signal, (done) =>
    wire.once('data', (chunk: Buffer) => done(chunk.toString('latin1'))),
  );
  wire.write(sslRequest);
  if ((await answer) !== 'S') throw noTls;
  wire.pause();
  const secure = connectTls({
    socket: wire,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...tls,
  });
  await settled<void>(secure, signal, (done) => secure.once('secureConnect', () => done()));
  return secure;
};

/**
 * A connection to a PostgreSQL server, with TLS on it where the address wants that: nothing has been said yet. Throws
 * WireError, and TunnelError when the dial's way is lost.
 */
export const openWire = async (
  address: PostgresAddress,
  transport: Transport,
  signal: AbortSignal,
): Promise<Duplex> => {
  const { host, port } = address;
  const socket = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : {};
  const wire = await transport.connect({ host, port, ...socket }, signal);
  if (address.tls === undefined) return wire;
  // Whatever happens to it from now on is told by what lies on top of it.
  wire.on('error', () => {});
  try {
    return await secured(wire, address, signal);
  } catch (error) {
    wire.destroy();
    throw wireError(error) ?? error;
  }
};

/** An open connection in the shape that pg wants of a socket that it opens itself: what a Duplex lacks is made up. */
export const asPgStream = (wire: Duplex): Duplex => {
  const itself = (): Duplex => wire;
  const connected = (): Duplex => {
    process.nextTick(() => wire.emit('connect'));
    return wire;
  };
  return Object.assign(wire, {
    connect: connected,
    setNoDelay: itself,
    setKeepAlive: itself,
    ref: itself,
    unref: itself,
  });
};
