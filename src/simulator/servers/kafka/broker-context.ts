import { encodeResponse, type KafkaCall } from '../../../clients/kafka/call.ts';
import type { WireReader } from '../../../clients/kafka/wire-fields.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Messaging } from '../../model/messaging/messaging.ts';
import type { Topic } from '../../model/messaging/topic.ts';

/** An API call that the simulated brokers implement, in one version. */
export interface BrokerCall {
  readonly key: number;
  readonly name: string;
  readonly version: number;
  readonly flexible: boolean;
  /** The response as a frame. */
  reply(body: WireReader, correlation: number, sight: BrokerContext, session: BrokerSession): Buffer;
}

/** Parses requests with the client's field tables, in the opposite direction. */
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

/** Authentication of a cluster's clients; absent: none, or PLAIN with any credentials. */
export interface BrokerLogin {
  /** Valid OAUTHBEARER tokens with their expiry on the clock of `now`. */
  readonly tokens: ReadonlyMap<string, Millis>;
  now(): Millis;
}

/** Authentication state of a connection. */
export interface BrokerSession {
  mechanism?: string;
  /** Error for a refused token, until it has been sent. */
  refused?: string;
  loggedIn: boolean;
}

/** Context of a request to one broker. */
export interface BrokerContext {
  readonly id: number;
  readonly messaging: Messaging;
  /** Loopback ports of all brokers by ID. */
  readonly ports: ReadonlyMap<number, number>;
  /** Model time for a time of the caller's clock. */
  toModel(time: Millis): Millis;
  readonly login?: BrokerLogin;
}

/** Error codes that the simulated brokers return. Source: Apache Kafka, common/protocol/Errors. */
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

/** Addresses of the running brokers. */
export const brokersUp = ({ messaging, ports }: BrokerContext) =>
  messaging.brokerIds
    .filter((id) => messaging.isUp(id))
    .map((id) => ({ id, host: '127.0.0.1', port: ports.get(id) ?? 0, rack: undefined }));

/** Partition metadata: the first running replica is the leader. */
export const partitionStateOf = ({ messaging }: BrokerContext, topic: Topic, partition: number) => {
  const replicas = messaging.replicas(topic, partition);
  const isr = replicas.filter((id) => messaging.isUp(id));
  const offline = replicas.filter((id) => !messaging.isUp(id));
  const leader = isr[0] ?? -1;
  return { error: leader < 0 ? 5 : brokerErrorCodes.none, partition, leader, replicas, isr, offline };
};
