import {
  createPartitions,
  createTopics,
  listOffsets,
  metadata,
} from '../../../clients/kafka/cluster-calls.ts';
import {
  describeGroups,
  encodeAssignment,
  findCoordinator,
  listGroups,
  offsetCommit,
  offsetFetch,
} from '../../../clients/kafka/group-calls.ts';
import type { ConsumerGroup, GroupMember } from '../../model/messaging/consumer-group.ts';
import type { Topic } from '../../model/messaging/topic.ts';
import { fnv1a } from '../../model/spec/seeded-random.ts';
import {
  type BrokerCall,
  type BrokerContext,
  brokerErrorCodes,
  brokersUp,
  defineBrokerCall,
  partitionStateOf,
} from './broker-context.ts';

const topicOf = (sight: BrokerContext, topic: Topic) => ({
  error: brokerErrorCodes.none,
  name: topic.name,
  internal: false,
  partitions: Array.from({ length: topic.partitions }, (_, partition) =>
    partitionStateOf(sight, topic, partition),
  ),
});

const unknown = (name: string) => ({
  error: brokerErrorCodes.unknownTopic,
  name,
  internal: false,
  partitions: [],
});

/** Metadata: null requests all topics, an empty list none. */
const metadataCall = defineBrokerCall(metadata, ({ topics }, sight) => {
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

/** ListOffsets: -1 is the end, -2 the beginning, otherwise the first offset at or after a time. */
const listOffsetsCall = defineBrokerCall(listOffsets, ({ topics }, sight) => ({
  throttleMs: 0,
  topics: topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partition, at }) => {
      const topic = sight.messaging.topics.get(name);
      const none = { partition, at: -1n, offset: -1n };
      if (topic === undefined || partition >= topic.partitions)
        return { ...none, error: brokerErrorCodes.unknownTopic };
      if (partitionStateOf(sight, topic, partition).leader !== sight.id)
        return { ...none, error: brokerErrorCodes.notLeader };
      if (at === -1n) return { ...none, error: brokerErrorCodes.none, offset: topic.end(partition) };
      if (at === -2n) return { ...none, error: brokerErrorCodes.none, offset: topic.low(partition) };
      const offset = topic.at(partition, sight.toModel(Number(at)));
      return { ...none, error: brokerErrorCodes.none, offset: offset ?? -1n };
    }),
  })),
}));

const createTopicsCall = defineBrokerCall(createTopics, ({ topics, onlyCheck }, { messaging }) => ({
  throttleMs: 0,
  topics: topics.map(({ name, partitions, replication }) => {
    const refuse = (error: number, message: string) => ({ name, error, message });
    if (messaging.topics.has(name))
      return refuse(brokerErrorCodes.topicExists, `Topic '${name}' already exists.`);
    if (!/^[\w.-]{1,249}$/.test(name)) return refuse(brokerErrorCodes.invalidTopic, 'Topic name is invalid');
    if (partitions < 1)
      return refuse(brokerErrorCodes.invalidPartitions, 'Number of partitions must be larger than 0.');
    const up = messaging.brokerIds.filter((id) => messaging.isUp(id)).length;
    if (replication > up)
      return refuse(
        brokerErrorCodes.invalidReplication,
        `Unable to replicate the partition ${replication} time(s): The target replication factor of ${replication} cannot be reached because only ${up} broker(s) are registered.`,
      );
    if (!onlyCheck) messaging.create(name, partitions, replication);
    return { name, error: brokerErrorCodes.none, message: '' };
  }),
}));

const createPartitionsCall = defineBrokerCall(createPartitions, ({ topics, onlyCheck }, { messaging }) => ({
  throttleMs: 0,
  topics: topics.map(({ name, count }) => {
    const topic = messaging.topics.get(name);
    if (topic === undefined)
      return {
        name,
        error: brokerErrorCodes.unknownTopic,
        message: 'This server does not host this topic-partition.',
      };
    if (count <= topic.partitions)
      return {
        name,
        error: brokerErrorCodes.invalidPartitions,
        message: `The topic ${name} currently has ${topic.partitions} partition(s); ${count} would not be an increase.`,
      };
    if (!onlyCheck) topic.grow(count);
    return { name, error: brokerErrorCodes.none, message: '' };
  }),
}));

export const topicCalls: readonly BrokerCall[] = [
  metadataCall,
  listOffsetsCall,
  createTopicsCall,
  createPartitionsCall,
];

const findCoordinatorCall = defineBrokerCall(findCoordinator, ({ groups }, { messaging, ports }) => ({
  throttleMs: 0,
  coordinators: groups.map((group) => {
    const broker = messaging.coordinator(group);
    return {
      group,
      broker: broker ?? -1,
      host: broker === undefined ? '' : '127.0.0.1',
      port: ports.get(broker ?? -1) ?? -1,
      error: broker === undefined ? brokerErrorCodes.coordinatorNotAvailable : brokerErrorCodes.none,
      message: '',
    };
  }),
}));

const isOurs = ({ id, messaging }: BrokerContext, group: string): boolean =>
  messaging.coordinator(group) === id;

const listGroupsCall = defineBrokerCall(listGroups, (_, sight) => ({
  throttleMs: 0,
  error: brokerErrorCodes.none,
  groups: [...sight.messaging.groups.values()]
    .filter(({ name }) => isOurs(sight, name))
    .map((group) => ({
      group: group.name,
      protocol: group.spec === undefined ? '' : 'consumer',
      state: group.state(sight.messaging.now),
      type: 'classic',
    })),
}));

/** Several consumers of one process have numbers, as those of Spring Kafka. */
const clientIdOf = ({ members }: ConsumerGroup, { instance }: GroupMember, index: number): string => {
  const own = members.flatMap((member, position) => (member.instance === instance ? [position] : []));
  return own.length === 1 ? instance.name : `${instance.name}-${own.indexOf(index)}`;
};

const memberOf = (group: ConsumerGroup, member: GroupMember, index: number) => {
  const clientId = clientIdOf(group, member, index);
  return {
    memberId: `${clientId}-${fnv1a(clientId).toString(16)}`,
    ...assignmentOf(group, member),
    clientId,
  };
};

const assignmentOf = ({ topic }: ConsumerGroup, { partitions }: GroupMember) => ({
  instanceId: undefined,
  host: '/127.0.0.1',
  subscription: Buffer.alloc(0),
  assignment: encodeAssignment(new Map(partitions.length === 0 ? [] : [[topic.name, partitions]])),
});

const describeGroupsCall = defineBrokerCall(describeGroups, ({ groups }, sight) => ({
  throttleMs: 0,
  groups: groups.map((name) => {
    const { now, groups: all } = sight.messaging;
    const group = all.get(name);
    const none = { group: name, protocolType: '', protocol: '', members: [], rights: -2_147_483_648 };
    if (!isOurs(sight, name)) return { ...none, error: brokerErrorCodes.notCoordinator, state: '' };
    if (group === undefined) return { ...none, error: brokerErrorCodes.none, state: 'Dead' };
    const state = group.state(now);
    return {
      ...none,
      error: brokerErrorCodes.none,
      state,
      protocolType: 'consumer',
      protocol: state === 'Stable' ? 'range' : '',
      members: state === 'Stable' ? group.members.map((member, index) => memberOf(group, member, index)) : [],
    };
  }),
}));

const offsetFetchCall = defineBrokerCall(offsetFetch, ({ groups }, sight) => ({
  throttleMs: 0,
  groups: groups.map(({ group: name }) => {
    const group = sight.messaging.groups.get(name);
    if (!isOurs(sight, name)) return { group: name, topics: [], error: brokerErrorCodes.notCoordinator };
    if (group === undefined) return { group: name, topics: [], error: brokerErrorCodes.none };
    const partitions = Array.from({ length: group.topic.partitions }, (_, partition) => ({
      partition,
      offset: group.committed(partition) ?? -1n,
      epoch: -1,
      metadata: '',
      error: brokerErrorCodes.none,
    }));
    const committed = partitions.filter(({ offset }) => offset >= 0n);
    return {
      group: name,
      topics: [{ name: group.topic.name, partitions: committed }],
      error: brokerErrorCodes.none,
    };
  }),
}));

/** A commit without a member, as by an operator; refused while the group has members. */
const offsetCommitCall = defineBrokerCall(offsetCommit, ({ group: name, topics }, sight) => ({
  throttleMs: 0,
  topics: topics.map(({ name: topicName, partitions }) => ({
    name: topicName,
    partitions: partitions.map(({ partition, offset }) => {
      const { messaging } = sight;
      const topic = messaging.topics.get(topicName);
      if (!isOurs(sight, name)) return { partition, error: brokerErrorCodes.notCoordinator };
      if ((messaging.groups.get(name)?.members.length ?? 0) > 0)
        return { partition, error: brokerErrorCodes.unknownMember };
      if (topic === undefined || partition >= topic.partitions)
        return { partition, error: brokerErrorCodes.unknownTopic };
      messaging.commit(name, topic, partition, offset);
      return { partition, error: brokerErrorCodes.none };
    }),
  })),
}));

export const groupCalls: readonly BrokerCall[] = [
  findCoordinatorCall,
  listGroupsCall,
  describeGroupsCall,
  offsetFetchCall,
  offsetCommitCall,
];
