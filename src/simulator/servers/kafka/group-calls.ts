import {
  createPartitions,
  createTopics,
  listOffsets,
  metadata,
} from '../../../clients/kafka/cluster-calls.ts';
import {
  describeGroups,
  findCoordinator,
  listGroups,
  offsetCommit,
  offsetFetch,
  writtenAssignment,
} from '../../../clients/kafka/group-calls.ts';
import { hash } from '../../model/chance.ts';
import type { Group, Member } from '../../model/messaging/group.ts';
import type { Topic } from '../../model/messaging/topic.ts';
import { type BrokerSight, brokersUp, codes, partitionOf, type Served, serveCall } from './sight.ts';

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

const findCoordinatorCall = serveCall(findCoordinator, ({ groups }, { messaging, ports }) => ({
  throttleMs: 0,
  coordinators: groups.map((group) => {
    const broker = messaging.coordinator(group);
    return {
      group,
      broker: broker ?? -1,
      host: broker === undefined ? '' : '127.0.0.1',
      port: ports.get(broker ?? -1) ?? -1,
      error: broker === undefined ? codes.coordinatorNotAvailable : codes.none,
      message: '',
    };
  }),
}));

const isOurs = ({ id, messaging }: BrokerSight, group: string): boolean =>
  messaging.coordinator(group) === id;

const listGroupsCall = serveCall(listGroups, (_, sight) => ({
  throttleMs: 0,
  error: codes.none,
  groups: [...sight.messaging.groups.values()]
    .filter(({ name }) => isOurs(sight, name))
    .map((group) => ({
      group: group.name,
      protocol: group.spec === undefined ? '' : 'consumer',
      state: group.state(sight.messaging.now),
      type: 'classic',
    })),
}));

const memberOf = ({ topic }: Group, { instance, partitions }: Member) => ({
  memberId: `${instance.name}-${hash(instance.name).toString(16)}`,
  instanceId: undefined,
  clientId: instance.name,
  host: '/127.0.0.1',
  subscription: Buffer.alloc(0),
  assignment: writtenAssignment(new Map(partitions.length === 0 ? [] : [[topic.name, partitions]])),
});

const describeGroupsCall = serveCall(describeGroups, ({ groups }, sight) => ({
  throttleMs: 0,
  groups: groups.map((name) => {
    const { now, groups: all } = sight.messaging;
    const group = all.get(name);
    const none = { group: name, protocolType: '', protocol: '', members: [], rights: -2_147_483_648 };
    if (!isOurs(sight, name)) return { ...none, error: codes.notCoordinator, state: '' };
    if (group === undefined) return { ...none, error: codes.none, state: 'Dead' };
    const state = group.state(now);
    return {
      ...none,
      error: codes.none,
      state,
      protocolType: 'consumer',
      protocol: state === 'Stable' ? 'range' : '',
      members: state === 'Stable' ? group.members.map((member) => memberOf(group, member)) : [],
    };
  }),
}));

const offsetFetchCall = serveCall(offsetFetch, ({ groups }, sight) => ({
  throttleMs: 0,
  groups: groups.map(({ group: name }) => {
    const group = sight.messaging.groups.get(name);
    if (!isOurs(sight, name)) return { group: name, topics: [], error: codes.notCoordinator };
    if (group === undefined) return { group: name, topics: [], error: codes.none };
    const partitions = Array.from({ length: group.topic.partitions }, (_, partition) => ({
      partition,
      offset: group.committed(partition) ?? -1n,
      epoch: -1,
      metadata: '',
      error: codes.none,
    }));
    const committed = partitions.filter(({ offset }) => offset >= 0n);
    return { group: name, topics: [{ name: group.topic.name, partitions: committed }], error: codes.none };
  }),
}));

/** Without a member, as an operator commits: refused while the group has any. */
const offsetCommitCall = serveCall(offsetCommit, ({ group: name, topics }, sight) => ({
  throttleMs: 0,
  topics: topics.map(({ name: topicName, partitions }) => ({
    name: topicName,
    partitions: partitions.map(({ partition, offset }) => {
      const { messaging } = sight;
      const topic = messaging.topics.get(topicName);
      if (!isOurs(sight, name)) return { partition, error: codes.notCoordinator };
      if ((messaging.groups.get(name)?.members.length ?? 0) > 0)
        return { partition, error: codes.unknownMember };
      if (topic === undefined || partition >= topic.partitions)
        return { partition, error: codes.unknownTopic };
      messaging.commit(name, topic, partition, offset);
      return { partition, error: codes.none };
    }),
  })),
}));

export const groupCalls: readonly Served[] = [
  findCoordinatorCall,
  listGroupsCall,
  describeGroupsCall,
  offsetFetchCall,
  offsetCommitCall,
];
