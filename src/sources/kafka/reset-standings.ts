import type { KafkaLook, KafkaOffset, KafkaPlace } from '../../clients/kafka/kafka.ts';
import { notApplicable, topicOf, wholly } from './planning.ts';
import type { Standing } from './reset-moves.ts';
import { momentOf, type ResetParams } from './reset-params.ts';
import { plural } from './words.ts';

/** A group as it is described; undefined when its coordinator gives no answer, which throws first. */
export const described = async (look: KafkaLook, name: string) => {
  const listed = (await look.groups()).find(({ group }) => group === name);
  const [group] = await look.describe([listed ?? { group: name, state: '' }]);
  if (group === undefined) wholly(look);
  return group;
};

export const groupWords = (group: Awaited<ReturnType<typeof described>>): string => {
  if (group?.members === undefined) return `${group?.state ?? 'not there'}, its members are not told`;
  return `${group.state}, ${plural(group.members.length, 'member')}`;
};

/** The state of a group that has no members. Throws PlanError. */
export const emptyState = async (look: KafkaLook, name: string): Promise<string> => {
  const group = await described(look, name);
  if (group?.state === 'Dead') throw notApplicable(`there is no group ${name} in this cluster`);
  if (group?.members?.length === 0) return group.state;
  throw notApplicable(
    `group ${name} is ${groupWords(group)}: offsets are set only while it is empty; stop its consumers first`,
  );
};

/** Where a group stands in a topic, and what the topic holds. Throws PlanError, WireError. */
export const standingsOf = async (
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
export const sawOf = (state: string, standings: readonly Standing[]): string =>
  `${state}, committed ${standings.map(({ partition, committed }) => `${partition}:${committed ?? 'nothing'}`).join(' ')}`;
