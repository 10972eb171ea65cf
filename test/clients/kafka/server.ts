import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { decodeRequestHeader, encodeResponse, type KafkaCall } from '../../../src/clients/kafka/call.ts';
import { apiVersions, metadata } from '../../../src/clients/kafka/cluster-calls.ts';

/** A call and the response of this server. */
export interface CallResponse {
  readonly call: Pick<KafkaCall<never, unknown>, 'key' | 'version' | 'flexible'>;
  /** No bytes: no response. */
  reply(correlation: number, body: Parameters<KafkaCall<unknown, unknown>['question']['read']>[0]): Buffer;
}

export const responds = <Q, A>(call: KafkaCall<Q, A>, answer: (question: Q) => A): CallResponse => ({
  call,
  reply: (correlation, body) => encodeResponse(call, correlation, answer(call.question.read(body))),
});

/** A supported call without a response. */
export const ignores = (call: CallResponse['call']): CallResponse => ({ call, reply: () => Buffer.alloc(0) });

export interface KafkaServer extends AsyncDisposable {
  readonly port: number;
  readonly address: string;
  /** The names of the received calls, in order. */
  readonly asked: number[];
  /** Resolves once this call was received. */
  arrived(call: CallResponse['call']): Promise<void>;
  connections(): number;
  /** Resolves once no connection is open. */
  drained(): Promise<void>;
  /** Closes open connections, as a broker does with idle ones. */
  cut(): void;
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise<void>((resolve) => setImmediate(resolve));
};

/** A broker with responses defined by the test, and ApiVersions; unsupported calls get no response. */
export const kafkaServer = async (
  responses: (port: number) => readonly CallResponse[],
  tls?: TlsOptions,
): Promise<KafkaServer> => {
  const sockets = new Set<Socket>();
  const questions: number[] = [];
  let connections = 0;
  let all: readonly CallResponse[] = [];
  const isFlexible = (key: number, version: number): boolean =>
    all.some(({ call }) => call.key === key && call.version === version && call.flexible);
  const serve = (socket: Socket): void => {
    connections += 1;
    let kept = Buffer.alloc(0);
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      kept = Buffer.concat([kept, chunk]);
      while (kept.length >= 4 && kept.length >= kept.readInt32BE() + 4) {
        const length = kept.readInt32BE();
        const { key, version, correlation, body } = decodeRequestHeader(
          kept.subarray(4, length + 4),
          isFlexible,
        );
        kept = kept.subarray(length + 4);
        questions.push(key);
        const found = all.find(({ call }) => call.key === key && call.version === version);
        if (found !== undefined) socket.write(found.reply(correlation, body));
      }
    });
  };
  const server: Server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const own = responses(port);
  all = [
    ...own,
    responds(apiVersions, () => ({
      error: 0,
      calls: all.map(({ call }) => ({ key: call.key, from: call.version, to: call.version })),
    })),
  ];
  return {
    port,
    address: `127.0.0.1:${port}`,
    asked: questions,
    arrived: ({ key }) => until(() => questions.includes(key)),
    connections: () => connections,
    drained: () => until(() => sockets.size === 0),
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

/** A cluster of these brokers, and topics with one partition each, led by the given broker. */
export const cluster = (
  brokers: readonly { readonly id: number; readonly host?: string; readonly port: number }[],
  topics: Readonly<Record<string, number>> = {},
): CallResponse =>
  responds(metadata, (question) => ({
    throttleMs: 0,
    brokers: brokers.map(({ id, host = '127.0.0.1', port }) => ({ id, host, port, rack: undefined })),
    clusterId: 'test-cluster',
    controller: brokers[0]?.id ?? -1,
    topics: (question.topics ?? Object.keys(topics)).map((name) => ({
      error: name in topics ? 0 : 3,
      name,
      internal: false,
      partitions: [
        { error: 0, partition: 0, leader: topics[name] ?? -1, replicas: [1], isr: [1], offline: [] },
      ].slice(0, name in topics ? 1 : 0),
    })),
  }));
