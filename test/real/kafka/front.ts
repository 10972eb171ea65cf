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

/** Splits a byte stream into complete frames, each including its length. */
const splitFrames = (socket: Socket, take: (frame: Buffer) => void): void => {
  let buffered = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= 4 && buffered.length >= buffered.readInt32BE() + 4) {
      const length = buffered.readInt32BE() + 4;
      take(buffered.subarray(0, length));
      buffered = buffered.subarray(length);
    }
  });
};

/** Replaces the broker's port with the proxy's port in responses that contain addresses. */
const redirected = (name: string, frame: Buffer, port: number): Buffer => {
  const correlation = frame.readInt32BE(4);
  if (name === metadata.name) {
    const response = decodeResponse(metadata, frame.subarray(8));
    const brokers = response.brokers.map((broker) => ({ ...broker, port }));
    return encodeResponse(metadata, correlation, { ...response, brokers });
  }
  if (name !== findCoordinator.name) return frame;
  const response = decodeResponse(findCoordinator, frame.subarray(8));
  const coordinators = response.coordinators.map((coordinator) => ({ ...coordinator, port }));
  return encodeResponse(findCoordinator, correlation, { ...response, coordinators });
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
    splitFrames(broker, (frame) => waiting.shift()?.(frame));
    splitFrames(client, (packet) => {
      const frame = packet.subarray(4);
      const name = nameOf(frame.readInt16BE());
      front.receive({
        name,
        correlation: frame.readInt32BE(4),
        frame,
        socket: client,
        answer: () =>
          new Promise((resolve) => {
            waiting.push((answer) => resolve(redirected(name, answer, port)));
            broker.write(packet);
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
