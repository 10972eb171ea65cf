import type { KafkaGroup, KafkaGroupOffsets, KafkaSession } from '../../clients/kafka/kafka-types.ts';
import type { WireError } from '../../platform/runtime/wire-error.ts';

/** One reading of groups and their offsets. */
interface GroupsRead {
  readonly groups: readonly KafkaGroup[];
  readonly committed: readonly KafkaGroupOffsets[];
}

/** Offsets that a reading before showed and that this user may no longer see. */
interface HiddenOffsets {
  /** The hidden topics by group. A group that is hidden itself has all of its topics here. */
  readonly topics: ReadonlyMap<string, ReadonlySet<string>>;
  readonly problems: readonly WireError[];
}

/**
 * Tells offsets that a broker withholds from offsets that are gone. Without DESCRIBE on a topic or a group, brokers leave it out of their
 * lists without an error. Asked for by name, they say so.
 */
interface HiddenOffsetsReader {
  /** Asks for what the last reading showed and this one does not. */
  read(session: KafkaSession, now: GroupsRead): Promise<HiddenOffsets>;
}

/** The problems that a question adds, except that an object does not exist: then its rows are gone. */
const asking = async <T>(session: KafkaSession, ask: () => Promise<T>) => {
  const had = session.problems.length;
  const answer = await ask();
  return { answer, problems: session.problems.slice(had).filter(({ kind }) => kind !== 'missing') };
};

/** Returns which of these groups are refused: those that do not exist are described as dead. */
const refusedGroups = async (session: KafkaSession, groups: readonly string[]) => {
  if (groups.length === 0) return { refused: groups, problems: [] };
  const { answer, problems } = await asking(session, () =>
    session.describe(groups.map((group) => ({ group, state: '' }))),
  );
  const described = new Set(answer.map(({ group }) => group));
  return { refused: groups.filter((group) => !described.has(group)), problems };
};

/** Returns which of these topics are refused. */
const refusedTopics = async (session: KafkaSession, topics: readonly string[]) => {
  if (topics.length === 0) return { refused: new Set<string>(), problems: [] };
  const { answer, problems } = await asking(session, () => session.topics(topics));
  const visible = new Set(answer.map(({ name }) => name));
  // A refusal that this session has met before is no new problem.
  const isRefused = session.problems.some(({ kind }) => kind === 'denied');
  return { refused: new Set(isRefused ? topics.filter((topic) => !visible.has(topic)) : []), problems };
};

/** Creates the reader of one source, which remembers what its last reading showed of these topics; absent: of all. */
export const createHiddenOffsetsReader = (only?: readonly string[]): HiddenOffsetsReader => {
  let shown: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  return {
    read: async (session, { groups, committed }) => {
      const read = committed.map(({ group, offsets }): readonly [string, readonly string[]] => [
        group,
        offsets.map(({ topic }) => topic).filter((topic) => only?.includes(topic) !== false),
      ]);
      const now = new Map(read);
      const listed = new Set([...now.keys(), ...groups.map(({ group }) => group)]);
      const unlisted = await refusedGroups(
        session,
        [...shown.keys()].filter((group) => !listed.has(group)),
      );
      const lacking = [...shown].flatMap(([group, topics]) => {
        const here = now.get(group);
        return here === undefined
          ? []
          : [{ group, topics: [...topics].filter((topic) => !here.includes(topic)) }];
      });
      const withheld = await refusedTopics(session, [...new Set(lacking.flatMap(({ topics }) => topics))]);
      const hidden = new Map<string, ReadonlySet<string>>([
        ...unlisted.refused.map((group) => [group, shown.get(group) ?? new Set<string>()] as const),
        ...lacking.flatMap(({ group, topics }) => {
          const refused = topics.filter((topic) => withheld.refused.has(topic));
          return refused.length === 0 ? [] : [[group, new Set(refused)] as const];
        }),
      ]);
      // A group whose own offsets were refused keeps what it had.
      const kept = [...shown].filter(([group]) => listed.has(group) && !now.has(group));
      shown = new Map<string, ReadonlySet<string>>([
        ...kept,
        ...[...now].map(([group, topics]) => [group, new Set(topics)] as const),
        ...[...hidden].map(
          ([group, topics]) => [group, new Set([...topics, ...(now.get(group) ?? [])])] as const,
        ),
      ]);
      return { topics: hidden, problems: [...unlisted.problems, ...withheld.problems] };
    },
  };
};
