import { expect, test } from 'vitest';
import { createStoreChanges } from '../../src/scheduler/store-changes.ts';
import type { FactsChange } from '../../src/store/facts.ts';

const begins = (feed: string): FactsChange => ({ is: 'reading', feed, at: 0 });
const learns = (feed: string): FactsChange => ({
  is: 'learned',
  feed,
  reading: { items: [], faults: [] },
  began: 0,
  at: 0,
});

const collected = () => {
  const writes: string[][] = [];
  const changes = createStoreChanges(
    (list) =>
      writes.push(
        list.map((factsChange) => `${factsChange.is} ${'feed' in factsChange ? factsChange.feed : ''}`),
      ),
    () => 0,
  );
  return { writes, changes };
};

test('all changes of a tick are stored in one write, in order', () => {
  const { writes, changes } = collected();
  changes.add(learns('b'));
  changes.add(begins('a'));
  changes.flush();
  changes.flush();
  expect(writes).toEqual([['learned b', 'reading a']]);
});

test('a read answered before its start was stored is one change', () => {
  const { writes, changes } = collected();
  changes.add(begins('a'));
  changes.add(begins('b'));
  changes.add(learns('a'));
  changes.flush();
  expect(writes).toEqual([['reading b', 'learned a']]);
});

test('urgent changes are stored together once the running code has finished', async () => {
  const { writes, changes } = collected();
  changes.add(learns('a'));
  changes.hurry();
  changes.add(learns('b'));
  changes.hurry();
  expect(writes).toEqual([]);
  await Promise.resolve();
  expect(writes).toEqual([['learned a', 'learned b']]);
});

test('nothing is stored after the end', async () => {
  const { writes, changes } = collected();
  changes.add(learns('a'));
  changes.hurry();
  changes.stop();
  changes.add(learns('b'));
  changes.flush();
  await Promise.resolve();
  expect(writes).toEqual([]);
});
