import type { Socket } from 'node:net';
import { encodeResponse } from '../../src/clients/kafka/call.ts';
import { saslAuthenticate } from '../../src/clients/kafka/cluster-calls.ts';
import type { FailureMode } from '../../src/testing/failure-modes.ts';
import type { Wire } from '../../src/testing/source-rig.ts';

/** A request on its way to a broker. */
export interface BrokerRequest {
  /** 'Metadata' */
  readonly name: string;
  readonly correlation: number;
  readonly frame: Buffer;
  readonly socket: Socket;
  /** Returns the broker's response. */
  answer(): Promise<Buffer>;
}

type Handler = (request: BrokerRequest) => void | Promise<void>;

/** A failure mode of every broker, request by request. */
export interface KafkaFailureMode extends FailureMode {
  readonly handle: Handler;
}

const half = (whole: Buffer): Buffer => whole.subarray(0, Math.floor(whole.length / 2));
const tooLong = Buffer.from([0x40, 0, 0, 0, 1, 2, 3, 4]);

export const forward: Handler = async ({ socket, answer }) => void socket.write(await answer());

export const kafkaFailureModes: readonly KafkaFailureMode[] = [
  { name: 'down', fault: 'unreachable', row: 'down', handle: ({ socket }) => void socket.resetAndDestroy() },
  {
    name: 'denied',
    fault: 'denied',
    row: 'unknown',
    handle: async (request) => {
      const { name, correlation, socket, frame } = request;
      if (name !== 'SaslAuthenticate') return forward(request);
      // Misbehaving servers echo the credentials.
      const message = `Authentication failed: ${frame.toString('utf8').split('\0').at(-1)}`;
      socket.write(
        encodeResponse(saslAuthenticate, correlation, { error: 58, message, token: Buffer.alloc(0) }),
      );
    },
  },
  {
    name: 'garbage',
    fault: 'malformed',
    row: 'down',
    handle: ({ socket }) => void socket.end('\x16\x03\x01\x1b[2J\x1b]0;owned\x07'),
  },
  {
    name: 'an HTTP server',
    fault: 'malformed',
    row: 'down',
    handle: ({ socket }) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  },
  {
    name: 'a length of 1 GiB',
    fault: 'malformed',
    row: 'down',
    handle: ({ socket }) => void socket.write(tooLong),
  },
  {
    name: 'a truncated response',
    fault: 'unreachable',
    row: 'down',
    handle: async ({ socket, answer }) => void socket.end(half(await answer())),
  },
  {
    name: 'a response with missing fields',
    fault: 'malformed',
    row: 'down',
    handle: async ({ socket, answer }) => {
      const cut = Buffer.from(half(await answer()));
      cut.writeInt32BE(cut.length - 4);
      socket.write(cut);
    },
  },
  { name: 'hanging', fault: 'timeout', row: 'down', hangs: true, handle: () => {} },
  {
    name: 'a response that stalls',
    fault: 'timeout',
    row: 'down',
    hangs: true,
    handle: async ({ socket, answer }) => void socket.write(half(await answer())),
  },
];

/** 'POST' for requests that change something. In these two APIs the last byte 1 means validate only. */
const methodOf = ({ name, frame }: BrokerRequest): string => {
  if (name === 'CreateTopics' || name === 'CreatePartitions') return frame.at(-1) === 1 ? 'GET' : 'POST';
  return name === 'OffsetCommit' ? 'POST' : 'GET';
};

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise<void>((resolve) => setImmediate(resolve));
};

export interface KafkaFront
  extends Pick<Wire<KafkaFailureMode>, 'set' | 'heal' | 'methods' | 'asked' | 'arrived' | 'drained'> {
  /** Records a request and handles it as the failure requires. */
  receive(request: BrokerRequest): void;
  setHandler(handler: Handler): Promise<void>;
}

/** A proxy in front of the brokers: it sets the failure and records the requests. */
export const kafkaFront = (): KafkaFront => {
  const sockets = new Set<Socket>();
  const methods = new Set<string>();
  let amount = 0;
  let handle = forward;
  /** Closes open connections: they are already authenticated, and only a new one meets the new failure from its start. */
  const setHandler = async (next: Handler): Promise<void> => {
    handle = next;
    for (const socket of sockets) socket.destroy();
    await until(() => sockets.size === 0);
  };
  return {
    receive: (request) => {
      const { socket } = request;
      if (!sockets.has(socket)) socket.once('close', () => sockets.delete(socket));
      sockets.add(socket);
      amount += 1;
      methods.add(methodOf(request));
      void handle(request);
    },
    setHandler,
    set: (failure) => setHandler(failure.handle),
    heal: () => setHandler(forward),
    methods: () => methods,
    asked: () => amount,
    arrived: (count) => until(() => amount >= count),
    drained: () => until(() => sockets.size === 0),
  };
};
