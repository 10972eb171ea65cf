import type { KafkaListed, KafkaLook } from '../../clients/kafka/kafka.ts';
import type { Note } from '../../domain/facts.ts';
import type { Batch } from '../../domain/reading.ts';
import type { Feed } from '../source.ts';
import { feedWords, type KafkaParts } from './parts.ts';
import { groupLines, type Line, topicLines } from './words.ts';

/** Feeds that are read only when somebody asks: topics with what is wrong with them, groups with their members. */
export const detailFeeds = (parts: KafkaParts): readonly Feed[] => [
  detailFeed(parts, 'topics', async (look) => topicLines(await look.topics(parts.config.topics))),
  detailFeed(parts, 'groups', async (look) => {
    const groups = await look.describe(await wantedGroups(look, parts.config.groups));
    return [...groups].sort((a, b) => (a.group < b.group ? -1 : 1)).flatMap(groupLines);
  }),
];

/** The groups that the profile names, as the cluster lists them, or all. */
export const wantedGroups = async (
  look: KafkaLook,
  named: readonly string[] | undefined,
): Promise<readonly KafkaListed[]> => {
  const listed = await look.groups();
  const byName = new Map(listed.map((one) => [one.group, one]));
  return named?.map((group) => byName.get(group) ?? { group, state: '' }) ?? listed;
};

const detailFeed = (
  parts: KafkaParts,
  name: string,
  make: (look: KafkaLook) => Promise<readonly Line[]>,
): Feed => ({
  ...feedWords(parts, { name, kind: 'notes', onDemand: true }),
  read: async (signal): Promise<Batch<Note>> => {
    const { source, reader, now, fault } = parts;
    try {
      return await reader.look(signal, async (look) => {
        const lines = await make(look);
        const stamp = { source, at: now() };
        return { items: lines.map((line) => ({ ...stamp, ...line })), faults: look.problems.map(fault) };
      });
    } catch (error) {
      return { items: [], faults: [fault(error)] };
    }
  },
});
