import { createServer, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import { decodeRequestHeader } from '../../../clients/kafka/call.ts';
import { apiVersions, saslAuthenticate, saslHandshake } from '../../../clients/kafka/cluster-calls.ts';
import { defined } from '../../../domain/base/defined.ts';
import { listenOnLoopback } from '../http/loopback.ts';
import type { ProtocolEndpoint } from '../http/simulator-context.ts';
import { changeRecorderFor, type SimulatorContext } from '../http/simulator-context.ts';
import { groupCalls, topicCalls } from './api-calls.ts';
import type { BrokerContext, BrokerLogin, BrokerSession } from './broker-context.ts';
import { type BrokerCall, brokerErrorCodes, defineBrokerCall } from './broker-context.ts';

const mechanismsOf = ({ login }: BrokerContext): readonly string[] => [
  login === undefined ? 'PLAIN' : 'OAUTHBEARER',
];

const saslHandshakeCall = defineBrokerCall(saslHandshake, ({ mechanism }, sight, session) => {
  const mechanisms = mechanismsOf(sight);
  if (!mechanisms.includes(mechanism)) return { error: brokerErrorCodes.unsupportedMechanism, mechanisms };
  session.mechanism = mechanism;
  return { error: brokerErrorCodes.none, mechanisms };
});

const authenticated = (error: number, message = '', token = '') => ({
  error,
  message,
  token: Buffer.from(token),
});

/** PLAIN accepts any credentials. A refused token first gets a JSON response, and the client's next message an error. */
const saslAuthenticateCall = defineBrokerCall(saslAuthenticate, ({ token }, { login }, session) => {
  if (session.mechanism === undefined)
    return authenticated(brokerErrorCodes.illegalSaslState, 'no handshake');
  if (session.refused !== undefined)
    return authenticated(brokerErrorCodes.authenticationFailed, session.refused);
  if (login === undefined) {
    session.loggedIn = true;
    return authenticated(brokerErrorCodes.none);
  }
  const [, shown = ''] =
    /^n,,\x01auth=Bearer ([^\x01]+)\x01(?:[A-Za-z]+=[^\x01]*\x01)*\x01$/.exec(token.toString()) ?? [];
  const until = login.tokens.get(shown);
  session.loggedIn = until !== undefined && until > login.now();
  if (session.loggedIn) return authenticated(brokerErrorCodes.none);
  session.refused = '{"status":"invalid_token"}';
  return authenticated(brokerErrorCodes.none, '', session.refused);
});

/** API calls allowed before authentication. */
const beforeLogin: ReadonlySet<number> = new Set([apiVersions.key, saslHandshake.key, saslAuthenticate.key]);

const apiVersionsCall = (error: number): BrokerCall =>
  defineBrokerCall(apiVersions, () => ({
    error,
    calls: calls.map(({ key, version }) => ({ key, from: version, to: version })),
  }));

/** All implemented API calls, each in one version. */
const calls: readonly BrokerCall[] = [
  apiVersionsCall(brokerErrorCodes.none),
  saslHandshakeCall,
  saslAuthenticateCall,
  ...topicCalls,
  ...groupCalls,
];

const isFlexible = (key: number, version: number): boolean =>
  calls.some((call) => call.key === key && call.version === version && call.flexible);

/**
 * The API call with that key and version. For ApiVersions in another version: the oldest response with an error, as from real
 * brokers.
 */
const callOf = (key: number, version: number): BrokerCall | undefined => {
  const brokerCall = calls.find((call) => call.key === key && call.version === version);
  return (
    brokerCall ?? (key === apiVersions.key ? apiVersionsCall(brokerErrorCodes.unsupportedVersion) : undefined)
  );
};

/** A received request without a response yet. */
interface BrokerRequest {
  /** 'Metadata' */
  readonly name: string;
  readonly correlation: number;
  readonly socket: Socket;
  /** The request as received. */
  readonly frame: Buffer;
  /** The broker's regular response. */
  answer(): Buffer;
}

/** Intercepts requests; true if it has handled one itself. */
export type RequestInterceptor = (request: BrokerRequest) => boolean;

interface RunningBroker {
  readonly port: number;
  close(): Promise<void>;
}

const longestQuestion = 4 * 1024 * 1024;

/**
 * Starts one broker on a free loopback port. A broker that is down resets connections instead of refusing them. `tls`: options of
 * Node's server; with `requestCert` and `ca`, clients need a certificate of that CA.
 */
const startBroker = async (
  see: () => BrokerContext,
  interfere: RequestInterceptor = () => false,
  tls?: TlsOptions,
): Promise<RunningBroker> => {
  const sockets = new Set<Socket>();

  const answer = (socket: Socket, frame: Buffer, session: BrokerSession): void => {
    const sight = see();
    if (!sight.messaging.isUp(sight.id)) return void socket.resetAndDestroy();
    const { key, version, correlation, body } = decodeRequestHeader(frame, isFlexible);
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
          // An invalid frame closes the connection.
          socket.destroy();
        }
      }
    });
  };

  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A client may disconnect before its response.
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

/** API calls that change a cluster. Source: Kafka protocol guide, API keys. */
const changing = new Set([
  'CreateTopics',
  'CreatePartitions',
  'OffsetCommit',
  'DeleteTopics',
  'DeleteGroups',
  'AlterConfigs',
  'IncrementalAlterConfigs',
]);

/** Authentication that the brokers require. */
export interface KafkaSecurity {
  readonly tls?: TlsOptions;
  readonly login?: BrokerLogin;
}

/** Starts the brokers of the environment's Kafka cluster, each on a free loopback port: `${world.kafka}` lists them. */
export const startKafkaEndpoint = async (
  view: SimulatorContext,
  interfere?: RequestInterceptor,
  { tls, login }: KafkaSecurity = {},
): Promise<ProtocolEndpoint> => {
  const { messaging: cluster } = view.model.layout(view.env).parts;
  const ports = new Map<number, number>();
  const note = changeRecorderFor(view, 'kafka');
  const see = (id: number): BrokerContext => {
    const { messaging } = view.model.environmentAt(view.env, view.clock.now()).parts;
    if (messaging === undefined) throw new Error(`no messaging in ${view.env} of the simulator`);
    return {
      id,
      messaging,
      ports,
      toModel: (time) => view.model.toModel(time),
      ...defined({ login }),
    };
  };
  const running = await Promise.all(
    (cluster?.brokerIds ?? []).map(async (id) => {
      const broker = await startBroker(
        () => see(id),
        (request) => {
          if (changing.has(request.name)) note(request.name);
          return interfere?.(request) ?? false;
        },
        tls,
      );
      ports.set(id, broker.port);
      return broker;
    }),
  );
  return {
    vars: { kafka: running.map(({ port }) => `127.0.0.1:${port}`).join(',') },
    close: async () => {
      await Promise.all(running.map((broker) => broker.close()));
    },
  };
};
