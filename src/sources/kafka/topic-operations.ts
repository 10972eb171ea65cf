import { z } from 'zod';
import type { KafkaChange } from '../../clients/kafka/kafka-types.ts';
import { notApplicable, type Plan, type TargetDrift } from '../../domain/runbooks/operation.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { declareOperation, defineOperation } from '../kit/operations/define-operation.ts';
import type { KafkaParts } from './parts.ts';
import { applyChange, findTopic, readClusterForPlan, validateChange } from './planning.ts';

const zTopic = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, {
  error: 'not a topic name: use up to 249 letters, digits, dots, underscores and hyphens',
});

const createTopicParams = z.strictObject({
  topic: zTopic,
  partitions: z.int().min(1).max(10_000),
  replication: z.int().min(1).max(100).meta({ description: 'replication factor' }),
});

const addPartitionsParams = z.strictObject({
  topic: zTopic,
  count: z.int().min(1).max(10_000).meta({ description: 'the topic has this many partitions afterwards' }),
});

const topicAbsent = 'not found';

const createTopicDeclared = declareOperation({
  name: 'createTopic',
  danger: 'safe',
  params: createTopicParams,
});

/** `createTopic`: creates a topic, after a check by the controller (`validate_only`). Source: Kafka CreateTopics. */
export const createTopic = defineOperation(createTopicDeclared, (parts: KafkaParts) => {
  const changeOf = (params: z.infer<typeof createTopicParams>): KafkaChange => ({
    is: 'create-topic',
    ...params,
  });
  return {
    plan: (params, signal) =>
      readClusterForPlan(parts, signal, async (session) => {
        const { topic, partitions, replication } = params;
        const topicInfo = await findTopic(session, topic);
        if (topicInfo !== undefined)
          throw notApplicable(
            `topic ${topic} already exists, with ${pluralize(topicInfo.partitions.length, 'partition')}: choose another name, or use addPartitions`,
          );
        await validateChange(session, changeOf(params));
        const { clusterId } = await session.cluster();
        return {
          targets: [
            {
              name: topic,
              uid: `cluster ${clusterId} topic ${topic}`,
              saw: topicAbsent,
              where: parts.cluster,
            },
          ],
          calls: [
            { line: `CreateTopics ${topic} partitions ${partitions} replication ${replication}`, target: 0 },
          ],
          objects: [
            `${topic}: ${pluralize(partitions, 'partition')}, ${pluralize(replication, 'replica')} each`,
          ],
        };
      }),
    recheck: (plan, signal) => topicDrift(parts, plan, signal),
    act: async function* (plan, change, signal) {
      yield* applyChange(parts, plan, change, changeOf(plan.params), signal);
    },
  };
});

const addPartitionsDeclared = declareOperation({
  name: 'addPartitions',
  danger: 'destructive',
  params: addPartitionsParams,
});

/** `addPartitions`: increases the partition count; Kafka cannot reduce it. Source: Kafka CreatePartitions. */
export const addPartitions = defineOperation(addPartitionsDeclared, (parts: KafkaParts) => {
  const changeOf = (params: z.infer<typeof addPartitionsParams>): KafkaChange => ({
    is: 'add-partitions',
    ...params,
  });
  return {
    plan: (params, signal) =>
      readClusterForPlan(parts, signal, async (session) => {
        const { topic, count } = params;
        const before = (await findTopic(session, topic))?.partitions.length;
        if (before === undefined)
          throw notApplicable(`topic ${topic} not found in this cluster: check the name`);
        if (count <= before)
          throw notApplicable(
            `${topic} already has ${pluralize(before, 'partition')}. You can only add partitions: name a higher number`,
          );
        await validateChange(session, changeOf(params));
        const { clusterId } = await session.cluster();
        return {
          targets: [
            {
              name: topic,
              uid: `cluster ${clusterId} topic ${topic}`,
              saw: pluralize(before, 'partition'),
              where: parts.cluster,
            },
          ],
          calls: [{ line: `CreatePartitions ${topic} count ${count}`, target: 0 }],
          objects: [`${topic}: ${before} → ${pluralize(count, 'partition')}. The consumer groups rebalance`],
          lost: `you cannot remove partitions again. Keys now map to other partitions, so messages of one key may be processed out of order`,
        };
      }),
    recheck: (plan, signal) => topicDrift(parts, plan, signal),
    act: async function* (plan, change, signal) {
      yield* applyChange(parts, plan, change, changeOf(plan.params), signal);
    },
  };
});

const topicDrift = (
  { reader }: KafkaParts,
  { targets: [target] }: Plan,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> =>
  reader.withSession(signal, async (session) => {
    if (target === undefined) return undefined;
    const topic = await findTopic(session, target.name);
    const { clusterId } = await session.cluster();
    const found = topic === undefined ? topicAbsent : pluralize(topic.partitions.length, 'partition');
    const isSame = found === target.saw && target.uid === `cluster ${clusterId} topic ${target.name}`;
    return isSame ? undefined : { target: target.name, planned: target.saw, found };
  });
