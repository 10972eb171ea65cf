import { expect, test } from 'vitest';
import type { FactsStore } from '../../../src/store/facts-store.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { freshnessText, newestFaults } from '../../../src/ui/shell/frame/freshness.ts';
import { fault, feedInfo, frame, learn, noon } from '../../support/made-facts.ts';

const storeOf = (ages: Readonly<Record<string, number>>): FactsStore => {
  const store = createFactsStore(frame());
  for (const [source, seconds] of Object.entries(ages))
    learn(store, feedInfo(`${source}/rows`, 'breakers'), { items: [] }, noon - seconds * 1000);
  return store;
};

const textOf = (ages: Readonly<Record<string, number>>, isBrief = false): string =>
  freshnessText(storeOf(ages).getState(), noon, isBrief).trim();

test('the typical age is the oldest of the sources that are no exception', () => {
  expect(textOf({ bus: 1, k8s: 4, pg: 2 })).toBe('data 4s old');
});

test('one slow source is named, and does not age the others', () => {
  expect(textOf({ bus: 1, k8s: 4, pg: 2, backups: 111 })).toBe('data 4s old, backups 1m51s');
  expect(textOf({ bus: 1, k8s: 4, pg: 2, backups: 111 }, true)).toBe('4s old, oldest 1m51s');
});

test('several slow sources are counted, with the age of the oldest', () => {
  expect(textOf({ bus: 1, k8s: 4, pg: 2, backups: 111, costs: 300 })).toBe('data 4s old, 2 sources 5m');
});

test('when most sources are slow, their age is the typical one', () => {
  expect(textOf({ bus: 1, backups: 111, costs: 120 })).toBe('data 2m old');
});

test('without data there is no age', () => {
  expect(textOf({})).toBe('no data yet');
});

test('of each source only the newest fault remains', () => {
  const at = (seconds: number) => noon - seconds * 1000;
  const faults = [
    { ...fault('timeout', 'no answer in 3s', 'ledger'), at: at(207) },
    { ...fault('denied', 'no list on pods', 'k8s'), at: at(3) },
    { ...fault('unreachable', 'tunnel cut', 'ledger'), at: at(100) },
    { ...fault('timeout', 'no answer in 3s', 'ledger'), at: at(200) },
  ];
  expect(newestFaults(faults).map(({ source, kind }) => `${source} ${kind}`)).toEqual([
    'ledger unreachable',
    'k8s denied',
  ]);
});
