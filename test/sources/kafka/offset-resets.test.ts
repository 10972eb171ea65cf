import { expect, test } from 'vitest';
import { createOffsetResets } from '../../../src/sources/kafka/offset-resets.ts';

/** When the last of some readings finds that the offset was set. Each: committed offset, end, members. */
const setAt = (...readings: readonly (readonly [number, number, number])[]): number | undefined => {
  const resets = createOffsetResets();
  return readings
    .map(([committed, end, members], index) =>
      resets.note('billing', 'orders/0', {
        ...{ at: 1000 * index, committed: BigInt(committed), end: BigInt(end), members },
      }),
    )
    .at(-1)?.setAt;
};

test.each<readonly [string, number | undefined, readonly (readonly [number, number, number])[]]>([
  [
    'while the group was empty',
    2000,
    [
      [100, 9000, 3],
      [100, 9000, 0],
      [9000, 9000, 0],
    ],
  ],
  [
    'before the members came back',
    2000,
    [
      [100, 9000, 3],
      [100, 9000, 0],
      [9000, 9000, 0],
      [9050, 9050, 3],
    ],
  ],
  [
    'to the end, while the last members left',
    1000,
    [
      [100, 9000, 3],
      [9000, 9000, 0],
    ],
  ],
  [
    'never: members consumed it',
    undefined,
    [
      [100, 9000, 3],
      [9000, 9000, 3],
    ],
  ],
  [
    'never: members committed and left',
    undefined,
    [
      [100, 9000, 3],
      [150, 9000, 0],
    ],
  ],
  [
    'never: members came and consumed',
    undefined,
    [
      [100, 9000, 3],
      [100, 9000, 0],
      [9000, 9000, 3],
    ],
  ],
  [
    'never: the consumer joins no group',
    undefined,
    [
      [100, 9000, 0],
      [4000, 9000, 0],
      [9000, 9000, 0],
    ],
  ],
  [
    'never: it was set back, so that messages are read again',
    undefined,
    [
      [100, 9000, 3],
      [100, 9000, 0],
      [0, 9000, 0],
    ],
  ],
])('offsets were set %s', (_, expected, readings) => {
  expect(setAt(...readings)).toBe(expected);
});

test('a partition that was not read for an hour is forgotten', () => {
  const resets = createOffsetResets();
  const reading = { at: 0, committed: 0n, end: 9n, members: 1 };
  resets.note('billing', 'orders/0', reading);
  resets.prune(3_600_001);
  expect(
    resets.note('billing', 'orders/0', { ...reading, at: 3_600_001, committed: 9n, members: 0 }),
  ).toEqual({});
});

/** When the last of some readings finds that unread messages were deleted. Each: committed offset, start, end. */
const deletedAt = (
  partition: string,
  ...readings: readonly (readonly [number, number | undefined, number])[]
): number | undefined => {
  const resets = createOffsetResets();
  return readings
    .map(([committed, start, end], index) =>
      resets.note('billing', partition, {
        ...{ at: 1000 * index, committed: BigInt(committed), end: BigInt(end), members: 3 },
        ...(start === undefined ? {} : { start: BigInt(start) }),
      }),
    )
    .at(-1)?.deletedAt;
};

test.each<
  readonly [string, number | undefined, string, readonly (readonly [number, number | undefined, number])[]]
>([
  [
    'and the consumer continued at the end',
    1000,
    'orders/0',
    [
      [100, 0, 9000],
      [9000, 9000, 9000],
      [9050, 9000, 9050],
    ],
  ],
  [
    'never: they had been read',
    undefined,
    'orders/0',
    [
      [100, 0, 9000],
      [9000, 100, 9000],
    ],
  ],
  [
    'never: the start of the log is unknown',
    undefined,
    'orders/0',
    [
      [100, undefined, 9000],
      [9000, 9000, 9000],
    ],
  ],
  [
    'never: none were unread',
    undefined,
    'orders/0',
    [
      [9000, 0, 9000],
      [9050, 9040, 9050],
    ],
  ],
  [
    'before, and not since',
    undefined,
    'orders/0',
    [
      [100, 4000, 9000],
      [9000, 4000, 9000],
    ],
  ],
  [
    'never: Kafka Streams deletes what it has read',
    undefined,
    'app-by-id-repartition/0',
    [
      [100, 0, 9000],
      [9000, 9000, 9000],
    ],
  ],
])('unread messages were deleted %s', (_, expected, partition, readings) => {
  expect(deletedAt(partition, ...readings)).toBe(expected);
});

test('the start of a log is asked for once more where a group had lag', () => {
  const resets = createOffsetResets();
  const reading = { at: 0, committed: 1n, end: 9n, members: 1 };
  resets.note('billing', 'orders/0', reading);
  resets.note('billing', 'orders/1', { ...reading, committed: 9n });
  expect([...resets.lagging()]).toEqual(['orders/0']);
});
