import { parseAssignment } from './assignment.ts';
import type { ValueOf } from './fields.ts';
import type { consumerGroupDescribe, describeGroups } from './group-calls.ts';
import type { KafkaGroup, KafkaMember } from './kafka.ts';

type Described = ValueOf<(typeof describeGroups)['answer']>['groups'][number];
type NewlyDescribed = ValueOf<(typeof consumerGroupDescribe)['answer']>['groups'][number];

/**
 * A group that is listed and yet described as 'Dead' speaks a protocol that this call does not know (measured on 3.9 and
 * 4.3 for KIP-848 groups): its members are unknown, not none.
 */
export const groupOf = (
  { group, state, protocolType, members }: Described,
  listedState: string,
): KafkaGroup =>
  state === 'Dead' && listedState !== '' && listedState !== 'Dead'
    ? { group, state: listedState }
    : { group, state, members: members.map((member) => memberOf(member, protocolType)) };

const memberOf = (
  { memberId, clientId, host, assignment }: Described['members'][number],
  protocolType: string,
): KafkaMember => ({
  memberId,
  clientId,
  host: plainHost(host),
  assigned: protocolType === 'consumer' ? parseAssignment(assignment) : new Map(),
});

/** A group of KIP-848, by its own call. */
export const newGroupOf = ({ group, state, members }: NewlyDescribed): KafkaGroup => ({
  group,
  state,
  members: members.map(({ memberId, clientId, host, assigned }) => ({
    memberId,
    clientId,
    host: plainHost(host),
    assigned: new Map(assigned.topics.map(({ name, partitions }) => [name, partitions])),
  })),
});

/** '/10.0.0.7', as Java writes an address. */
const plainHost = (host: string): string => host.replace(/^\//, '');
