import { describe, expect, test } from 'vitest';
import { type KafkaCall, newestCommonVersion, supportedVersions } from '../../../src/clients/kafka/call.ts';
import { openKafkaReader } from '../../../src/clients/kafka/client.ts';
import { apiVersions } from '../../../src/clients/kafka/cluster-calls.ts';
import { listGroups, listGroupsUntyped } from '../../../src/clients/kafka/group-calls.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { type CallResponse, cluster, kafkaServer, responds } from './server.ts';

const never = new AbortController().signal;

test('selects the newest version supported by both sides', () => {
  expect(supportedVersions(listGroups)).toEqual([4, 5]);
  const taken = (from: number, to: number) => newestCommonVersion(listGroups, { from, to })?.version;
  expect([taken(0, 3), taken(0, 4), taken(4, 5), taken(0, 9), taken(5, 9), taken(6, 9)]).toEqual([
    undefined,
    4,
    5,
    5,
    5,
    undefined,
  ]);
  expect(newestCommonVersion(listGroups, undefined)).toBeUndefined();
});

/** A broker that supports these versions of ListGroups, and answers in each version that the client supports. */
const broker = (from: number, to: number) => {
  const versions: number[] = [];
  const answers = (call: typeof listGroups): CallResponse => {
    const responses = responds(call, () => ({
      throttleMs: 0,
      error: 0,
      groups: [{ group: 'billing', protocol: 'consumer', state: 'Stable', type: 'Classic' }],
    }));
    return {
      ...responses,
      reply: (...asked) => {
        versions.push(call.version);
        return responses.reply(...asked);
      },
    };
  };
  const spoken: CallResponse = responds(apiVersions as KafkaCall<unknown, unknown>, () => ({
    error: 0,
    calls: [
      { key: 3, from: 0, to: 13 },
      { key: 18, from: 0, to: 4 },
      { key: listGroups.key, from, to },
    ],
  }));
  const responses = (port: number) => [
    spoken,
    cluster([{ id: 1, port }]),
    answers(listGroups),
    answers(listGroupsUntyped),
  ];
  return { responses, versions };
};

describe('a connection uses the newest version that its broker supports', () => {
  test.each([
    [0, 4, [4], { group: 'billing', state: 'Stable' }],
    [0, 5, [5], { group: 'billing', state: 'Stable', type: 'classic' }],
    [5, 9, [5], { group: 'billing', state: 'Stable', type: 'classic' }],
  ])('broker %d to %d', async (from, to, questions, group) => {
    const { responses, versions } = broker(from, to);
    await using server = await kafkaServer(responses);
    const reader = openKafkaReader({ brokers: [server.address] }, openTransport(systemClock()));
    expect(await reader.withSession(never, (session) => session.groups())).toEqual([group]);
    expect(versions).toEqual(questions);
    await reader.close();
  });

  test('an error names both ranges when there is no common version', async () => {
    const { responses, versions } = broker(6, 9);
    await using server = await kafkaServer(responses);
    const reader = openKafkaReader({ brokers: [server.address] }, openTransport(systemClock()));
    const problems = await reader.withSession(never, async (session) => {
      await session.groups();
      return session.problems.map(({ kind, message }) => [kind, message]);
    });
    expect(problems).toEqual([
      [
        'malformed',
        expect.stringMatching(/ListGroups: version 4 or 5 is needed, the broker supports 6 to 9$/),
      ],
    ]);
    expect(versions).toEqual([]);
    await reader.close();
  });
});
