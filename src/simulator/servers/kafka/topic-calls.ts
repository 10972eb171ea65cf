import {
  createPartitions,
  createTopics,
  listOffsets,
  metadata,
} from '../../../clients/kafka/cluster-calls.ts';
import type { Topic } from '../../model/messaging/topic.ts';
import { type Served, serveCall } from './served.ts';
import { type BrokerSight, brokersUp, codes, partitionOf } from './sight.ts';

const topicOf = (sight: BrokerSight, topic: Topic) => ({
  error: codes.none,
  name: topic.name,
  internal: false,
  partitions: Array.from({ length: topic.partitions }, (_, partition) =>
    partitionOf(sight, topic, partition),
  ),
});

const unknown = (name: string) => ({ error: codes.unknownTopic, name, internal: false, partitions: [] });

/** Metadata: null asks for every topic, an empty list for none. */
const metadataCall = serveCall(metadata, ({ topics }, sight) => {
  const { messaging } = sight;
  const names = topics ?? [...messaging.topics.keys()];
  const brokers = brokersUp(sight);
  return {
    throttleMs: 0,
    brokers,
    clusterId: messaging.clusterId,
    controller: brokers[0]?.id ?? -1,
    topics: names.map((name) => {
      const topic = messaging.topics.get(name);
      return topic === undefined ? unknown(name) : topicOf(sight, topic);
    }),
  };
});

/** ListOffsets: -1 the end, -2 the beginning, else the first offset at or after a time. */
const listOffsetsCall = serveCall(listOffsets, ({ topics }, sight) => ({
  throttleMs: 0,
  topics: topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partition, at }) => {
      const topic = sight.messaging.topics.get(name);
      const none = { partition, at: -1n, offset: -1n };
      if (topic === undefined || partition >= topic.partitions) return { ...none, error: codes.unknownTopic };
      if (partitionOf(sight, topic, partition).leader !== sight.id)
        return { ...none, error: codes.notLeader };
      if (at === -1n) return { ...none, error: codes.none, offset: topic.end(partition) };
      if (at === -2n) return { ...none, error: codes.none, offset: topic.low(partition) };
      const offset = topic.at(partition, sight.toModel(Number(at)));
      return { ...none, error: codes.none, offset: offset ?? -1n };
    }),
  })),
}));

const createTopicsCall = serveCall(createTopics, ({ topics, onlyCheck }, { messaging }) => ({
  throttleMs: 0,
  topics: topics.map(({ name, partitions, replication }) => {
    const refuse = (error: number, message: string) => ({ name, error, message });
    if (messaging.topics.has(name)) return refuse(codes.topicExists, `Topic '${name}' already exists.`);
    if (!/^[\w.-]{1,249}$/.test(name)) return refuse(codes.invalidTopic, 'Topic name is invalid');
    if (partitions < 1) return refuse(codes.invalidPartitions, 'Number of partitions must be larger than 0.');
    const up = messaging.brokerIds.filter((id) => messaging.isUp(id)).length;
    if (replication > up)
      return refuse(
        codes.invalidReplication,
        `Unable to replicate the partition ${replication} time(s): The target replication factor of ${replication} cannot be reached because only ${up} broker(s) are registered.`,
      );
    if (!onlyCheck) messaging.create(name, partitions, replication);
    return { name, error: codes.none, message: '' };
  }),
}));

const createPartitionsCall = serveCall(createPartitions, ({ topics, onlyCheck }, { messaging }) => ({
  throttleMs: 0,
  topics: topics.map(({ name, count }) => {
    const topic = messaging.topics.get(name);
    if (topic === undefined)
      return { name, error: codes.unknownTopic, message: 'This server does not host this topic-partition.' };
    if (count <= topic.partitions)
      return {
        name,
        error: codes.invalidPartitions,
        message: `The topic ${name} currently has ${topic.partitions} partition(s); ${count} would not be an increase.`,
      };
    if (!onlyCheck) topic.grow(count);
    return { name, error: codes.none, message: '' };
  }),
}));

export const topicCalls: readonly Served[] = [
  metadataCall,
  listOffsetsCall,
  createTopicsCall,
  createPartitionsCall,
];
