import { connect, createServer, type Socket } from 'node:net';
import { decodeResponse, encodeResponse } from '../../../src/clients/kafka/call.ts';
import {
  apiVersions,
  createPartitions,
  createTopics,
  listOffsets,
  metadata,
  saslAuthenticate,
  saslHandshake,
} from '../../../src/clients/kafka/cluster-calls.ts';
import {
  consumerGroupDescribe,
  describeGroups,
  findCoordinator,
  listGroups,
  offsetCommit,
  offsetFetch,
} from '../../../src/clients/kafka/group-calls.ts';
import { type KafkaFront, kafkaFront } from '../../contract/kafka-front.ts';

const host = '127.0.0.1';
const calls = [
  apiVersions,
  createPartitions,
  createTopics,
  listOffsets,
  metadata,
  saslAuthenticate,
  saslHandshake,
  consumerGroupDescribe,
  describeGroups,
  findCoordinator,
  listGroups,
  offsetCommit,
  offsetFetch,
];
const nameOf = (key: number): string => calls.find((call) => call.key === key)?.name ?? `call ${key}`;

/** Whole frames, their length included, of what comes in pieces. */
const frames = (socket: Socket, take: (frame: Buffer) => void): void => {
  let kept = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]);
    while (kept.length >= 4 && kept.length >= kept.readInt32BE() + 4) {
      const length = kept.readInt32BE() + 4;
      take(kept.subarray(0, length));
      kept = kept.subarray(length);
    }
  });
};

/** What the broker says of where it is, with this front in its place. */
const redirected = (name: string, frame: Buffer, port: number): Buffer => {
  const correlation = frame.readInt32BE(4);
  if (name === metadata.name) {
    const said = decodeResponse(metadata, frame.subarray(8));
    const brokers = said.brokers.map((broker) => ({ ...broker, port }));
    return encodeResponse(metadata, correlation, { ...said, brokers });
  }
  if (name !== findCoordinator.name) return frame;
  const said = decodeResponse(findCoordinator, frame.subarray(8));
  const coordinators = said.coordinators.map((one) => ({ ...one, port }));
  return encodeResponse(findCoordinator, correlation, { ...said, coordinators });
};

/** A proxy in front of a real broker; clients see the proxy's port as the broker's. */
export const openKafkaFront = async (
  toPort: number,
): Promise<KafkaFront & { readonly address: string; close(): Promise<void> }> => {
  const front = kafkaFront();
  const clients = new Set<Socket>();
  let port = 0;
  const server = createServer((client) => {
    const broker = connect(toPort, host);
    const waiting: ((frame: Buffer) => void)[] = [];
    clients.add(client);
    client.on('error', () => {}).once('close', () => broker.destroy());
    client.once('close', () => clients.delete(client));
    broker.on('error', () => {}).once('close', () => client.destroy());
    frames(broker, (frame) => waiting.shift()?.(frame));
    frames(client, (whole) => {
      const frame = whole.subarray(4);
      const name = nameOf(frame.readInt16BE());
      front.take({
        name,
        correlation: frame.readInt32BE(4),
        frame,
        socket: client,
        answer: () =>
          new Promise((resolve) => {
            waiting.push((answer) => resolve(redirected(name, answer, port)));
            broker.write(whole);
          }),
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const bound = server.address();
  port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    ...front,
    address: `${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of clients) client.destroy();
      }),
  };
};
