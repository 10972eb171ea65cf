import type { KafkaCall } from '../../src/clients/kafka/call.ts';
import {
  apiVersions,
  createPartitions,
  createTopics,
  listOffsets,
  metadata,
} from '../../src/clients/kafka/cluster-calls.ts';
import {
  consumerGroupDescribe,
  describeGroups,
  findCoordinator,
  listGroups,
  offsetFetch,
} from '../../src/clients/kafka/group-calls.ts';
import { WireReader } from '../../src/clients/kafka/wire-fields.ts';

/** The parts of a call needed to decode its responses. */
type Answered = Pick<KafkaCall<unknown, unknown>, 'key' | 'name' | 'version' | 'flexible' | 'answer'>;

const calls: readonly Answered[] = [
  apiVersions,
  createPartitions,
  createTopics,
  listOffsets,
  metadata,
  consumerGroupDescribe,
  describeGroups,
  findCoordinator,
  listGroups,
  offsetFetch,
];

/** A response as our codec decodes it. */
export interface KafkaAnswer {
  /** 'Metadata 5' */
  readonly call: string;
  readonly said: unknown;
  /** Number of bytes that the codec did not consume: 0 if it knows all fields. */
  readonly left: number;
}

const headBytes = 8;

/** Replaces byte arrays with the word 'bytes'. */
const withoutBytes = (value: unknown): unknown => {
  if (Buffer.isBuffer(value)) return 'bytes';
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutBytes(inner)]));
};

/** Decodes the responses on these connections by the requests with their correlation ids. */
export const kafkaAnswers = (connections: readonly (readonly string[])[]): readonly KafkaAnswer[] =>
  connections.flatMap((messages) => {
    const bytesOf = (mark: string) =>
      messages
        .filter((message) => message.startsWith(mark))
        .map((message) => Buffer.from(message.slice(mark.length), 'latin1'));
    const requests = new Map(bytesOf('> ').map((request) => [request.readInt32BE(headBytes), request]));
    return bytesOf('< ').map((answer) => {
      const request = requests.get(answer.readInt32BE(4));
      const key = request?.readInt16BE(4);
      const version = request?.readInt16BE(6);
      const call = calls.find((candidate) => candidate.key === key && candidate.version === version);
      if (call === undefined) throw new Error(`no call with key ${key} and version ${version}`);
      const from = new WireReader(answer.subarray(headBytes), call.flexible);
      from.skipTags();
      const said = withoutBytes(call.answer.read(from));
      return { call: `${call.name} ${call.version}`, said, left: from.left };
    });
  });
