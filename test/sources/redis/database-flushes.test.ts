import { expect, test } from 'vitest';
import { createDatabaseFlushes, databasesRead } from '../../../src/sources/redis/database-flushes.ts';

const keyspace = (...databases: readonly (readonly [number, number, number?])[]) =>
  new Map(
    databases.map(([name, keys, expires = 0]) => [`db${name}`, `keys=${keys},expires=${expires},avg_ttl=0`]),
  );

type Reading = readonly [calls: number, keys: ReturnType<typeof keyspace>];

const ownCalls = (reads: ReadonlySet<number> | undefined, ...readings: readonly Reading[]) => {
  const flushes = createDatabaseFlushes(reads);
  return readings.map(([calls, keys]) => flushes.own('run-1', calls, keys));
};

const first: Reading = [3, keyspace([0, 12, 4], [1, 90], [2, 7])];

test.each<readonly [string, readonly number[], readonly Reading[]]>([
  [
    'not: another database is empty since',
    [3, 3, 3],
    [first, [4, keyspace([0, 9, 1], [2, 7])], [5, keyspace([0, 9, 1])]],
  ],
  [
    'not: another one was, and has keys again',
    [3, 3, 3],
    [first, [4, keyspace([0, 12, 4], [2, 7])], [4, keyspace([0, 12, 4], [1, 3])]],
  ],
  ['its own is empty', [3, 4], [first, [4, keyspace([1, 90], [2, 7])]]],
  ['its own has fewer keys that last', [3, 4], [first, [4, keyspace([0, 7], [2, 7])]]],
  ['more calls than empty databases', [3, 5], [first, [5, keyspace([0, 12, 4], [2, 7])]]],
  ['no other is empty', [3, 4], [first, [4, keyspace([0, 12, 4], [1, 2], [2, 7])]]],
])('a flush counts unless it was of another database: %s', (_, expected, readings) => {
  expect(ownCalls(new Set([0]), ...readings)).toEqual(expected);
});

test('a source that reads the whole server is touched by every flush', () => {
  const after: Reading = [4, keyspace([0, 12, 4], [2, 7])];
  expect(ownCalls(undefined, first, after)).toEqual([3, 4]);
  expect(ownCalls(new Set([0, 1]), first, after)).toEqual([3, 4]);
  const read = (signal: Readonly<Record<string, unknown>>) => databasesRead(0, [{ id: 's', read: signal }]);
  expect(read({ length: 'jobs' })).toEqual(new Set([0]));
  expect(read({ info: 'connected_clients' })).toEqual(new Set([0]));
  expect(read({ keys: 1 })).toEqual(new Set([0, 1]));
  expect(read({ percent: 'memory' })).toBeUndefined();
  expect(read({ info: 'used_memory' })).toBeUndefined();
  expect(read({ rate: 'evicted_keys' })).toBeUndefined();
});

test('counts that were reset begin again', () => {
  const after: Reading = [4, keyspace([0, 12, 4], [2, 7])];
  expect(ownCalls(new Set([0]), first, after, [0, keyspace([0, 12, 4], [2, 7])])).toEqual([3, 3, 0]);
});
