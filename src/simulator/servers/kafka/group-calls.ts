import { writtenAssignment } from '../../../clients/kafka/assignment.ts';
import {
  describeGroups,
  findCoordinator,
  listGroups,
  offsetCommit,
  offsetFetch,
} from '../../../clients/kafka/group-calls.ts';
import { hash } from '../../model/chance.ts';
import type { Group, Member } from '../../model/messaging/group.ts';
import { type Served, serveCall } from './served.ts';
import { type BrokerSight, codes } from './sight.ts';

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
