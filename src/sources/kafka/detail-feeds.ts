import type { KafkaGroupListing, KafkaSession } from '../../clients/kafka/kafka-types.ts';
import type { Note } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { Feed } from '../kit/contract/source.ts';
import { consumerGroupDetails, type DetailLine, topicDetails } from './details.ts';
import { type KafkaParts, kafkaFeedDefaults } from './parts.ts';

/** Feeds that are read on demand: topics with their problems, groups with their members. */
export const kafkaDetailFeeds = (parts: KafkaParts): readonly Feed[] => [
  detailFeed(parts, 'topics', async (session) => topicDetails(await session.topics(parts.config.topics))),
  detailFeed(parts, 'groups', async (session) => {
    const groups = await session.describe(await configuredGroups(session, parts.config.groups));
    return [...groups].sort((a, b) => (a.group < b.group ? -1 : 1)).flatMap(consumerGroupDetails);
  }),
];

/** Groups named in the profile, as listed by the cluster, or all groups. */
export const configuredGroups = async (
  session: KafkaSession,
  named: readonly string[] | undefined,
): Promise<readonly KafkaGroupListing[]> => {
  const listed = await session.groups();
  const byName = new Map(listed.map((groupListing) => [groupListing.group, groupListing]));
  return named?.map((group) => byName.get(group) ?? { group, state: '' }) ?? listed;
};

const detailFeed = (
  parts: KafkaParts,
  name: string,
  make: (session: KafkaSession) => Promise<readonly DetailLine[]>,
): Feed => ({
  ...kafkaFeedDefaults(parts, { name, kind: 'notes', onDemand: true }),
  read: async (signal): Promise<Reading<Note>> => {
    const { source, reader, now, fault } = parts;
    try {
      return await reader.withSession(signal, async (session) => {
        const lines = await make(session);
        const stamp = { source, at: now() };
        return { items: lines.map((line) => ({ ...stamp, ...line })), faults: session.problems.map(fault) };
      });
    } catch (error) {
      return { items: [], faults: [fault(error)] };
    }
  },
});
