import { describe, expect, test } from 'vitest';
import type { Note } from '../../../src/domain/facts/facts.ts';
import type { Lag } from '../../../src/kinds/lag/fact.ts';
import { kafka } from '../../../src/sources/kafka/index.ts';
import { kafkaScenarios } from '../../replay/kafka-scenarios.ts';
import { type Played, play } from '../../replay/open-through.ts';
import { toolOutput, type WireRecording, wireRecording } from '../../replay/recording.ts';
import { replayByContent } from '../../replay/replay-calls.ts';
import type { Replay } from '../../replay/replay-frames.ts';

interface Replayed extends Played {
  readonly recording: WireRecording;
  readonly replay: Replay;
}

/** Replays a scenario recorded from a real broker. */
const replayed = async (name: string): Promise<Replayed> => {
  const scenario = kafkaScenarios.find((kafkaScenario) => kafkaScenario.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const recording = wireRecording(`kafka-4.3/${name}`);
  const replay = replayByContent(recording);
  const played = await play(kafka, scenario, { dial: replay.dial, at: recording.at });
  return { ...played, recording, replay };
};

/** The columns of the lines that start with one of these words. */
const table = ({ recording }: Replayed, tool: string, begin: RegExp): readonly (readonly string[])[] =>
  toolOutput(recording, tool)
    .filter((line) => begin.test(line))
    .map((line) => line.trim().split(/\s+/));

const itemsOf = ({ batches }: Played) => batches.flatMap(({ items }) => items);
const faultsOf = ({ batches }: Played) => batches.flatMap(({ faults }) => faults);
const samplesOf = ({ batches }: Played) =>
  Object.fromEntries(batches.flatMap(({ samples = [] }) => samples).map((sample) => [sample.signal, sample]));
const lagsOf = (played: Played): readonly Lag[] =>
  itemsOf(played).filter((item): item is Lag => 'motion' in item);
const linesOf = (played: Played): readonly string[] =>
  itemsOf(played)
    .filter((item): item is Note => 'title' in item)
    .map(({ title, text }) => `${title}: ${text}`);

describe('responses of a real Kafka 4.3', () => {
  test.each(kafkaScenarios)('$name: every request sent is a recorded one', async ({ name }) => {
    const { replay } = await replayed(name);
    expect(replay.differences()).toEqual([]);
  });

  test('lag: offsets, ends, lags and clients match kafka-consumer-groups', async () => {
    const played = await replayed('lag');
    const rows = lagsOf(played).map(({ group, topic, partition, committed, end, lag, member }) =>
      [group, topic, partition, committed ?? '-', end ?? '-', lag ?? '-', member ?? '-'].map(String),
    );
    const shown = table(played, '--all-groups', /^(?:audit|billing|search) /).map(
      ([group, topic, partition, committed, end, lag, , , client]) => [
        group,
        topic,
        partition,
        committed,
        end,
        lag,
        client,
      ],
    );
    expect(rows).toEqual(shown);
    // Created by the recorder: 30 and 10 messages, 12 of them committed by billing, all by search, none by audit.
    expect(shown.map((row) => row.slice(0, 6).join(' '))).toEqual([
      'audit orders 0 - 30 -',
      'audit orders 1 - 10 -',
      'billing orders 0 12 30 18',
      'search orders 0 30 30 0',
      'search orders 1 10 10 0',
    ]);
    expect(faultsOf(played)).toEqual([]);
  });

  test('lag: a signal of a group without a commit has a reason instead of a value', async () => {
    expect(samplesOf(await replayed('lag'))).toMatchObject({
      lag: { value: 18 },
      silent: { why: 'group audit has no committed offsets' },
      members: { value: 1 },
    });
  });

  test('lag: messages before the start of the log are lost to retention', async () => {
    const played = await replayed('lag-lost');
    const [begin] = toolOutput(played.recording, 'GetOffsetShell');
    expect(begin).toBe('orders:0:20');
    expect(lagsOf(played).map(({ committed, end, lag, lost }) => [committed, end, lag, lost])).toEqual([
      [12n, 30n, 18, 8],
    ]);
    const [group, reset] = played.plans;
    expect(group).toMatchObject({
      earlier: {
        lines: [
          'billing: Empty · 0 members',
          'orders/0: committed 12 of 30, 18 behind, lost to retention: 8',
        ],
      },
    });
    expect(reset).toMatchObject({
      objects: [
        'orders/0: 12 → 30, 8 messages lost to retention, 10 messages are skipped',
        'orders/1: nothing committed → 10',
      ],
    });
  });

  test('a missing group is a fault beside the rows of the others', async () => {
    const played = await replayed('lag-unknown-group');
    expect(lagsOf(played).map(({ group, lag }) => [group, lag])).toEqual([['billing', 18]]);
    expect(faultsOf(played)).toEqual([
      expect.objectContaining({
        kind: 'missing',
        message: 'this cluster has no consumer group stranger: check groups of the source',
      }),
    ]);
  });

  test('health: brokers, topics and partitions match kafka-topics; another cluster id is an identity mismatch', async () => {
    const played = await replayed('health');
    const topics = table(played, 'TopicCommand', /^Topic:/);
    const partitions = table(played, 'TopicCommand', /^\s+Topic:/);
    const health = itemsOf(played).flatMap((item) =>
      'instance' in item && 'detail' in item
        ? [[item.instance, 'status' in item && item.status, item.detail]]
        : [],
    );
    expect(health).toEqual([
      ['', 'up', `1 broker, ${topics.length} topics, ${partitions.length} partitions`],
      ['broker-1', 'up', expect.stringMatching(/^127\.0\.0\.1:\d+$/)],
    ]);
    expect(samplesOf(played)).toMatchObject({
      partitions: { value: partitions.filter(([, topic]) => topic === 'orders').length },
      none: { why: 'the topic nowhere does not exist, or the login lacks DESCRIBE on the topic' },
      offline: { value: 0 },
      underReplicated: { value: 0 },
    });
    expect(played.identityFault).toMatchObject({
      kind: 'wrong-system',
      message: expect.stringMatching(
        /identity mismatch, because a different cluster answers: [\w-]{22}, expected another$/,
      ),
    });
  });

  test('topics: partitions and replicas match kafka-topics, a missing topic is a fault', async () => {
    const played = await replayed('topics');
    const [[, , , , , partitions, , replicas] = []] = table(played, 'TopicCommand', /^Topic: orders/);
    expect(linesOf(played)).toEqual([`orders: ${partitions} partitions, ${replicas} replica`]);
    expect([partitions, replicas]).toEqual(['2', '1']);
    expect(faultsOf(played)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('nowhere') }),
    ]);
  });

  test('groups: states and assignments, including the consumer protocol', async () => {
    const played = await replayed('groups');
    const states = table(played, '--state', /^(?:audit|billing|search) /).map((row) => [
      row[0],
      row.at(-2),
      row.at(-1),
    ]);
    expect(states).toEqual([
      ['audit', 'Stable', '1'],
      ['billing', 'Empty', '0'],
      ['search', 'Stable', '1'],
    ]);
    const members = table(played, '--members', /^(?:audit|search) /);
    expect(members.map(([group, , host, client]) => [group, host, client])).toEqual([
      ['audit', '/127.0.0.1', 'suite'],
      ['search', '/127.0.0.1', 'console-consumer'],
    ]);
    expect(members.every((row) => row.includes('orders:0,1'))).toBe(true);
    expect(linesOf(played)).toEqual([
      'audit: Stable · 1 member',
      'audit: suite at 127.0.0.1: orders 0-1',
      'billing: Empty · 0 members',
      'search: Stable · 1 member',
      'search: console-consumer at 127.0.0.1: orders 0-1',
    ]);
  });

  test('doctor: the broker supports every required call in a known version', async () => {
    const played = await replayed('doctor');
    const listed = toolOutput(played.recording, 'BrokerApiVersionsCommand').join('\n');
    // All versions as in kafka-broker-api-versions, so that the keys are verified independently.
    for (const [name, key, version] of neededCalls) {
      const [, from, to] = new RegExp(`\\b${name}\\(${key}\\): (\\d+)(?: to (\\d+))?`).exec(listed) ?? [];
      expect([name, Number(from) <= version && version <= Number(to ?? from)]).toEqual([name, true]);
    }
    expect(played.findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(played.findings.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^Kafka cluster [\w-]{22}, controller 1, 1 broker$/),
      expect.stringMatching(/^broker 1 at 127\.0\.0\.1:\d+ answers in /),
      'groups: 3 readable',
      'topics: 1 readable',
    ]);
  });

  test('checks: the controller accepts valid changes, and refuses too many replicas in its own words', async () => {
    const { plans } = await replayed('checks');
    expect(plans.map((plan) => (plan instanceof Error ? plan.message : plan.calls[0]?.line))).toEqual([
      'CreateTopics refunds partitions 2 replication 1',
      expect.stringContaining(
        'Unable to replicate the partition 10 time(s): The target replication factor of 10 cannot be reached because only 1 broker(s) are registered',
      ),
      'CreatePartitions orders count 3',
    ]);
  });

  test('operations: topic contents and group offsets match GetOffsetShell', async () => {
    const played = await replayed('operations');
    const ends = toolOutput(played.recording, 'GetOffsetShell');
    expect(ends).toEqual(['orders:0:30', 'orders:1:10']);
    const [topic, group, reset, busy] = played.plans;
    expect(topic).toMatchObject({
      earlier: {
        lines: [
          'orders: 2 partitions, 1 replica',
          '0: leader 1, replicas 1, in sync 1, offsets 0 to 30',
          '1: leader 1, replicas 1, in sync 1, offsets 0 to 10',
        ],
      },
    });
    expect(group).toMatchObject({
      targets: [{ name: 'billing', saw: 'Empty · 0 members' }],
      earlier: { lines: ['billing: Empty · 0 members', 'orders/0: committed 12 of 30, 18 behind'] },
    });
    expect(reset).toMatchObject({
      calls: [{ line: 'OffsetCommit group billing topic orders 0=0 1=0' }],
      objects: ['orders/0: 12 → 0, 12 messages are read again', 'orders/1: nothing committed → 0'],
    });
    expect(busy).toMatchObject({ message: expect.stringContaining('audit') });
  });
});

/** The calls of this client, with the names, keys and versions of the Kafka protocol guide. */
const neededCalls = [
  ['Metadata', 3, 5],
  ['FindCoordinator', 10, 4],
  ['ListGroups', 16, 5],
  ['DescribeGroups', 15, 5],
  ['ConsumerGroupDescribe', 69, 0],
  ['DescribeQuorum', 55, 0],
  ['OffsetFetch', 9, 8],
  ['OffsetCommit', 8, 5],
  ['ListOffsets', 2, 2],
  ['CreateTopics', 19, 4],
  ['CreatePartitions', 37, 1],
] as const;
