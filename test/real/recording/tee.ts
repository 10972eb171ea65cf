import { connect } from 'node:net';

import type { Destination, Dial } from '../../../src/platform/network/dial.ts';
import type { Protocol } from '../../replay/frames.ts';
import { wirePair } from '../../replay/wire-pair.ts';

/** Source address of a recorder's connections: a loopback address that servers can distinguish from all others. */
export const recorderAddress = '127.0.0.2';

/** A dial to ports of this machine that records every message in both directions. */
export interface Tee {
  readonly dial: Dial;
  /** Messages by connection, in the format of `WireRecording`. */
  readonly connections: readonly (readonly string[])[];
}

/** `portOf`: maps an address to a port. `from`: the local address; absent: the default. */
export const openTee = (
  portOf: (to: Destination) => number,
  protocol: Protocol,
  from?: typeof recorderAddress,
): Tee => {
  const connections: string[][] = [];
  const dial: Dial = async (to) => {
    const messages: string[] = [];
    connections.push(messages);
    const local = from === undefined ? {} : { localAddress: from };
    const socket = connect({ host: '127.0.0.1', port: portOf(to), ...local, noDelay: true });
    const [client, mine] = wirePair();
    const fromClient = protocol.client();
    const fromServer = protocol.server();
    mine.on('data', (chunk: Buffer) => {
      for (const message of fromClient(chunk)) messages.push(`> ${message.toString('latin1')}`);
      socket.write(chunk);
    });
    socket.on('data', (chunk: Buffer) => {
      for (const message of fromServer(chunk)) messages.push(`< ${message.toString('latin1')}`);
      mine.write(chunk);
    });
    mine.once('close', () => socket.destroy());
    mine.on('error', () => socket.destroy());
    socket.on('error', (error) => client.destroy(error));
    socket.once('close', () => client.destroy());
    return client;
  };
  return { dial, connections };
};
