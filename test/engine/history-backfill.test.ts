import { expect, test } from 'vitest';
import type { FaultKind } from '../../src/domain/base/fault.ts';
import type { Sample } from '../../src/domain/facts/facts.ts';
import type { HistoryRange, HistoryReading, Reading } from '../../src/domain/facts/reading.ts';
import { ValueSeries } from '../../src/domain/facts/value-series.ts';
import { createHistoryBackfill, historyStepMs } from '../../src/engine/history-backfill.ts';
import type { Feed } from '../../src/sources/kit/contract/source.ts';
import type { FactsChange } from '../../src/store/facts.ts';
import { fault, feedInfo, sample } from '../support/made-facts.ts';
import { manualClock } from '../support/manual-clock.ts';

const hour = 3_600_000;
const minute = 60_000;

type Asked = { readonly id: string; readonly range: HistoryRange; readonly signal: AbortSignal };

const failing = (kind: FaultKind, retryAfterMs?: number): HistoryReading => ({
  series: [],
  faults: [{ ...fault(kind), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }],
});

/** Feeds with a history, and what the back-fill stores. */
const rig = (ids: readonly string[], history: (asked: Asked) => Promise<HistoryReading> | HistoryReading) => {
  const clock = manualClock();
  const askeds: Asked[] = [];
  const stored: FactsChange[] = [];
  const feeds = ids.map(
    (id): Feed => ({
      ...feedInfo(`prom/${id}`, 'samples', { signals: [id] }),
      read: async () => ({ items: [], faults: [] }),
      readHistory: async (range, signal) => {
        askeds.push({ id, range, signal });
        return history({ id, range, signal });
      },
    }),
  );
  const backfill = createHistoryBackfill({
    clock,
    changes: { add: (change) => void stored.push(change), hurry: () => {} },
    feeds: () => feeds,
  });
  const learn = async (id: string, batch: Partial<Reading<Sample>> = {}): Promise<void> => {
    const now = clock.now();
    const reading = { items: [sample(id, 1)], faults: [], ...batch };
    backfill.observe({ is: 'learned', feed: `prom/${id}`, reading, began: now, at: now });
    await clock.settle();
  };
  return { clock, asked: askeds, stored, backfill, learn };
};

const one = (id: string, labels = {}): HistoryReading => ({
  series: [{ signal: id, labels, points: [{ at: manualClock().now() - hour, value: 7 }] }],
  faults: [],
});

test('the first reading of a feed is followed by one query for 6 h in 360 steps, later ones by none', async () => {
  const { clock, asked, stored, learn } = rig(['a'], ({ id }) => one(id));
  await learn('a');
  await learn('a');
  const now = clock.now();
  expect(asked.map(({ range }) => range)).toEqual([{ from: now - 6 * hour, to: now, stepMs: minute }]);
  const point = { at: now - hour, value: 7, stepMs: minute };
  expect(stored).toEqual([{ is: 'recalled', points: new Map([['a', ValueSeries.of([point])]]) }]);
  expect([20 * minute, 6 * hour, 24 * hour].map(historyStepMs)).toEqual([4000, minute, 4 * minute]);
});

test('a failed reading starts none, and a feed without a history is left alone', async () => {
  const { asked, learn } = rig(['a'], ({ id }) => one(id));
  await learn('a', { items: [], faults: [fault('unreachable')] });
  await learn('other');
  expect(asked).toEqual([]);
});

test('two queries at a time per source', async () => {
  const answer = Promise.withResolvers<void>();
  const ids = ['a', 'b', 'c', 'd'];
  const { clock, asked, stored, learn } = rig(ids, async ({ id }) => {
    await answer.promise;
    return one(id);
  });
  for (const id of ids) await learn(id);
  expect(asked.map(({ id }) => id)).toEqual(['a', 'b']);
  answer.resolve();
  await clock.settle();
  expect(asked.map(({ id }) => id)).toEqual(ids);
  expect(stored).toHaveLength(4);
});

test('a temporary failure is tried three times in all, one that stays is not; both leave a gap', async () => {
  const { asked, stored, learn } = rig(['a', 'b'], ({ id }) => failing(id === 'a' ? 'timeout' : 'denied'));
  for (let n = 0; n < 5; n++) {
    await learn('a');
    await learn('b');
  }
  expect(asked.map(({ id }) => id)).toEqual(['a', 'b', 'a', 'a']);
  expect(stored).toEqual([]);
});

test('Retry-After is respected', async () => {
  const { clock, asked, learn } = rig(['a'], () => failing('throttled', minute));
  await learn('a');
  await learn('a');
  expect(asked).toHaveLength(1);
  await clock.advance(minute);
  await learn('a');
  expect(asked).toHaveLength(2);
});

test('only series of the last reading are stored, and none of a signal with more than 50', async () => {
  const { asked, stored, learn } = rig(['a', 'many'], ({ id }) => one(id, { pod: 'gone' }));
  await learn('a', { items: [sample('a', 1, { labels: { pod: 'here' } })] });
  const items = Array.from({ length: 51 }, (_, pod) => sample('many', 1, { labels: { pod: `${pod}` } }));
  await learn('many', { items });
  expect(asked.map(({ id }) => id)).toEqual(['a']);
  expect(stored).toEqual([]);
});

test('a feed that is closed or belongs to another system gets no earlier values', async () => {
  const answer = Promise.withResolvers<void>();
  const { clock, asked, stored, backfill, learn } = rig(['a'], async ({ id }) => {
    await answer.promise;
    return one(id);
  });
  await learn('a');
  backfill.observe({ is: 'forgotten', feed: 'prom/a', fault: fault('wrong-system') });
  expect(asked[0]?.signal.aborted).toBe(true);
  answer.resolve();
  await clock.settle();
  expect(stored).toEqual([]);
  await learn('a');
  expect(stored).toHaveLength(1);
});

test('a query that hangs ends with the time limit of its feed, and stop waits for none', async () => {
  const { clock, asked, backfill, learn } = rig(['a'], () => new Promise(() => {}));
  await learn('a');
  await clock.advance(3000);
  expect(asked[0]?.signal.aborted).toBe(true);
  await clock.advance(250);
  await learn('a');
  expect(asked).toHaveLength(2);
  const stopped = backfill.stop();
  await clock.advance(250);
  await stopped;
});

test('a range on request is stored under its purpose', async () => {
  const { clock, asked, stored, backfill, learn } = rig(['a'], ({ id, range }) => ({
    series: [{ signal: id, labels: {}, points: [{ at: range.from, value: 3 }] }],
    faults: [],
  }));
  backfill.request('a', { from: 0, to: hour }, 'compared');
  expect(asked, 'not before its first reading').toEqual([]);
  await learn('a');
  const to = clock.now() - 24 * hour;
  backfill.request('a', { from: to - hour, to }, 'compared');
  await clock.settle();
  const points = new Map([['a', ValueSeries.of([{ at: to - hour, value: 3, stepMs: 10_000 }])]]);
  expect(stored.at(-1)).toEqual({ is: 'compared', points });
});
