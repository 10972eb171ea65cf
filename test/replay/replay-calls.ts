import type { Duplex } from 'node:stream';
import { kafkaProtocol } from './frames.ts';
import type { WireRecording } from './recording.ts';
import type { Replay } from './replay-frames.ts';
import { wirePair } from './wire-pair.ts';

/** Offset of the correlation id: in a request after length, key and version; in a response after the length. */
const inRequest = 8;
const inAnswer = 4;

interface Call {
  readonly request: Buffer;
  readonly answer: Buffer;
}

/** All requests of a recording with their responses, matched by correlation id. */
const callsIn = ({ connections }: WireRecording): readonly Call[] =>
  connections.flatMap((messages) => {
    const bytesOf = (mark: string) =>
      messages
        .filter((message) => message.startsWith(mark))
        .map((message) => Buffer.from(message.slice(mark.length), 'latin1'));
    const answers = new Map(bytesOf('< ').map((answer) => [answer.readInt32BE(inAnswer), answer]));
    return bytesOf('> ').flatMap((request) => {
      const answer = answers.get(request.readInt32BE(inRequest));
      return answer === undefined ? [] : [{ request, answer }];
    });
  });

/** A request without its correlation id. */
const keyOf = (request: Buffer): string => {
  const copy = Buffer.from(request);
  copy.writeInt32BE(0, inRequest);
  return copy.toString('latin1');
};

/**
 * Answers each Kafka request with the recorded response to the same bytes, ignoring the correlation id. A repeated request
 * gets the next recorded response.
 */
export const replayByContent = (recording: WireRecording): Replay => {
  const problems: string[] = [];
  const answers = new Map<string, Buffer[]>();
  for (const { request, answer } of callsIn(recording))
    answers.set(keyOf(request), [...(answers.get(keyOf(request)) ?? []), answer]);

  const serve = (wire: Duplex): void => {
    const cut = kafkaProtocol.client();
    const take = (request: Buffer): void => {
      const recorded = answers.get(keyOf(request))?.shift();
      if (recorded === undefined) {
        problems.push(`not in the recording: ${shown(request)}`);
        wire.destroy();
        return;
      }
      const answer = Buffer.from(recorded);
      answer.writeInt32BE(request.readInt32BE(inRequest), inAnswer);
      wire.write(answer);
    };
    wire.on('data', (chunk: Buffer) => {
      for (const request of cut(chunk)) if (!wire.destroyed) take(request);
    });
    wire.on('error', () => {});
  };

  return {
    dial: async () => {
      const [client, server] = wirePair();
      serve(server);
      return client;
    },
    differences: () => [
      ...problems,
      ...[...answers].flatMap(([key, rest]) =>
        rest.map(() => `not sent: ${shown(Buffer.from(key, 'latin1'))}`),
      ),
    ],
  };
};

const shown = (request: Buffer): string =>
  `API key ${request.readInt16BE(4)} version ${request.readInt16BE(6)}: ${JSON.stringify(request.toString('latin1', 12))}`;
