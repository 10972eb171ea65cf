import type { KafkaOffset, KafkaSession, KafkaTopicPartition } from '../../clients/kafka/kafka-types.ts';
import { defined } from '../../domain/base/defined.ts';
import type { GenericAction } from '../../domain/runbooks/generic-action.ts';
import {
  notApplicable,
  type OperationCall,
  type Plan,
  type TargetDrift,
} from '../../domain/runbooks/operation.ts';
import type { ParamSpec } from '../../domain/runbooks/runbook.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { declareOperation, defineOperation } from '../kit/operations/define-operation.ts';
import type { KafkaParts } from './parts.ts';
import { applyChange, findTopic, readClusterForPlan, requireComplete } from './planning.ts';
import type { PartitionOffsets } from './reset-plan.ts';
import {
  formatOffsetMove,
  irreversibleEffects,
  type OffsetMove,
  planOffsetMoves,
  type ResetParams,
  resetParams,
  resolveTimestamp,
} from './reset-plan.ts';

/** Describes a group. Throws when its coordinator does not respond. */
const fetchGroup = async (session: KafkaSession, name: string) => {
  const listed = (await session.groups()).find(({ group }) => group === name);
  const [group] = await session.describe([listed ?? { group: name, state: '' }]);
  if (group === undefined) requireComplete(session);
  return group;
};

const groupSummary = (group: Awaited<ReturnType<typeof fetchGroup>>): string => {
  if (group?.members === undefined) return `${group?.state ?? 'not found'}, members unknown`;
  return `${group.state}, ${pluralize(group.members.length, 'member')}`;
};

/** Returns the state of a group without members. Throws PlanError when it has members. */
const requireEmptyGroup = async (session: KafkaSession, name: string): Promise<string> => {
  const group = await fetchGroup(session, name);
  if (group?.state === 'Dead') throw notApplicable(`group ${name} not found in this cluster: check the name`);
  if (group?.members?.length === 0) return group.state;
  throw notApplicable(
    `group ${name} is ${groupSummary(group)}: offsets can be set only while the group is empty. Stop the consumers first`,
  );
};

/**
 * Reads the committed offsets of a group in a topic, and the offset range of its partitions. Throws PlanError,
 * WireError.
 */
const fetchPartitionOffsets = async (
  session: KafkaSession,
  { group, topic, to, partitions }: ResetParams,
  wallNow: number,
): Promise<readonly PartitionOffsets[]> => {
  const topicInfo = await findTopic(session, topic);
  if (topicInfo === undefined)
    throw notApplicable(`topic ${topic} not found in this cluster: check the name`);
  const all = topicInfo.partitions.map(({ partition }) => partition);
  const namedPartitions =
    typeof to === 'object' && 'offsets' in to ? Object.keys(to.offsets).map(Number) : [];
  const unknownPartition = [...(partitions ?? []), ...namedPartitions].find(
    (partition) => !all.includes(partition),
  );
  if (unknownPartition !== undefined)
    throw notApplicable(
      `${topic} has no partition ${unknownPartition}, only ${pluralize(all.length, 'partition')}: the first is 0`,
    );
  const places = (partitions ?? all).map((partition): KafkaTopicPartition => ({ topic, partition }));
  const isTime = typeof to === 'object' && 'at' in to;
  const [committed, lows, highs, moments] = await Promise.all([
    session.committed([group]),
    session.offsets(places, 'earliest'),
    session.offsets(places, 'latest'),
    isTime ? session.offsets(places, resolveTimestamp(to.at, wallNow)) : [],
  ]);
  requireComplete(session);
  const commits = (committed[0]?.offsets ?? []).filter((offset) => offset.topic === topic);
  return places.map(({ partition }) => {
    const low = offsetIn(lows, partition);
    const high = offsetIn(highs, partition);
    if (low === undefined || high === undefined)
      throw notApplicable(
        `the start and end of ${topic}/${partition} are unknown: check that the partition has a leader`,
      );
    const before = offsetIn(commits, partition);
    const moment = offsetIn(moments, partition);
    return {
      partition,
      low,
      high,
      ...defined({ committed: before, offsetAtTime: moment }),
    };
  });
};

const offsetIn = (offsets: readonly KafkaOffset[], partition: number): bigint | undefined =>
  offsets.find((offset) => offset.partition === partition)?.offset;

/** The pinned value of a plan: the state of the group and its committed offsets. */
const pinnedGroupState = (state: string, offsetsByPartition: readonly PartitionOffsets[]): string =>
  `${state}, committed ${offsetsByPartition.map(({ partition, committed }) => `${partition}:${committed ?? 'nothing'}`).join(' ')}`;

/** An action on the rows of consumer groups. */
const resetAction = (id: string, title: string, to: ParamSpec, value: unknown): GenericAction => ({
  id,
  verb: 'resetOffsets',
  title,
  step: 'Reset the offsets of ${param.group} in ${param.topic}',
  on: 'lag',
  params: [
    { name: 'group', type: 'choice', from: 'lag.group', title: 'Consumer group' },
    { name: 'topic', type: 'choice', from: 'lag.topic', title: 'Topic' },
    to,
  ],
  with: { group: '${param.group}', topic: '${param.topic}', to: value },
  verify: [
    {
      id: 'v1',
      title: 'The group has new committed offsets in the topic',
      that: 'any(lag[source = "$source" and group = "${param.group}" and topic = "${param.topic}"] | committed != ${before})',
      withinMs: 60_000,
      forMs: 0,
    },
  ],
  notes: 'The group must be empty: stop the consumers first.',
});

const resetActions: readonly GenericAction[] = [
  resetAction(
    'reset-offsets',
    'Reset offsets',
    { name: 'to', type: 'choice', of: ['earliest', 'latest'], title: 'Target' },
    '${param.to}',
  ),
  resetAction(
    'reset-offsets-to-time',
    'Reset offsets to a time',
    { name: 'time', type: 'string', title: 'Time (2026-03-04T10:00:00Z, or an age such as 1h)' },
    { at: '${param.time}' },
  ),
];

const declared = declareOperation({
  name: 'resetOffsets',
  danger: 'destructive',
  params: resetParams,
  actions: resetActions,
});

/**
 * `resetOffsets`: sets the committed offsets of a group in a topic. Requires a group without members; the coordinator
 * rejects the reset if one joins meanwhile. Source: Kafka OffsetCommit, as its AdminClient alterConsumerGroupOffsets
 * uses it.
 */
export const resetOffsets = defineOperation(declared, (parts: KafkaParts) => ({
  plan: async (params, signal) => {
    const { group, topic } = params;
    return readClusterForPlan(parts, signal, async (session) => {
      const state = await requireEmptyGroup(session, group);
      const offsetsByPartition = await fetchPartitionOffsets(session, params, parts.toWallClock(parts.now()));
      const moves = planOffsetMoves(offsetsByPartition, params.to);
      if (typeof moves === 'string') throw notApplicable(`${topic}: ${moves}`);
      if (moves.length === 0)
        throw notApplicable(
          `group ${group} already has these offsets in ${topic}, so there is nothing to reset`,
        );
      const { clusterId } = await session.cluster();
      return {
        targets: [
          {
            name: group,
            uid: resetTargetUid(clusterId, params),
            saw: pinnedGroupState(state, offsetsByPartition),
            where: `${parts.cluster}, topic ${topic}`,
          },
        ],
        calls: [{ line: callLine(params, moves), target: 0 }],
        objects: moves.map((move) => `${topic}/${formatOffsetMove(move)}`),
        lost: irreversibleEffects(moves),
        effects: [{ does: 'ends', stays: true, kind: 'lag', where: { group, topic } }],
        // With chosen partitions, the total is unknown.
        ...(params.partitions === undefined
          ? {
              reach: {
                share: { part: moves.length, whole: offsetsByPartition.length, of: `partitions of ${topic}` },
              },
            }
          : {}),
        earlier: moves.map(
          ({ partition, from, to }): PreviousOffset => ({
            partition,
            to: String(to),
            ...(from === undefined ? {} : { from: String(from) }),
          }),
        ),
      };
    });
  },

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    const params = plan.params;
    const [target] = plan.targets;
    if (target === undefined) return undefined;
    const drift = (found: string): TargetDrift => ({ target: target.name, planned: target.saw, found });
    return parts.reader.withSession(signal, async (session) => {
      const group = await fetchGroup(session, params.group);
      if (group?.members?.length !== 0) return drift(groupSummary(group));
      const { clusterId } = await session.cluster();
      if (target.uid !== resetTargetUid(clusterId, params))
        return drift(`the source now reaches a different cluster, ${clusterId}`);
      const found = pinnedGroupState(
        group.state,
        await fetchPartitionOffsets(session, params, parts.toWallClock(parts.now())),
      );
      return found === target.saw ? undefined : drift(found);
    });
  },

  act: async function* (plan, change, signal) {
    const { group, topic } = plan.params;
    const offsets = previousOffsets(plan).map(({ partition, to }) => ({
      topic,
      partition,
      offset: BigInt(to),
    }));
    yield* applyChange(parts, plan, change, { is: 'set-offsets', group, topic, offsets }, signal);
  },

  undo: (plan): OperationCall | undefined => {
    const { group, topic } = plan.params;
    const offsets = Object.fromEntries(
      previousOffsets(plan).flatMap(({ partition, from }) =>
        from === undefined ? [] : [[String(partition), from]],
      ),
    );
    if (Object.keys(offsets).length === 0) return undefined;
    return {
      use: `${parts.source}.resetOffsets`,
      with: { group, topic, to: { offsets } },
      title: `Restore the offsets of ${group} in ${topic}`,
      pins: 'value',
    };
  },
}));

const resetTargetUid = (clusterId: string, { group, topic }: ResetParams): string =>
  `cluster ${clusterId} group ${group} topic ${topic}`;

/** Previous and new offset, as texts: a plan is stored as JSON. */
interface PreviousOffset {
  readonly partition: number;
  readonly from?: string;
  readonly to: string;
}

const isPreviousOffset = (value: unknown): value is PreviousOffset =>
  typeof value === 'object' && value !== null && 'partition' in value && 'to' in value;

const previousOffsets = (plan: Plan): readonly PreviousOffset[] =>
  Array.isArray(plan.earlier) ? plan.earlier.filter(isPreviousOffset) : [];

const callLine = ({ group, topic }: ResetParams, moves: readonly OffsetMove[]): string =>
  `OffsetCommit group ${group} topic ${topic} ${moves.map(({ partition, to }) => `${partition}=${to}`).join(' ')}`;
