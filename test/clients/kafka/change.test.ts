import { expect, test } from 'vitest';
import { changeKafka } from '../../../src/clients/kafka/change.ts';
import { createTopics } from '../../../src/clients/kafka/cluster-calls.ts';
import { findCoordinator, offsetCommit } from '../../../src/clients/kafka/group-calls.ts';
import type { KafkaChange } from '../../../src/clients/kafka/kafka-types.ts';
import { ChangeError } from '../../../src/platform/network/to-fault.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { type CallResponse, cluster, ignores, kafkaServer, responds } from './server.ts';

const never = new AbortController().signal;

const coordinatedBy = (port: number, error = 0): CallResponse =>
  responds(findCoordinator, ({ groups }) => ({
    throttleMs: 0,
    coordinators: groups.map((group) => ({ group, broker: 1, host: '127.0.0.1', port, error, message: '' })),
  }));

/** A coordinator that answers a commit with this error code for each partition. */
const commits = (...codes: readonly number[]): CallResponse =>
  responds(offsetCommit, ({ topics }) => ({
    throttleMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partition }, index) => ({ partition, error: codes[index] ?? 0 })),
    })),
  }));

const reset: KafkaChange = {
  is: 'set-offsets',
  group: 'billing',
  topic: 'orders',
  offsets: [
    { topic: 'orders', partition: 0, offset: 5n },
    { topic: 'orders', partition: 1, offset: 7n },
  ],
};

/** The result of a change: 'done', or the extent of the effect and the message. */
const outcomeOf = async (
  responses: (port: number) => readonly CallResponse[],
  change: KafkaChange,
  signal = never,
): Promise<readonly (string | undefined)[]> => {
  await using server = await kafkaServer((port) => [
    cluster([{ id: 1, port }], { orders: 1 }),
    ...responses(port),
  ]);
  try {
    await changeKafka(openTransport(systemClock()), { brokers: [server.address] }, change, signal);
    return ['done'];
  } catch (error) {
    if (error instanceof ChangeError) return [error.outcome, error.message, error.remedy];
    return ['no outcome', error instanceof Error ? error.message : ''];
  }
};
const ofReset = (...codes: readonly number[]) =>
  outcomeOf((port) => [coordinatedBy(port), commits(...codes)], reset);

test.each([
  [
    [30, 30],
    'nothing',
    /orders\/0: the user has no permission on this group \(GROUP_AUTHORIZATION_FAILED\)$/,
  ],
  [[29, 29], 'nothing', /TOPIC_AUTHORIZATION_FAILED/],
  [[25, 25], 'nothing', /UNKNOWN_MEMBER_ID/],
  [[14, 14], 'nothing', /COORDINATOR_LOAD_IN_PROGRESS/],
  [[7, 7], 'unknown', /REQUEST_TIMED_OUT/],
  [[15, 15], 'unknown', /COORDINATOR_NOT_AVAILABLE/],
  [[16, 16], 'unknown', /NOT_COORDINATOR/],
  [[-1, -1], 'unknown', /error -1$/],
  [[0, 29], 'part', /orders\/1: .*TOPIC_AUTHORIZATION_FAILED\). The offset was set in partition 0$/],
  [[29, 16], 'unknown', /orders\/1: .*NOT_COORDINATOR/],
] as const)('the effect of a commit answered with %j: %s', async (codes, outcome, message) => {
  const [done, responses] = await ofReset(...codes);
  expect([done, responses]).toEqual([outcome, expect.stringMatching(message)]);
});

test('a denied commit names the required permission', async () => {
  expect((await ofReset(30, 30))[2]).toMatch(/^grant this user READ on the group/);
  expect(await ofReset(0, 0)).toEqual(['done']);
});

test('an error before the commit is sent has no effect', async () => {
  expect((await outcomeOf((port) => [coordinatedBy(port, 30)], reset))[0]).toBe('nothing');
  // The port of a broker that does not exist.
  expect((await outcomeOf(() => [coordinatedBy(1)], reset))[0]).toBe('nothing');
  // A broker that does not support the call.
  expect(await outcomeOf((port) => [coordinatedBy(port)], reset)).toEqual([
    'nothing',
    expect.stringContaining('does not support OffsetCommit version 5'),
    undefined,
  ]);
});

test('a commit that was sent but not answered may have taken effect', async () => {
  const stop = new AbortController();
  await using server = await kafkaServer((port) => [
    cluster([{ id: 1, port }], { orders: 1 }),
    coordinatedBy(port),
    ignores(offsetCommit),
  ]);
  const changed = changeKafka(
    openTransport(systemClock()),
    { brokers: [server.address] },
    reset,
    stop.signal,
  );
  const failure = changed.catch((error: unknown) => error);
  await server.arrived(offsetCommit);
  server.cut();
  expect(await failure).not.toBeInstanceOf(ChangeError);
});

test.each([
  [36, 'nothing'],
  [44, 'nothing'],
  [89, 'nothing'],
  [41, 'unknown'],
  [7, 'unknown'],
])('the effect of a topic creation answered with %d: %s', async (error, outcome) => {
  const answered = responds(createTopics, ({ topics }) => ({
    throttleMs: 0,
    topics: topics.map(({ name }) => ({ name, error, message: '' })),
  }));
  const change: KafkaChange = { is: 'create-topic', topic: 'audit', partitions: 1, replication: 1 };
  expect((await outcomeOf(() => [answered], change))[0]).toBe(outcome);
});
