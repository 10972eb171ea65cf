import { encodeResponse, type KafkaCall } from '../../../clients/kafka/call.ts';
import type { WireReader } from '../../../clients/kafka/wire-fields.ts';
import type { Millis } from '../../../domain/fault.ts';
import type { Messaging } from '../../model/messaging/messaging.ts';
import type { Topic } from '../../model/messaging/topic.ts';

/** A call that the embedded brokers answer, in one version. */
export interface BrokerCall {
  readonly key: number;
  readonly name: string;
  readonly version: number;
  readonly flexible: boolean;
  /** The answer as a frame. */
  reply(body: WireReader, correlation: number, sight: BrokerContext, session: BrokerSession): Buffer;
}

/** The same table of fields that the client writes with is read here, and the other way round. */
export const defineBrokerCall = <Q, A>(
  call: KafkaCall<Q, A>,
  answer: (question: Q, sight: BrokerContext, session: BrokerSession) => A,
): BrokerCall => ({
  key: call.key,
  name: call.name,
  version: call.version,
  flexible: call.flexible,
  reply: (body, correlation, sight, session) =>
    encodeResponse(call, correlation, answer(call.question.read(body), sight, session)),
});

/** How the brokers of a cluster let clients in; absent: whoever comes, by PLAIN or without a login. */
export interface BrokerLogin {
  /** Tokens of OAUTHBEARER that are good, and when they end on the clock of `now`. */
  readonly tokens: ReadonlyMap<string, Millis>;
  now(): Millis;
}

/** What a connection has shown of itself. */
export interface BrokerSession {
  mechanism?: string;
  /** Why a token was refused, until the client has heard it. */
  refused?: string;
  loggedIn: boolean;
}

/** What one broker sees when it is asked something. */
export interface BrokerContext {
  readonly id: number;
  readonly messaging: Messaging;
  /** The ports of all brokers on loopback, by id. */
  readonly ports: ReadonlyMap<number, number>;
  /** A moment of the caller's clock in the model. */
  toModel(at: Millis): Millis;
  readonly login?: BrokerLogin;
}

/** Error codes that the embedded brokers answer with. Source: Apache Kafka, common/protocol/Errors. */
export const brokerErrorCodes = {
  none: 0,
  unknownTopic: 3,
  notLeader: 6,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  invalidTopic: 17,
  unknownMember: 25,
  unsupportedMechanism: 33,
  illegalSaslState: 34,
  unsupportedVersion: 35,
  topicExists: 36,
  invalidPartitions: 37,
  invalidReplication: 38,
  authenticationFailed: 58,
} as const;

/** Where the brokers that are up can be reached. */
export const brokersUp = ({ messaging, ports }: BrokerContext) =>
  messaging.brokerIds
    .filter((id) => messaging.isUp(id))
    .map((id) => ({ id, host: '127.0.0.1', port: ports.get(id) ?? 0, rack: undefined }));

/** A partition as the cluster knows it: the first replica that is up leads. */
export const partitionStateOf = ({ messaging }: BrokerContext, topic: Topic, partition: number) => {
  const replicas = messaging.replicas(topic, partition);
  const isr = replicas.filter((id) => messaging.isUp(id));
  const offline = replicas.filter((id) => !messaging.isUp(id));
  const leader = isr[0] ?? -1;
  return { error: leader < 0 ? 5 : brokerErrorCodes.none, partition, leader, replicas, isr, offline };
};
