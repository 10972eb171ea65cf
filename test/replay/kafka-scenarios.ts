import type { Scenario } from './open-through.ts';

const entry = { brokers: 'kafka.example:9092', cluster: 'recorded' };

const consumerGroups = 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand --describe --all-groups';
const topics = 'org.apache.kafka.tools.TopicCommand --describe';

/**
 * One broker, and a topic `orders` with 30 and 10 messages. Groups: `billing` without members has committed 12 in the first
 * partition; `audit` has a member, which reads and never commits; `search` has a member of the consumer protocol (KIP-848),
 * which has read everything; the group `stranger` does not exist.
 */
export const kafkaScenarios: readonly Scenario[] = [
  {
    name: 'lag',
    asked: 'the lag of every group',
    entry,
    signals: [
      { id: 'lag', read: { lag: 'billing' } },
      { id: 'silent', read: { lag: 'audit' } },
      { id: 'members', read: { members: 'search' } },
    ],
    calls: ['feed lag'],
    tools: [consumerGroups, `${consumerGroups} --members --verbose`],
  },
  {
    name: 'lag-unknown-group',
    asked: 'the lag of a group that does not exist, beside one that does',
    entry: { ...entry, groups: ['billing', 'stranger'] },
    calls: ['feed lag'],
  },
  {
    name: 'health',
    asked: 'the brokers, partitions of a topic, partitions without a leader or in-sync replica',
    entry: { ...entry, identity: { clusterId: 'another' } },
    signals: [
      { id: 'partitions', read: { partitions: 'orders' } },
      { id: 'none', read: { partitions: 'nowhere' } },
      { id: 'offline', read: { offline: true } },
      { id: 'underReplicated', read: { underReplicated: true } },
    ],
    calls: ['feed health', 'identify'],
    tools: [topics],
  },
  {
    name: 'topics',
    asked: 'one topic that exists and one that does not',
    entry: { ...entry, topics: ['orders', 'nowhere'] },
    calls: ['feed topics'],
    tools: [`${topics} --topic orders`],
  },
  {
    name: 'groups',
    asked: 'the members of every group',
    entry,
    calls: ['feed groups'],
    tools: [`${consumerGroups} --members --verbose`, `${consumerGroups} --state`],
  },
  {
    name: 'doctor',
    asked: 'the examination',
    entry,
    calls: ['doctor'],
    tools: ['org.apache.kafka.tools.BrokerApiVersionsCommand'],
  },
  {
    name: 'checks',
    asked:
      'plans that the controller checks (validate_only): a topic, a topic with too many replicas, partitions',
    entry,
    calls: [
      { plan: 'createTopic', params: { topic: 'refunds', partitions: 2, replication: 1 } },
      { plan: 'createTopic', params: { topic: 'refunds', partitions: 2, replication: 10 } },
      { plan: 'addPartitions', params: { topic: 'orders', count: 3 } },
    ],
  },
  {
    name: 'operations',
    asked: 'the description of a topic and of a group, and offsets to reset to the beginning and to a moment',
    entry,
    calls: [
      { plan: 'topic', params: { topic: 'orders' } },
      { plan: 'describe', params: { group: 'billing' } },
      { plan: 'resetOffsets', params: { group: 'billing', topic: 'orders', to: 'earliest' } },
      { plan: 'resetOffsets', params: { group: 'audit', topic: 'orders', to: 'latest' } },
    ],
    tools: ['org.apache.kafka.tools.GetOffsetShell --topic orders'],
  },
  {
    // Last: the records that its recorder deletes cannot be restored.
    name: 'lag-lost',
    asked: 'a group that stands before the beginning of a partition, and its offsets to reset',
    entry: { ...entry, groups: ['billing'] },
    signals: [{ id: 'lag', read: { lag: 'billing' } }],
    calls: [
      'feed lag',
      { plan: 'describe', params: { group: 'billing' } },
      { plan: 'resetOffsets', params: { group: 'billing', topic: 'orders', to: 'latest' } },
    ],
    tools: ['org.apache.kafka.tools.GetOffsetShell --topic orders --time earliest'],
  },
];
