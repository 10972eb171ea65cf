import type { Duplex } from 'node:stream';
import type { Dial } from '../../src/platform/network/dial.ts';
import type { Protocol } from './frames.ts';
import type { WireRecording } from './recording.ts';
import { wirePair } from './wire-pair.ts';

/** A recorded server in this process. */
export interface Replay {
  readonly dial: Dial;
  /** Differences from the recording: requests that changed, and recorded requests that were not sent. Empty when it fits. */
  differences(): readonly string[];
}

const shown = (bytes: string | undefined): string =>
  bytes === undefined ? 'nothing' : JSON.stringify(bytes.slice(0, 200));

/**
 * Answers each connection with the recorded one of the same number, as long as each message of the client equals the
 * recorded one byte by byte; ends the connection at the first that differs.
 */
export const replayInOrder = ({ connections }: WireRecording, protocol: Protocol): Replay => {
  const problems: string[] = [];
  const rests: string[][] = connections.map((messages) => [...messages]);
  let opened = 0;

  const serve = (wire: Duplex, rest: string[]): void => {
    const cut = protocol.client();
    const isSame = (expected: string | undefined, got: string): boolean => {
      if (expected === got || protocol.comparable === undefined || !expected?.startsWith('> '))
        return expected === got;
      const [bytes, other] = [expected, got].map((text) => Buffer.from(text.slice(2), 'latin1'));
      return (
        bytes !== undefined &&
        other !== undefined &&
        protocol.comparable(bytes) === protocol.comparable(other)
      );
    };
    const take = (message: Buffer): void => {
      const wantedBytes = rest.shift();
      const got = `> ${message.toString('latin1')}`;
      if (!isSame(wantedBytes, got)) {
        problems.push(`sent ${shown(got)}, recorded ${shown(wantedBytes)}`);
        wire.destroy();
        return;
      }
      while (rest[0]?.startsWith('< ')) wire.write(Buffer.from(rest.shift()?.slice(2) ?? '', 'latin1'));
    };
    wire.on('data', (chunk: Buffer) => {
      for (const message of cut(chunk)) if (!wire.destroyed) take(message);
    });
    wire.on('error', () => {});
  };

  return {
    dial: async () => {
      const [client, server] = wirePair();
      const rest = rests[opened];
      opened += 1;
      if (rest === undefined) throw new Error(`connection ${opened} was not recorded`);
      serve(server, rest);
      return client;
    },
    differences: () => [
      ...problems,
      ...rests
        .map((rest) => rest.find((message) => message.startsWith('> ')))
        .filter((message) => message !== undefined)
        .map((message) => `not sent: ${shown(message)}`),
    ],
  };
};
