import { expect, test } from 'vitest';
import { createCriticalNotifier } from '../../../../src/engine/cockpit/attention/critical-notifier.ts';
import type { Breaker } from '../../../../src/kinds/breakers/fact.ts';
import { createFactsStore } from '../../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../../src/store/snapshot.ts';
import { breaker, fault, feedInfo, frame, learn, noon, sample, spec } from '../../../support/made-facts.ts';

const feed = feedInfo('bus/breakers', 'breakers', { everyMs: 5000, staleMs: 15_000 });
const heapFeed = feedInfo('prom/queries', 'samples', { signals: ['heap'], staleMs: 15_000 });

/** Reads circuit breakers of a bus and one signal every second. */
const watching = (isWanted: () => boolean = () => true) => {
  const store = createFactsStore(
    frame({
      sources: { bus: { type: 'actuator', kinds: ['breakers'] } },
      signals: [spec('heap', { title: 'heap', unit: '%', threshold: { crit: { op: '>=', value: 90 } } })],
    }),
  );
  const notify = createCriticalNotifier(isWanted);
  let now = noon;
  store.apply([{ is: 'opened', feeds: [feed, heapFeed] }], now);
  const read = (): readonly string[] => notify(buildSnapshot(store.getState(), now)).map(({ text }) => text);
  return {
    read,
    after: (ms: number) => {
      now += ms;
    },
    breakers: (...items: readonly (readonly [string, Breaker['state']])[]) => {
      learn(store, feed, { items: items.map(([name, state]) => breaker(name, { state, at: now })) }, now);
      return read();
    },
    blind: () => {
      learn(store, feed, { faults: [fault('unreachable')] }, now);
      return read();
    },
    heap: (value: number) => {
      learn(store, heapFeed, { samples: [sample('heap', value, { at: now })] }, now);
      return read();
    },
  };
};

test('only a change to critical after the first reading is announced, once', () => {
  const { read, breakers, after } = watching();
  expect(read()).toEqual([]);
  expect(breakers(['a', 'open'], ['b', 'closed'])).toEqual([]);
  after(5000);
  expect(breakers(['a', 'open'], ['b', 'open'])).toEqual([expect.stringMatching(/^breakers .*b$/)]);
  after(5000);
  expect(breakers(['a', 'open'], ['b', 'open'])).toEqual([]);
});

test('a flapping row is announced at most once in five minutes', () => {
  const { breakers, after } = watching();
  breakers(['a', 'closed']);
  after(5000);
  expect(breakers(['a', 'open'])).toHaveLength(1);
  after(60_000);
  breakers(['a', 'closed']);
  after(60_000);
  expect(breakers(['a', 'open'])).toEqual([]);
  breakers(['a', 'closed']);
  after(300_000);
  expect(breakers(['a', 'open'])).toHaveLength(1);
});

test('a new row is announced if all others were visible before', () => {
  const { breakers, after } = watching();
  breakers(['a', 'closed']);
  after(5000);
  expect(breakers(['a', 'closed'], ['b', 'open'])).toHaveLength(1);
});

test('a row that was critical before it became unavailable is not announced again', () => {
  const { breakers, blind, after } = watching();
  breakers(['a', 'closed']);
  after(5000);
  expect(breakers(['a', 'open'])).toHaveLength(1);
  after(400_000);
  expect(blind()).toEqual([]);
  after(5000);
  expect(breakers(['a', 'open'])).toEqual([]);
});

test('a signal is announced with its value, but not when its first value is critical', () => {
  const { heap, after } = watching();
  expect(heap(95)).toEqual([]);
  after(5000);
  expect(heap(50)).toEqual([]);
  after(5000);
  expect(heap(96)).toEqual(['heap 96 %']);
});

test('nothing is announced while notifications are off, nor afterwards if it became critical meanwhile', () => {
  let expected = false;
  const { breakers, after } = watching(() => expected);
  breakers(['a', 'closed']);
  after(5000);
  expect(breakers(['a', 'open'])).toEqual([]);
  expected = true;
  after(5000);
  expect(breakers(['a', 'open'])).toEqual([]);
});
