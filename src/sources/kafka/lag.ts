import type { Lag } from '../../domain/facts.ts';
import type { Millis } from '../../domain/fault.ts';
import type { WireError } from '../../io/failures.ts';
import { RemediedError } from '../../io/fault.ts';
import type { KafkaCommitted, KafkaGroup, KafkaOffset } from '../../io/kafka.ts';
import type { History } from './history.ts';
import { flowFields, hasCommitted, type Sample } from './motion.ts';

/** What one sweep over the cluster has found. */
export interface Sweep {
  readonly groups: readonly KafkaGroup[];
  readonly committed: readonly KafkaCommitted[];
  readonly ends: readonly KafkaOffset[];
}

interface Stamp {
  readonly source: string;
  readonly at: Millis;
  readonly cluster: string;
}

const placeKey = (topic: string, partition: number): string => `${topic}/${partition}`;

/**
 * Where a group stands, per partition: what it has committed, and what it has been assigned and not committed yet.
 * `topics`: only these.
 */
export const placesOf = (
  committed: KafkaCommitted | undefined,
  group: KafkaGroup | undefined,
  topics: readonly string[] | undefined,
): readonly KafkaOffset[] => {
  const places = new Map<string, KafkaOffset>();
  for (const member of group?.members ?? [])
    for (const [topic, partitions] of member.assigned)
      for (const partition of partitions) places.set(placeKey(topic, partition), { topic, partition });
  for (const offset of committed?.offsets ?? []) places.set(placeKey(offset.topic, offset.partition), offset);
  return [...places.values()]
    .filter(({ topic }) => topics === undefined || topics.includes(topic))
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
};

/** Client ids by partition. */
const holders = (group: KafkaGroup | undefined): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const { clientId, assigned } of group?.members ?? [])
    for (const [topic, partitions] of assigned)
      for (const partition of partitions) found.set(placeKey(topic, partition), clientId);
  return found;
};

/** Where a group stands in one partition, and what was seen there during the window. */
interface Stand {
  readonly place: KafkaOffset;
  readonly end?: bigint;
  readonly samples: readonly Sample[];
}

/**
 * Lag rows of a sweep, by group, topic and partition. Without a commit there is no `lag` (not 0); a commit past the end
 * has none either, and is among the problems.
 */
export const lagRows = (
  { groups, committed, ends }: Sweep,
  stamp: Stamp,
  history: History,
  topics?: readonly string[],
): { readonly rows: readonly Lag[]; readonly problems: readonly WireError[] } => {
  const endOf = new Map(ends.map((end) => [placeKey(end.topic, end.partition), end.offset]));
  const described = new Map(groups.map((group) => [group.group, group]));
  const commits = new Map(committed.map((one) => [one.group, one]));
  const names = [...new Set([...described.keys(), ...commits.keys()])].sort();
  const past: string[] = [];

  const standOf = (name: string, place: KafkaOffset): Stand => {
    const { topic, partition, offset } = place;
    const end = endOf.get(placeKey(topic, partition));
    if (end === undefined) return { place, samples: [] };
    if (offset === undefined) return { place, end, samples: [] };
    if (offset > end)
      past.push(`${name} at ${offset} of ${placeKey(topic, partition)}, which ends at ${end}`);
    const key = JSON.stringify([name, topic, partition]);
    return { place, end, samples: history.add(key, { at: stamp.at, committed: offset, end }) };
  };

  const rows = names.flatMap((name) => {
    const group = described.get(name);
    const members = group?.members?.length;
    const held = holders(group);
    const stands = placesOf(commits.get(name), group, topics).map((place) => standOf(name, place));
    const state = { members, commits: stands.some(({ samples }) => hasCommitted(samples)) };
    return stands.map(({ place: { topic, partition, offset }, end, samples }): Lag => {
      const holder = held.get(placeKey(topic, partition));
      const isTold = offset !== undefined && end !== undefined && offset <= end;
      return {
        ...stamp,
        group: name,
        topic,
        partition,
        ...(offset === undefined ? {} : { committed: offset }),
        ...(end === undefined ? {} : { end }),
        ...(isTold ? { lag: Number(end - offset) } : {}),
        ...flowFields(samples, state),
        ...(members === undefined ? {} : { members }),
        ...(holder === undefined ? {} : { member: holder }),
      };
    });
  });
  history.prune(stamp.at);
  return { rows, problems: past.length === 0 ? [] : [pastTheEnd(past)] };
};

const shownPast = 3;

const pastTheEnd = (past: readonly string[]): WireError => {
  const more = past.length > shownPast ? ` and ${past.length - shownPast} more` : '';
  return new RemediedError(
    'missing',
    `committed past the end: ${past.slice(0, shownPast).join('; ')}${more}: the topic was made anew or cut`,
    'its consumers go on where auto.offset.reset says; resetOffsets sets the offsets of an empty group',
  );
};
