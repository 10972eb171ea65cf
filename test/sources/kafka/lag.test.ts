import { expect, test } from 'vitest';
import type { KafkaGroup, KafkaMember } from '../../../src/clients/kafka/kafka-types.ts';
import type { Lag } from '../../../src/kinds/lag/fact.ts';
import { isUncommitted } from '../../../src/kinds/lag/group-verdict.ts';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import { type LagSnapshot, lagRows } from '../../../src/sources/kafka/lag.ts';
import { createOffsetHistory } from '../../../src/sources/kafka/offset-history.ts';
import { createOffsetResets } from '../../../src/sources/kafka/offset-resets.ts';
import { groupSample } from '../../../src/sources/kafka/signal-samples.ts';

const member = (clientId: string, partitions: readonly number[]): KafkaMember => ({
  memberId: `${clientId}-1`,
  clientId,
  host: '10.0.0.7',
  assigned: new Map([['orders', partitions]]),
});
const billing: KafkaGroup = {
  group: 'billing',
  state: 'Stable',
  members: [member('app-0', [0, 1]), member('app-1', [2])],
};
const sweep: LagSnapshot = {
  groups: [billing],
  committed: [
    {
      group: 'billing',
      offsets: [
        { topic: 'orders', partition: 1, offset: 20n },
        { topic: 'orders', partition: 0, offset: 9_007_199_254_740_993n },
        { topic: 'payments', partition: 0 },
      ],
    },
  ],
  ends: [
    { topic: 'orders', partition: 0, offset: 9_007_199_254_740_995n },
    { topic: 'orders', partition: 1, offset: 20n },
    { topic: 'orders', partition: 2, offset: 7n },
  ],
  starts: [{ topic: 'orders', partition: 0, offset: 9_007_199_254_740_990n }],
};
const stamp = { source: 'kafka', at: 1000, cluster: 'events' };
/** A row with constant lag. */
const steady: Lag = {
  ...stamp,
  group: 'billing',
  topic: 'orders',
  partition: 1,
  lag: 70,
  motion: 'steady',
};
const rowsOf = (given: Partial<LagSnapshot> = {}, topics?: readonly string[]) =>
  lagRows({ ...sweep, ...given }, stamp, { history: createOffsetHistory(60_000) }, topics);

test('one row per partition: committed, assigned without a commit, and with an unknown end offset', () => {
  const own = { ...stamp, group: 'billing', members: 2 };
  expect(rowsOf()).toEqual({
    problems: [],
    rows: [
      {
        ...own,
        topic: 'orders',
        partition: 0,
        committed: 9_007_199_254_740_993n,
        end: 9_007_199_254_740_995n,
        lag: 2,
        motion: 'unknown',
        member: 'app-0',
      },
      {
        ...own,
        topic: 'orders',
        partition: 1,
        committed: 20n,
        end: 20n,
        lag: 0,
        motion: 'steady',
        member: 'app-0',
      },
      { ...own, topic: 'orders', partition: 2, end: 7n, motion: 'unknown', member: 'app-1' },
      { ...own, topic: 'payments', partition: 0, motion: 'unknown' },
    ],
  });
  expect(rowsOf({}, ['payments']).rows).toHaveLength(1);
});

test('a group with unknown members is not stopped', () => {
  const { rows } = rowsOf({ groups: [{ group: 'billing', state: 'Stable' }] });
  expect(rows.map(({ motion }) => motion)).toEqual(['unknown', 'steady', 'unknown']);
  expect(rows.some((row) => 'members' in row || 'member' in row)).toBe(false);
});

test('without members a lag is stopped', () => {
  const { rows } = rowsOf({ groups: [{ group: 'billing', state: 'Empty', members: [] }] });
  expect(rows.map(({ motion, members }) => [motion, members])).toEqual([
    ['stopped', 0],
    ['steady', 0],
    ['unknown', 0],
  ]);
});

test('consumers have committed offsets past the end of the topic: no lag, motion unknown, and a problem that names the partition', () => {
  const { rows, problems } = rowsOf({
    ends: [{ topic: 'orders', partition: 1, offset: 5n }],
  });
  const row = rows.find(({ topic, partition }) => topic === 'orders' && partition === 1);
  expect(row).toMatchObject({ committed: 20n, end: 5n, motion: 'unknown' });
  expect(row).not.toHaveProperty('lag');
  expect(problems.map(({ kind, message }) => [kind, message])).toEqual([
    [
      'missing',
      'consumers have committed offsets past the end of the topic: billing has committed offset 20 in orders/1, which ends at 5: the topic was recreated or truncated',
    ],
  ]);
});

test('signals: there is no sum when the lag of some partitions is unknown', () => {
  const { rows } = rowsOf();
  const groups = sweep.groups;
  expect(groupSample({ lag: 'billing', topic: 'orders' }, rows, groups)).toMatchObject({ value: 2 });
  expect(groupSample({ lag: 'billing', topic: 'orders', fold: 'max' }, rows, groups)).toMatchObject({
    value: 2,
  });
  expect(groupSample({ lag: 'billing', topic: 'orders', fold: 'avg' }, rows, groups)).toMatchObject({
    value: 1,
  });
  expect(groupSample({ lag: 'billing', topic: 'orders', fold: 'count' }, rows, groups)).toMatchObject({
    value: 2,
  });
  const { rows: withEnd } = rowsOf({ ends: [{ topic: 'payments', partition: 0, offset: 3n }] });
  expect(groupSample({ lag: 'billing', topic: 'payments' }, withEnd, groups)).toEqual({
    why: 'group billing has no committed offsets in payments',
  });
  expect(groupSample({ members: 'billing' }, rows, groups)).toEqual({ value: 2 });
  expect(groupSample({ members: 'absent' }, rows, groups)).toEqual({
    why: 'cannot read group absent: the login may lack DESCRIBE on the group',
  });
  const blind = rowsOf({ ends: [{ topic: 'orders', partition: 1, offset: 25n }] }).rows;
  expect(groupSample({ lag: 'billing', topic: 'orders' }, blind, groups)).toEqual({
    why: 'Kafka reports no lag for 2 of 3 partitions in orders',
  });
});

test('messages deleted by retention before the group read them are counted', () => {
  const { rows } = rowsOf({
    committed: [{ group: 'billing', offsets: [{ topic: 'orders', partition: 1, offset: 20n }] }],
    ends: [{ topic: 'orders', partition: 1, offset: 90n }],
    starts: [{ topic: 'orders', partition: 1, offset: 65n }],
  });
  expect(rows.find(({ partition }) => partition === 1)).toMatchObject({ lag: 70, lost: 45 });
  expect(levelOf('lag', { ...steady, lost: 45 }, {})).toBe('warn');
  expect(levelOf('lag', steady, {})).toBe('ok');
  expect(rowsOf().rows.some((row) => 'lost' in row)).toBe(false);
});

test('offsets in a topic without DESCRIBE permission are unknown, not absent', () => {
  // The broker omits such a topic from a group's offsets, and returns neither its start nor its end.
  const { rows } = rowsOf({ committed: [{ group: 'billing', offsets: [] }], ends: [], starts: [] });
  expect(rows.map(isUncommitted)).toEqual([false, false, false]);
  const hidden =
    'cannot read the committed offsets of group billing: the login may lack DESCRIBE on the topic';
  expect(groupSample({ lag: 'billing' }, rows, sweep.groups)).toEqual({ why: hidden });
  const empty: KafkaGroup = { group: 'billing', state: 'Empty', members: [] };
  expect(groupSample({ lag: 'billing' }, [], [empty])).toEqual({
    why: 'group billing has committed no offset, or the login lacks DESCRIBE on the topic',
  });
});

test('there is no sum of a group with unreadable offsets', () => {
  const { rows } = rowsOf({ ends: [{ topic: 'orders', partition: 1, offset: 25n }] });
  const known = rows.filter(({ partition, topic }) => topic === 'orders' && partition !== 0);
  expect(groupSample({ lag: 'billing' }, known, sweep.groups)).toEqual({
    why: 'Kafka reports no lag for 1 of 2 partitions',
  });
});

test('a member that commits in one partition is behind in the others; a member that commits nothing is stalled', () => {
  const history = createOffsetHistory(60_000);
  const at = (ms: number, first: bigint, end: bigint) =>
    lagRows(
      {
        ...sweep,
        committed: [
          {
            group: 'billing',
            offsets: [first, 10n, 10n].map((offset, partition) => ({ topic: 'orders', partition, offset })),
          },
        ],
        ends: [0, 1, 2].map((partition) => ({ topic: 'orders', partition, offset: end })),
        starts: [],
      },
      { ...stamp, at: ms },
      { history },
    ).rows.map(({ motion }) => motion);
  at(0, 10n, 2000n);
  // After a second, as in `check`: the group commits, and these partitions fall behind.
  expect(at(1000, 110n, 2100n)).toEqual(['steady', 'falling-behind', 'falling-behind']);
  // After half a minute, as in the cockpit. Partition 1 belongs to the member that has committed in partition 0.
  expect(at(30_000, 310n, 2300n)).toEqual(['steady', 'falling-behind', 'stalled']);
});

test('a lag that ended because its offsets were set says so, in its row', () => {
  const memory = { history: createOffsetHistory(60_000), resets: createOffsetResets() };
  const at = (ms: number, offset: bigint, members: KafkaGroup['members'] = []) => {
    const group: KafkaGroup = { ...billing, members };
    const committed = [{ group: 'billing', offsets: [{ topic: 'orders', partition: 0, offset }] }];
    const ends = [{ topic: 'orders', partition: 0, offset: 900n }];
    const { rows } = lagRows({ groups: [group], committed, ends, starts: [] }, { ...stamp, at: ms }, memory);
    return rows[0]?.setAt;
  };
  const members = [member('app-0', [0])];
  expect(at(0, 10n, members)).toBe(undefined);
  expect(at(5000, 900n)).toBe(5000);
  expect(at(9000, 900n, members)).toBe(5000);
});
