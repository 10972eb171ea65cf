import { expect, test, vi } from 'vitest';
import type { Fault } from '../../src/domain/base/fault.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { breaker, fault, feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';

const breakers = feedInfo('bus/breakers@bus-0', 'breakers');
const other = feedInfo('bus/breakers@bus-1', 'breakers');
const metrics = feedInfo('bus/metrics', 'samples', { signals: ['q'] });
const limits = { threshold: { warn: { op: '>=', value: 100 } } } as const;
const second = 1000;

test('notifies once per tick, and keeps the identity of unaffected objects', () => {
  const store = createFactsStore(frame());
  learn(store, breakers, { items: [breaker('psp')] });
  learn(store, other, { items: [breaker('psp', { instance: 'bus-1' })] });
  const before = store.getState();
  const listener = vi.fn();
  store.subscribe(listener);
  store.apply(
    [
      { is: 'reading', feed: breakers.id, at: noon },
      { is: 'waiting', feed: breakers.id, until: noon + 5000, backingOff: false },
    ],
    noon,
  );
  expect(listener).toHaveBeenCalledTimes(1);
  const after = store.getState();
  expect(after.feeds[other.id]).toBe(before.feeds[other.id]);
  expect(after.feeds[breakers.id]).not.toBe(before.feeds[breakers.id]);
  expect(after.feeds[breakers.id]?.known).toBe(before.feeds[breakers.id]?.known);
  expect(after.since).toBe(before.since);
  expect(after.verdicts).toBe(before.verdicts);
});

test('does not notify about an empty tick', () => {
  const store = createFactsStore(frame());
  const listener = vi.fn();
  store.subscribe(listener);
  store.apply([], noon);
  expect(listener).not.toHaveBeenCalled();
});

test('separates the activity of a feed from its last reading', () => {
  const store = createFactsStore(frame());
  const state = () => store.getState().feeds[breakers.id];
  learn(store, breakers, { items: [breaker('psp')] });
  store.apply([{ is: 'reading', feed: breakers.id, at: noon + second }], noon + second);
  expect(state()).toMatchObject({ doing: { is: 'reading', since: noon + second }, known: { at: noon } });
  store.apply([{ is: 'waiting', feed: breakers.id, until: noon + 9000, backingOff: true }], noon + second);
  expect(state()).toMatchObject({ doing: { is: 'backing-off', until: noon + 9000 }, nextAt: noon + 9000 });
});

test('a failed read keeps the last good reading with the fault, and counts failures until the next good one', () => {
  const store = createFactsStore(frame());
  const state = () => store.getState().feeds[breakers.id];
  learn(store, breakers, { items: [breaker('psp')] }, noon);
  learn(store, breakers, { faults: [fault('timeout')] }, noon + 5000);
  learn(store, breakers, { faults: [fault('denied')] }, noon + 10_000);
  expect(state()).toMatchObject({
    known: { items: [{ name: 'psp' }], at: noon },
    faults: [{ kind: 'denied' }],
    losses: 2,
    lostSince: noon + 5000,
  });
  learn(store, breakers, { items: [] }, noon + 15_000);
  expect(state()).toMatchObject({ known: { items: [], at: noon + 15_000 }, faults: [], losses: 0 });
  expect(state()).not.toHaveProperty('lostSince');
});

test('a partial reading updates the rows and keeps its faults', () => {
  const store = createFactsStore(frame());
  learn(store, breakers, { items: [breaker('psp')], faults: [fault('denied')] });
  expect(store.getState().feeds[breakers.id]).toMatchObject({
    known: { items: [{ name: 'psp' }] },
    faults: [{ kind: 'denied' }],
    losses: 0,
  });
});

test('partial readings are faulty since the first one, until a complete reading', () => {
  const store = createFactsStore(frame());
  const since = () => store.getState().feeds[breakers.id]?.faultySince;
  learn(store, breakers, { items: [breaker('psp')], faults: [fault('timeout')] }, noon);
  learn(store, breakers, { items: [breaker('psp')], faults: [fault('timeout')] }, noon + 5000);
  learn(store, breakers, { faults: [fault('timeout')] }, noon + 10_000);
  expect(since()).toBe(noon);
  learn(store, breakers, { items: [breaker('psp')] }, noon + 15_000);
  expect(since()).toBeUndefined();
});

test('a canceled read changes nothing', () => {
  const store = createFactsStore(frame());
  learn(store, breakers, { items: [breaker('psp')] });
  learn(store, breakers, { faults: [fault('cancelled')] }, noon + second);
  expect(store.getState().feeds[breakers.id]).toMatchObject({ known: { at: noon }, faults: [], losses: 0 });
});

test('ignores a reading that began before the current one', () => {
  const store = createFactsStore(frame());
  learn(store, breakers, { items: [breaker('psp', { state: 'closed' })] }, noon + second);
  store.apply(
    [
      {
        is: 'learned',
        feed: breakers.id,
        reading: { items: [breaker('psp', { state: 'open' })], faults: [] },
        began: noon,
        at: noon + 2000,
      },
    ],
    noon + 2000,
  );
  expect(store.getState().feeds[breakers.id]?.known?.items).toMatchObject([{ state: 'closed' }]);
});

test('ignores a change of an unopened feed', () => {
  const store = createFactsStore(frame());
  const before = store.getState();
  store.apply([{ is: 'reading', feed: 'absent/none', at: noon }], noon);
  expect(store.getState().feeds).toBe(before.feeds);
});

test('since is the time of the state change; for a breaker, the time when it left closed', () => {
  const store = createFactsStore(frame());
  const since = () => Object.values(store.getState().since)[0];
  const states = ['closed', 'closed', 'open', 'half-open', 'open', 'closed'] as const;
  const seen = states.map((state, i) => {
    learn(store, breakers, { items: [breaker('psp', { state })] }, noon + i * second);
    return { word: since()?.word, after: ((since()?.since ?? 0) - noon) / second };
  });
  expect(seen).toEqual([
    { word: 'closed', after: 0 },
    { word: 'closed', after: 0 },
    { word: 'open', after: 2 },
    { word: 'half-open', after: 2 },
    { word: 'open', after: 2 },
    { word: 'closed', after: 5 },
  ]);
});

test('removes a missing row; a row that returns starts with a new since', () => {
  const store = createFactsStore(frame());
  learn(store, breakers, { items: [breaker('psp'), breaker('stock')] }, noon);
  learn(store, breakers, { items: [breaker('stock')] }, noon + second);
  expect(Object.keys(store.getState().since)).toHaveLength(1);
  learn(store, breakers, { items: [breaker('psp'), breaker('stock')] }, noon + 2 * second);
  expect(Object.values(store.getState().since).map((s) => s.since)).toEqual([noon, noon + 2 * second]);
});

test('another system at the address: discards everything read by the feed', () => {
  const store = createFactsStore(frame({ signals: [spec('q', limits)] }));
  learn(store, breakers, { items: [breaker('psp')] });
  learn(store, metrics, { samples: [sample('q', 500)] });
  const wrong = fault('wrong-system', 'bus identifies as shop');
  store.apply(
    [breakers, metrics].map((feed) => ({ is: 'forgotten', feed: feed.id, fault: wrong }) as const),
    noon + second,
  );
  const { feeds, since, verdicts, history } = store.getState();
  expect(feeds[breakers.id]).not.toHaveProperty('known');
  expect(feeds[breakers.id]?.faults).toEqual([wrong]);
  expect(since).toEqual({});
  expect(history).toEqual({});
  expect(verdicts.q?.level).toBe('unknown');
});

test('judges values in order, with forMs', () => {
  const store = createFactsStore(
    frame({ signals: [spec('q', { threshold: { ...limits.threshold, forMs: 2000 } })] }),
  );
  const levels = [500, 500, 500, 5].map((value, i) => {
    learn(store, metrics, { samples: [sample('q', value, { at: noon + i * second })] }, noon + i * second);
    return store.getState().verdicts.q?.level;
  });
  expect(levels).toEqual(['ok', 'ok', 'warn', 'ok']);
  expect([...(store.getState().history.q ?? [])].map((v) => v.value)).toEqual([500, 500, 500, 5]);
});

test('a one-shot command ignores forMs', () => {
  const signals = [spec('q', { threshold: { ...limits.threshold, forMs: 60_000 } })];
  const store = createFactsStore(frame({ memory: false, signals }));
  learn(store, metrics, { samples: [sample('q', 500)] });
  expect(store.getState().verdicts.q?.level).toBe('warn');
});

test('judges missing data once the last value is stale, by the kind of fault', () => {
  const signals = [spec('q', { threshold: { ...limits.threshold, noData: 'crit' } })];
  const after = (kind: 'timeout' | 'denied', more: Partial<Fault> = {}) => {
    const store = createFactsStore(frame({ signals }));
    learn(store, metrics, { samples: [sample('q', 5)] }, noon);
    return [5, 20].map((s) => {
      learn(store, metrics, { faults: [{ ...fault(kind), ...more }] }, noon + s * second);
      return store.getState().verdicts.q?.level;
    });
  };
  expect(after('timeout')).toEqual(['ok', 'crit']);
  expect(after('timeout', { isCutOff: true })).toEqual(['ok', 'unknown']);
  expect(after('denied')).toEqual(['ok', 'unknown']);
});

test('a sample that is no number is missing data immediately', () => {
  const store = createFactsStore(frame({ signals: [spec('q', { threshold: { noData: 'warn' } })] }));
  learn(store, metrics, { samples: [sample('q', Number.NaN)] });
  expect(store.getState().verdicts.q).toMatchObject({ level: 'warn', silent: true });
  expect(store.getState().history).toEqual({});
});

test.each([
  [Number.POSITIVE_INFINITY, 'crit'],
  [Number.NEGATIVE_INFINITY, 'ok'],
] as const)('%d is a value, beyond every limit on its side, and no point of a chart', (value, level) => {
  const store = createFactsStore(
    frame({ signals: [spec('q', { threshold: { crit: { op: '>=', value: 10 } } })] }),
  );
  learn(store, metrics, { samples: [sample('q', value)] });
  expect(store.getState().verdicts.q).toMatchObject({ level });
  expect(store.getState().history).toEqual({});
});

test('removes the verdict and history of a removed series', () => {
  const store = createFactsStore(frame({ signals: [spec('q', limits)] }));
  const of = (pod: string, time: number) => sample('q', 5, { labels: { pod }, at: time });
  learn(store, metrics, { samples: [of('a', noon), of('b', noon)] }, noon);
  learn(store, metrics, { samples: [of('b', noon + second)] }, noon + second);
  expect(Object.keys(store.getState().verdicts)).toEqual(['q{pod=b}']);
  expect(Object.keys(store.getState().history)).toEqual(['q{pod=b}']);
  learn(store, metrics, { samples: [] }, noon + 2 * second);
  expect(store.getState().verdicts).toMatchObject({ q: { level: 'unknown' } });
});

test('adds one history value per reading, up to 512', () => {
  const store = createFactsStore(frame({ signals: [spec('q', limits)] }));
  for (let i = 0; i < 600; i++)
    learn(store, metrics, { samples: [sample('q', i, { at: noon + i })] }, noon + i);
  const kept = store.getState().history.q ?? [];
  expect(kept).toHaveLength(512);
  expect(kept.at(-1)).toEqual({ at: noon + 599, value: 599 });
  expect(kept.at(0)?.value).toBe(88);
});
