import type { KafkaLook, KafkaOffset, KafkaPlace } from '../../clients/kafka/kafka.ts';
import type { Drift, OperationCall, Plan } from '../../domain/operation.ts';
import { declareOperation, defineOperation } from '../define-operation.ts';
import type { KafkaParts } from './parts.ts';
import { make, notApplicable, planned, topicOf, wholly } from './planning.ts';
import type { Standing } from './reset-moves.ts';
import {
  lostWords,
  type Move,
  momentOf,
  movesOf,
  moveWords,
  type ResetParams,
  resetParams,
} from './reset-moves.ts';
import { plural } from './words.ts';

/** A group as it is described; undefined when its coordinator gives no answer, which throws first. */
const described = async (look: KafkaLook, name: string) => {
  const listed = (await look.groups()).find(({ group }) => group === name);
  const [group] = await look.describe([listed ?? { group: name, state: '' }]);
  if (group === undefined) wholly(look);
  return group;
};

const groupWords = (group: Awaited<ReturnType<typeof described>>): string => {
  if (group?.members === undefined) return `${group?.state ?? 'not there'}, its members are not told`;
  return `${group.state}, ${plural(group.members.length, 'member')}`;
};

/** The state of a group that has no members. Throws PlanError. */
const emptyState = async (look: KafkaLook, name: string): Promise<string> => {
  const group = await described(look, name);
  if (group?.state === 'Dead') throw notApplicable(`there is no group ${name} in this cluster`);
  if (group?.members?.length === 0) return group.state;
  throw notApplicable(
    `group ${name} is ${groupWords(group)}: offsets are set only while it is empty; stop its consumers first`,
  );
};

/** Where a group stands in a topic, and what the topic holds. Throws PlanError, WireError. */
const standingsOf = async (
  look: KafkaLook,
  { group, topic, to, partitions }: ResetParams,
  wallNow: number,
): Promise<readonly Standing[]> => {
  const found = await topicOf(look, topic);
  if (found === undefined) throw notApplicable(`there is no topic ${topic}`);
  const all = found.partitions.map(({ partition }) => partition);
  const said = typeof to === 'object' && 'offsets' in to ? Object.keys(to.offsets).map(Number) : [];
  const stranger = [...(partitions ?? []), ...said].find((partition) => !all.includes(partition));
  if (stranger !== undefined)
    throw notApplicable(`${topic} has no partition ${stranger}: it has ${plural(all.length, 'partition')}`);
  const places = (partitions ?? all).map((partition): KafkaPlace => ({ topic, partition }));
  const isTime = typeof to === 'object' && 'at' in to;
  const [committed, lows, highs, moments] = await Promise.all([
    look.committed([group]),
    look.offsets(places, 'earliest'),
    look.offsets(places, 'latest'),
    isTime ? look.offsets(places, momentOf(to.at, wallNow)) : [],
  ]);
  wholly(look);
  const commits = (committed[0]?.offsets ?? []).filter((one) => one.topic === topic);
  return places.map(({ partition }) => {
    const [low, high] = [offsetOf(lows, partition), offsetOf(highs, partition)];
    if (low === undefined || high === undefined)
      throw notApplicable(`where ${topic}/${partition} begins and ends is not known`);
    const [before, moment] = [offsetOf(commits, partition), offsetOf(moments, partition)];
    return {
      partition,
      low,
      high,
      ...(before === undefined ? {} : { committed: before }),
      ...(moment === undefined ? {} : { moment }),
    };
  });
};

const offsetOf = (offsets: readonly KafkaOffset[], partition: number): bigint | undefined =>
  offsets.find((one) => one.partition === partition)?.offset;

/** What a plan pins: the state of the group and what it has committed. */
const sawOf = (state: string, standings: readonly Standing[]): string =>
  `${state}, committed ${standings.map(({ partition, committed }) => `${partition}:${committed ?? 'nothing'}`).join(' ')}`;

const declared = declareOperation({ name: 'resetOffsets', danger: 'destructive', params: resetParams });

/**
 * `resetOffsets`: sets what a group has committed in a topic. Only of a group without members, and the coordinator itself
 * refuses it when one has come meanwhile. Source: Kafka OffsetCommit, as its AdminClient alterConsumerGroupOffsets uses it.
 */
export const resetOffsets = defineOperation(declared, (parts: KafkaParts) => ({
  plan: async (params, signal) => {
    const { group, topic } = params;
    return planned(parts, signal, async (look) => {
      const state = await emptyState(look, group);
      const standings = await standingsOf(look, params, parts.wall(parts.now()));
      const moves = movesOf(standings, params.to);
      if (typeof moves === 'string') throw notApplicable(`${topic}: ${moves}`);
      if (moves.length === 0) throw notApplicable(`group ${group} stands there already in ${topic}`);
      const { clusterId } = await look.cluster();
      return {
        targets: [
          {
            name: group,
            uid: uidOf(clusterId, params),
            saw: sawOf(state, standings),
            where: `${parts.cluster}, topic ${topic}`,
          },
        ],
        calls: [{ line: callLine(params, moves), target: 0 }],
        objects: moves.map((move) => `${topic}/${moveWords(move)}`),
        lost: lostWords(moves),
        // Of chosen partitions it is not known how many there are besides.
        ...(params.partitions === undefined
          ? {
              reach: { share: { part: moves.length, whole: standings.length, of: `partitions of ${topic}` } },
            }
          : {}),
        earlier: moves.map(
          ({ partition, from, to }): Earlier => ({
            partition,
            to: String(to),
            ...(from === undefined ? {} : { from: String(from) }),
          }),
        ),
      };
    });
  },

  recheck: async (plan, signal): Promise<Drift | undefined> => {
    const params = plan.params;
    const [target] = plan.targets;
    if (target === undefined) return undefined;
    const drift = (found: string): Drift => ({ target: target.name, planned: target.saw, found });
    return parts.reader.look(signal, async (look) => {
      const group = await described(look, params.group);
      if (group?.members?.length !== 0) return drift(groupWords(group));
      const { clusterId } = await look.cluster();
      if (target.uid !== uidOf(clusterId, params)) return drift(`another cluster, ${clusterId}`);
      const found = sawOf(group.state, await standingsOf(look, params, parts.wall(parts.now())));
      return found === target.saw ? undefined : drift(found);
    });
  },

  act: async function* (plan, change, signal) {
    const { group, topic } = plan.params;
    const offsets = earlierOf(plan).map(({ partition, to }) => ({ topic, partition, offset: BigInt(to) }));
    yield* make(parts, plan, change, { is: 'set-offsets', group, topic, offsets }, signal);
  },

  undo: (plan): OperationCall | undefined => {
    const { group, topic } = plan.params;
    const offsets = Object.fromEntries(
      earlierOf(plan).flatMap(({ partition, from }) =>
        from === undefined ? [] : [[String(partition), from]],
      ),
    );
    if (Object.keys(offsets).length === 0) return undefined;
    return {
      use: `${parts.source}.resetOffsets`,
      with: { group, topic, to: { offsets } },
      title: `Set the offsets of ${group} in ${topic} back`,
      pins: 'value',
    };
  },
}));

const uidOf = (clusterId: string, { group, topic }: ResetParams): string =>
  `cluster ${clusterId} group ${group} topic ${topic}`;

/** What stood there and what is set, as texts: a plan is kept as JSON. */
interface Earlier {
  readonly partition: number;
  readonly from?: string;
  readonly to: string;
}

const isEarlier = (value: unknown): value is Earlier =>
  typeof value === 'object' && value !== null && 'partition' in value && 'to' in value;

const earlierOf = (plan: Plan): readonly Earlier[] =>
  Array.isArray(plan.earlier) ? plan.earlier.filter(isEarlier) : [];

const callLine = ({ group, topic }: ResetParams, moves: readonly Move[]): string =>
  `OffsetCommit group ${group} topic ${topic} ${moves.map(({ partition, to }) => `${partition}=${to}`).join(' ')}`;
