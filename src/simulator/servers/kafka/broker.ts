import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { readHead } from '../../../clients/kafka/call.ts';
import { listenOnLoopback } from '../../loopback.ts';
import { beforeLogin, callOf, isFlexible } from './calls.ts';
import type { BrokerSession, BrokerSight } from './sight.ts';

/** A question as it came in, before it is answered. */
export interface Asked {
  /** 'Metadata' */
  readonly name: string;
  readonly correlation: number;
  readonly socket: Socket;
  /** The question as it came. */
  readonly frame: Buffer;
  /** The answer that the broker would give. */
  answer(): Buffer;
}

/** Stands between the questions and the broker: true when it has dealt with one itself. */
export type Interfere = (asked: Asked) => boolean;

interface RunningBroker {
  readonly port: number;
  close(): Promise<void>;
}

const longestQuestion = 4 * 1024 * 1024;

/**
 * Starts one broker on a free loopback port. A broker that is down resets its connections instead of refusing them. `tls`: as Node's
 * server takes it; with `requestCert` and `ca` only clients with a certificate of that CA are let in.
 */
export const startBroker = async (
  see: () => BrokerSight,
  interfere: Interfere = () => false,
  tls?: TlsOptions,
): Promise<RunningBroker> => {
  const sockets = new Set<Socket>();

  const answer = (socket: Socket, frame: Buffer, session: BrokerSession): void => {
    const sight = see();
    if (!sight.messaging.isUp(sight.id)) return void socket.resetAndDestroy();
    const { key, version, correlation, body } = readHead(frame, isFlexible);
    const call = callOf(key, version);
    if (call === undefined) return void socket.destroy();
    if (sight.login !== undefined && !session.loggedIn && !beforeLogin.has(key)) return void socket.destroy();
    const reply = (): Buffer => call.reply(body, correlation, sight, session);
    if (!interfere({ name: call.name, correlation, socket, frame, answer: reply })) socket.write(reply());
  };

  const listen = (socket: Socket): void => {
    let kept = Buffer.alloc(0);
    const session: BrokerSession = { loggedIn: false };
    socket.on('data', (chunk: Buffer) => {
      kept = Buffer.concat([kept, chunk]);
      while (kept.length >= 4 && !socket.destroyed) {
        const length = kept.readInt32BE();
        if (length < 8 || length > longestQuestion) return void socket.destroy();
        if (kept.length < length + 4) return;
        const frame = kept.subarray(4, length + 4);
        kept = kept.subarray(length + 4);
        try {
          answer(socket, frame, session);
        } catch {
          // What cannot be read is none of the world's business.
          socket.destroy();
        }
      }
    });
  };

  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A caller that hangs up while it is being answered is none of the world's business.
    socket.on('error', () => {});
    const { messaging, id } = see();
    if (messaging.isUp(id)) listen(socket);
    else socket.resetAndDestroy();
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  const port = await listenOnLoopback(server);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
