import { expect, test } from 'vitest';
import { brokerCodeError } from '../../../src/clients/kafka/kafka-error.ts';
import type { KafkaSession } from '../../../src/clients/kafka/kafka-types.ts';
import type { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { createHiddenOffsetsReader } from '../../../src/sources/kafka/hidden-offsets.ts';
import { groupSample } from '../../../src/sources/kafka/signal-samples.ts';

const unknownTopic = 3;
const topicDenied = 29;
const groupDenied = 30;

/** A session whose broker answers a question about a name with this error; without one the name exists. */
const sessionWhere = (errors: Readonly<Record<string, number>>): KafkaSession => {
  const problems: WireError[] = [];
  const answered = (names: readonly string[]): readonly string[] =>
    names.filter((name) => {
      const code = errors[name];
      if (code !== undefined) problems.push(brokerCodeError(code, `Metadata of ${name}`));
      return code === undefined;
    });
  const session: Partial<KafkaSession> = {
    problems,
    topics: async (names = []) => answered(names).map((name) => ({ name, internal: false, partitions: [] })),
    describe: async (groups) =>
      answered(groups.map(({ group }) => group)).map((group) => ({ group, state: 'Dead', members: [] })),
  };
  return session as KafkaSession;
};

const group = (name: string) => ({ group: name, state: 'Empty', members: [] });
const offsets = (name: string, topics: readonly string[]) => ({
  group: name,
  offsets: topics.map((topic) => ({ topic, partition: 0, offset: 7n })),
});
const both = { groups: [group('billing')], committed: [offsets('billing', ['orders', 'payments'])] };

test('a topic that a broker no longer shows in the offsets of a group is hidden as long as DESCRIBE is denied', async () => {
  const reader = createHiddenOffsetsReader();
  expect(await reader.read(sessionWhere({}), both)).toEqual({ topics: new Map(), problems: [] });
  const rest = { groups: [group('billing')], committed: [offsets('billing', ['orders'])] };
  for (let reading = 0; reading < 2; reading++) {
    const { topics, problems } = await reader.read(sessionWhere({ payments: topicDenied }), rest);
    expect(topics).toEqual(new Map([['billing', new Set(['payments'])]]));
    expect(problems.map(({ kind }) => kind)).toEqual(['denied']);
  }
  expect(await reader.read(sessionWhere({}), both)).toEqual({ topics: new Map(), problems: [] });
});

test('a group that is no longer listed is hidden if DESCRIBE on it is denied, and gone if it does not exist', async () => {
  const reader = createHiddenOffsetsReader();
  await reader.read(sessionWhere({}), both);
  const none = { groups: [], committed: [] };
  const { topics, problems } = await reader.read(sessionWhere({ billing: groupDenied }), none);
  expect([...topics.keys()]).toEqual(['billing']);
  expect(problems.map(({ kind }) => kind)).toEqual(['denied']);
  expect(await reader.read(sessionWhere({}), none)).toEqual({ topics: new Map(), problems: [] });
  expect(await reader.read(sessionWhere({ billing: groupDenied }), none)).toMatchObject({ problems: [] });
});

test.each([
  ['was deleted', { payments: unknownTopic }],
  ['exists, and the group has no offsets in it any more', {}],
])('a topic that %s is not hidden', async (_, errors) => {
  const reader = createHiddenOffsetsReader();
  await reader.read(sessionWhere({}), both);
  const rest = { groups: [group('billing')], committed: [offsets('billing', ['orders'])] };
  expect(await reader.read(sessionWhere(errors), rest)).toEqual({ topics: new Map(), problems: [] });
});

test('the lag of a group with hidden topics is unknown, not the sum of the others', () => {
  const row = {
    source: 'k',
    at: 0,
    cluster: 'c',
    topic: 'orders',
    partition: 0,
    committed: 7n,
    end: 9n,
    lag: 2,
  };
  const rows = [{ ...row, group: 'billing' }] as unknown as Parameters<typeof groupSample>[1];
  const hidden = new Map([['billing', new Set(['payments'])]]);
  const groups = [group('billing')];
  expect(groupSample({ lag: 'billing' }, rows, groups, hidden)).toEqual({
    why: 'the offsets of group billing in payments are hidden: the login lacks DESCRIBE on the topic or the group',
  });
  expect(groupSample({ lag: 'billing', topic: 'orders' }, rows, groups, hidden)).toMatchObject({ value: 2 });
});
