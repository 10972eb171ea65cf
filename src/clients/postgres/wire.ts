import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { isLoopbackHost } from '../../platform/network/http-listener.ts';
import { toAbortError, toWireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { isAcceptedRounds } from '../scram.ts';
import type { PostgresAddress } from './address.ts';
import { cleartextRefusedError, notPostgresError, tlsRefusedError } from './postgres-error.ts';
import { SqlError } from './sql-types.ts';

/** Message types of a server. Source: PostgreSQL docs, Message Formats. */
const types = new Set([...Buffer.from('RKSEZTDCNA123nstIGHWdcvV', 'latin1')]);
/** The type and the length, which includes itself. */
const headBytes = 5;
/** Size limit of a response, in bytes; a larger one is refused before it fills the memory. */
const maxAnswerBytes = 8 * 1024 * 1024;
/** Size limit before the first request, in bytes. */
const maxGreetingBytes = 64 * 1024;

/** The type of a request for authentication, and its kinds. Source: PostgreSQL docs, Message Formats, Authentication… */
const authentication = 0x52;
const cleartextPassword = 3;
const saslContinue = 11;

/** Why the client answers no request for authentication of this content; undefined if it may. */
const loginProblem = (body: Buffer, isPrivate: boolean): SqlError | undefined => {
  const kind = body.length < 4 ? -1 : body.readUInt32BE(0);
  if (kind === cleartextPassword && !isPrivate) return cleartextRefusedError;
  if (kind !== saslContinue) return undefined;
  const rounds = /(?:^|,)i=([^,]*)/.exec(body.toString('latin1', 4))?.[1] ?? '';
  return isAcceptedRounds(rounds)
    ? undefined
    : new SqlError(
        'malformed',
        'the server sent a SCRAM challenge that opsdeck cannot parse: check that the server is PostgreSQL',
      );
};

/** No other machine can read along: TLS, a socket of this machine, or its loopback interface. */
export const isPrivateWire = ({ host, tls }: Pick<PostgresAddress, 'host' | 'tls'>): boolean =>
  tls !== undefined || host.startsWith('/') || isLoopbackHost(host);

/** Validates server messages before the client parses them. */
interface Guard {
  /** Resets the size limit for a new request. */
  resetLimits(): void;
}

/**
 * Validates the stream between a connection and the client, and destroys it if it is not PostgreSQL or too large. The
 * client alone would wait forever for an unfinished message, and crash the process on an invalid one. It would also answer every
 * request for a password: one in clear text on a wire that is not `isPrivate`, and one with few iterations, are refused.
 */
export const guardPostgresWire = (wire: Duplex, isPrivate: boolean): Guard => {
  let head = Buffer.alloc(0);
  /** The request for authentication that is being read. */
  let login: Buffer | undefined;
  /** Remaining bytes of the current message. */
  let remainingBytes = 0;
  let answered = 0;
  let limit = maxGreetingBytes;
  /** Processes the next piece of a message; returns the bytes consumed, or the problem. */
  const piece = (chunk: Buffer): number | SqlError => {
    if (remainingBytes > 0) {
      const skipped = Math.min(remainingBytes, chunk.length);
      remainingBytes -= skipped;
      if (login === undefined) return skipped;
      login = Buffer.concat([login, chunk.subarray(0, skipped)]);
      return (remainingBytes === 0 ? loginProblem(login, isPrivate) : undefined) ?? skipped;
    }
    const taken = chunk.subarray(0, headBytes - head.length);
    head = Buffer.concat([head, taken]);
    if (!types.has(head[0] ?? 0)) return notPostgresError();
    if (head.length < headBytes) return taken.length;
    remainingBytes = head.readUInt32BE(1) - (headBytes - 1);
    login = head[0] === authentication && limit === maxGreetingBytes ? Buffer.alloc(0) : undefined;
    head = Buffer.alloc(0);
    if (remainingBytes < 0 || (remainingBytes > limit && limit === maxGreetingBytes))
      return notPostgresError();
    return remainingBytes > limit ? tooLong() : taken.length;
  };
  const inspectResponse = (chunk: Buffer): SqlError | undefined => {
    answered += chunk.length;
    for (let index = 0; index < chunk.length; ) {
      const read = piece(chunk.subarray(index));
      if (typeof read !== 'number') return read;
      index += read;
    }
    return answered > limit ? tooLong() : undefined;
  };
  const emit = wire.emit.bind(wire);
  const taken = (chunk: Buffer): boolean => {
    const error = inspectResponse(chunk);
    if (error === undefined)
      try {
        return emit('data', chunk);
      } catch {
        // The client trusts the lengths inside a message, and throws where no caller could catch it.
        wire.destroy(notPostgresError());
        return true;
      }
    wire.destroy(error);
    return true;
  };
  Object.assign(wire, {
    emit: (event: string | symbol, ...args: readonly unknown[]): boolean => {
      const [chunk] = args;
      if (event !== 'data' || !(chunk instanceof Buffer)) return emit(event, ...args);
      return wire.destroyed || taken(chunk);
    },
  });
  return {
    resetLimits: () => {
      answered = 0;
      limit = maxAnswerBytes;
    },
  };
};

const tooLong = (): SqlError => new SqlError('malformed', 'the response is larger than 8 MiB');

/** SSLRequest: length 8, code 1234 5679. Source: PostgreSQL docs, Message Formats, SSLRequest. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

const settled = <T>(wire: Duplex, signal: AbortSignal, on: (done: (value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => end(() => reject(toAbortError(signal)));
    const fail = (error: Error): void => end(() => reject(toWireError(error) ?? error));
    const closed = (): void =>
      fail(
        Object.assign(
          new Error(
            'the server closed the connection before the first message: see the server log, and whether the port is that of PostgreSQL',
          ),
          { code: 'ECONNRESET' },
        ),
      );
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
  if ((await answer) !== 'S') throw tlsRefusedError;
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
 * Opens a connection to a PostgreSQL server, with TLS if the address requires it. Sends no startup message. Throws
 * WireError, and TunnelError when the dial's tunnel is lost.
 */
export const openPostgresWire = async (
  address: PostgresAddress,
  transport: Transport,
  signal: AbortSignal,
): Promise<Duplex> => {
  const { host, port } = address;
  const socket = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : {};
  const wire = await transport.connect({ host, port, ...socket }, signal);
  if (address.tls === undefined) return wire;
  // Later errors are reported by the layer above.
  wire.on('error', () => {});
  try {
    return await secured(wire, address, signal);
  } catch (error) {
    wire.destroy();
    throw toWireError(error) ?? error;
  }
};

/** Adapts an open connection to pg's socket interface: methods that a Duplex lacks are stubs. */
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
