import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Millis } from '../../domain/base/fault.ts';
import type { Destination } from '../../platform/network/dial.ts';
import type { TlsOptions } from '../../platform/network/http-messages.ts';
import { tlsConnectOptions } from '../../platform/network/http-messages.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { toAbortError, toWireError, WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { brokerAddress, parseDestination } from './broker-address.ts';
import type { KafkaCall, KafkaCallName } from './call.ts';
import { apiVersions, createPartitions, createTopics, listOffsets, metadata } from './cluster-calls.ts';
import { ConnectionLostError, KafkaConnection } from './connection.ts';
import {
  consumerGroupDescribe,
  describeGroups,
  findCoordinator,
  listGroups,
  listGroupsUntyped,
  offsetFetch,
} from './group-calls.ts';
import { clientCertificateError } from './kafka-error.ts';
import type { KafkaTarget } from './kafka-types.ts';
import { describeQuorum } from './quorum-call.ts';

/** 'checks': the controller validates a change without applying it. */
type KafkaEffect = 'reads' | 'checks' | 'changes';

const keysOf = (...calls: readonly KafkaCallName[]): ReadonlySet<number> =>
  new Set(calls.map(({ key }) => key));

/** Calls without effects, by API key. Source: Apache Kafka, the protocol guide. */
const reads = keysOf(
  apiVersions,
  findCoordinator,
  listGroups,
  listGroupsUntyped,
  describeGroups,
  consumerGroupDescribe,
  offsetFetch,
  listOffsets,
  describeQuorum,
);
/** Calls with `validate_only`. */
const checkable = keysOf(createTopics, createPartitions);

const says = (question: unknown, field: 'create' | 'onlyCheck', value: boolean): boolean =>
  typeof question === 'object' && question !== null && Reflect.get(question, field) === value;

/** The effect of a call on the cluster. Unknown calls count as changes. */
export const callEffect = ({ key }: KafkaCallName, question: unknown): KafkaEffect => {
  if (reads.has(key)) return 'reads';
  // A broker auto-creates an unknown topic that is requested, unless the request forbids it.
  if (key === metadata.key) return says(question, 'create', false) ? 'reads' : 'changes';
  return checkable.has(key) && says(question, 'onlyCheck', true) ? 'checks' : 'changes';
};

/** Opens a connection to a broker's port, with TLS inside if configured. Throws WireError, TunnelError. */
const openSocket = async (
  to: Destination,
  tls: TlsOptions | undefined,
  transport: Transport,
  signal: AbortSignal,
): Promise<Duplex> => {
  const plain = await transport.connect(to, signal);
  if (tls === undefined) return plain;
  const name = isIP(to.host) === 0 ? { servername: to.host } : {};
  const secured = orDestroy(() => connectTls({ socket: plain, ...name, ...tlsConnectOptions(tls) }), plain);
  secured.once('close', () => plain.destroy());
  return await secure(secured, signal);
};

/** Starts TLS. Invalid TLS options throw synchronously; then the plain connection is destroyed. */
const orDestroy = <S>(begin: () => S, plain: Duplex): S => {
  try {
    return begin();
  } catch (error) {
    plain.destroy();
    throw (error instanceof Error ? clientCertificateError(error) : undefined) ?? error;
  }
};

const secure = (socket: TLSSocket, signal: AbortSignal): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      socket
        .removeListener('secureConnect', opened)
        .removeListener('error', failed)
        .removeListener('close', closed);
      settle();
    };
    const fail = (error: Error): void =>
      end(() => {
        // A destroyed socket may still emit an error.
        socket.on('error', () => {}).destroy();
        reject(error);
      });
    const opened = (): void => end(() => resolve(socket));
    const failed = (error: Error): void => fail(clientCertificateError(error) ?? toWireError(error) ?? error);
    const closed = (): void => fail(new WireError('unreachable', 'connection closed'));
    const abort = (): void => fail(toAbortError(signal));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    socket.once('secureConnect', opened).once('error', failed).once('close', closed);
  });

/** The connections to the brokers of a cluster: one per broker, opened on demand and shared. */
export interface KafkaConnections {
  /** Sends a request. Throws WireError. A read is retried once if its connection turns out to be closed. */
  ask<Q, A>(to: Destination, call: KafkaCall<Q, A>, question: Q, signal: AbortSignal): Promise<A>;
  speaks(to: Destination, call: KafkaCallName, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

/** A connection attempt lives as long as a caller waits for it. */
interface Line {
  readonly connection: Promise<KafkaConnection>;
  readonly stop: AbortController;
  waiting: number;
  open?: KafkaConnection;
}

/** The calls that a client may send. */
type AllowedCalls = 'reads' | 'changes';

/**
 * Opens connections for reads only, or for changes as well. A read-only client refuses any other call before it
 * connects. A changing client sends each change at most once.
 */
export const openConnections = (
  target: KafkaTarget,
  transport: Transport,
  may: AllowedCalls,
): KafkaConnections => {
  const { tls, sasl } = target;
  const lines = new Map<string, Line>();

  const start = (to: Destination): Line => {
    const stop = new AbortController();
    const begin = async (): Promise<KafkaConnection> => {
      const place = transport.isStraight ? to : toEndpoint(to, target);
      const socket = await openSocket(place, tls, transport, stop.signal);
      const connection = new KafkaConnection(socket);
      try {
        await connection.greet(sasl, stop.signal);
        return connection;
      } catch (error) {
        connection.close();
        throw tls !== undefined && error instanceof ConnectionLostError ? closedInTls(tls) : error;
      }
    };
    const line: Line = { connection: begin(), stop, waiting: 0 };
    line.connection.then(
      (connection) => {
        line.open = connection;
      },
      () => {
        if (lines.get(brokerAddress(to)) === line) lines.delete(brokerAddress(to));
      },
    );
    lines.set(brokerAddress(to), line);
    return line;
  };

  const usable = (to: Destination): Line => {
    const line = lines.get(brokerAddress(to));
    const isUsable = line !== undefined && !line.stop.signal.aborted && line.open?.isOpen !== false;
    return isUsable ? line : start(to);
  };

  const connected = async (line: Line, signal: AbortSignal): Promise<KafkaConnection> => {
    if (line.open !== undefined) return line.open;
    line.waiting += 1;
    try {
      return await untilAborted(line.connection, signal);
    } finally {
      line.waiting -= 1;
      if (line.waiting === 0 && line.open === undefined) line.stop.abort(signal.reason);
    }
  };

  const ask: KafkaConnections['ask'] = async (to, call, question, signal) => {
    if (signal.aborted) throw toAbortError(signal);
    const effect = callEffect(call, question);
    if (effect === 'changes' && may === 'reads') throw new Error(`${call.name} is not a read`);
    for (;;) {
      const line = usable(to);
      const isUsed = line.open !== undefined;
      const connection = await connected(line, signal);
      try {
        return await connection.ask(call, question, signal);
      } catch (error) {
        const isStale = error instanceof ConnectionLostError && (isUsed || error.byUs);
        if (!isStale || effect !== 'reads') throw error;
      }
    }
  };

  return {
    ask,
    speaks: async (to, call, signal) => (await connected(usable(to), signal)).speaks(call),
    close: () => {
      for (const { stop, open } of lines.values()) {
        stop.abort(new WireError('cancelled', 'opsdeck has closed this source, so nothing more is read'));
        open?.close();
      }
      lines.clear();
    },
  };
};

/** Many servers reject a client certificate by closing the connection without an alert. */
const closedInTls = ({ cert }: TlsOptions): RemediedError =>
  new RemediedError(
    'unreachable',
    `connection closed before any answer, ${cert === undefined ? 'without' : 'with'} a client certificate`,
    cert === undefined
      ? 'if the brokers require a client certificate, set tls: { cert, key }'
      : 'check that the brokers trust the CA of tls: { cert }',
  );

/**
 * Maps an advertised broker to a tunnel endpoint: 'kafka-0.kafka.prod.svc:9092' is the endpoint 'kafka-0'. Other
 * names are left to the dial.
 */
const toEndpoint = (to: Destination, { brokers }: KafkaTarget): Destination => {
  const [label] = to.host.split('.');
  return brokers.map(parseDestination).find(({ host }) => host === to.host || host === label) ?? to;
};

const untilAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(toAbortError(signal));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });

/** Runs work with a signal that also aborts after a time limit. */
export const timeoutSignal = async <T>(
  clock: Clock,
  patienceMs: Millis,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const { signal: late, clear } = clock.deadline(patienceMs);
  try {
    return await ask(AbortSignal.any([signal, late]));
  } finally {
    clear();
  }
};
