import { connect } from 'node:net';
import { duplexPair } from 'node:stream';
import type { Dial } from '../../../src/io/dial.ts';
import type { Protocol } from '../../replay/frames.ts';

/** Where recorded connections come from: an address of loopback, so that a server can tell them from all others. */
export const recorderAddress = '127.0.0.2';

/** A dial to one port of this machine that keeps every message of both directions. */
export interface Tee {
  readonly dial: Dial;
  /** As `WireRecording` has them. */
  readonly connections: readonly (readonly string[])[];
}

export const openTee = (port: number, protocol: Protocol): Tee => {
  const connections: string[][] = [];
  const dial: Dial = async () => {
    const messages: string[] = [];
    connections.push(messages);
    const socket = connect({ host: '127.0.0.1', port, localAddress: recorderAddress, noDelay: true });
    const [client, mine] = duplexPair();
    const [fromClient, fromServer] = [protocol.client(), protocol.server()];
    mine.on('data', (chunk: Buffer) => {
      for (const message of fromClient(chunk)) messages.push(`> ${message.toString('latin1')}`);
      socket.write(chunk);
    });
    socket.on('data', (chunk: Buffer) => {
      for (const message of fromServer(chunk)) messages.push(`< ${message.toString('latin1')}`);
      mine.write(chunk);
    });
    mine.once('end', () => socket.end());
    mine.once('close', () => socket.destroy());
    mine.on('error', () => socket.destroy());
    socket.on('error', (error) => client.destroy(error));
    socket.once('close', () => client.destroy());
    return client;
  };
  return { dial, connections };
};
