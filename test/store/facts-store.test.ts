import { expect, test, vi } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { breaker, fault, feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';

const breakers = feedInfo('bus/breakers@bus-0', 'breakers');
const other = feedInfo('bus/breakers@bus-1', 'breakers');
const metrics = feedInfo('bus/metrics', 'samples', { signals: ['q'] });
const limits = { threshold: { warn: { op: '>=', value: 100 } } } as const;
const second = 1000;

test('a whole tick is told once, and what it did not touch stays the same object', () => {
  const store = createFactsStore(frame());
  learn(store, breakers, { items: [breaker('psp')] });
  learn(store, other, { items: [breaker('psp', { instance: 'bus-1' })] });
  const before = store.getState();
  const told = vi.fn();
  store.subscribe(told);
  store.apply(
    [
      { is: 'reading', feed: breakers.id, at: noon },
      { is: 'waiting', feed: breakers.id, until: noon + 5000, backingOff: false },
    ],
    noon,
  );
  expect(told).toHaveBeenCalledTimes(1);
  const after = store.getState();
  expect(after.feeds[other.id]).toBe(before.feeds[other.id]);
  expect(after.feeds[breakers.id]).not.toBe(before.feeds[breakers.id]);
  expect(after.feeds[breakers.id]?.known).toBe(before.feeds[breakers.id]?.known);
  expect(after.since).toBe(before.since);
  expect(after.verdicts).toBe(before.verdicts);
});

test('an empty tick tells nobody', () => {
  const store = createFactsStore(frame());
  const told = vi.fn();
  store.subscribe(told);
  store.apply([], noon);
  expect(told).not.toHaveBeenCalled();
});

test('what a feed does is kept apart from what it knows', () => {
  const store = createFactsStore(frame());
  const state = () => store.getState().feeds[breakers.id];
  learn(store, breakers, { items: [breaker('psp')] });
  store.apply([{ is: 'reading', feed: breakers.id, at: noon + second }], noon + second);
  expect(state()).toMatchObject({ doing: { is: 'reading', since: noon + second }, known: { at: noon } });
  store.apply([{ is: 'waiting', feed: breakers.id, until: noon + 9000, backingOff: true }], noon + second);
  expect(state()).toMatchObject({ doing: { is: 'backing-off', until: noon + 9000 }, nextAt: noon + 9000 });
});

test('a lost reading leaves the last good one beside its fault, and losses are counted until the next good one', () => {
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

test('a partial reading is a reading: what was seen is known, what was not is a fault', () => {
  const store = createFactsStore(frame());
  learn(store, breakers, { items: [breaker('psp')], faults: [fault('denied')] });
  expect(store.getState().feeds[breakers.id]).toMatchObject({
    known: { items: [{ name: 'psp' }] },
    faults: [{ kind: 'denied' }],
    losses: 0,
  });
});

test('a feed that sees only a part is faulty since the first such reading, until one brings all', () => {
  const store = createFactsStore(frame());
  const since = () => store.getState().feeds[breakers.id]?.faultySince;
  learn(store, breakers, { items: [breaker('psp')], faults: [fault('timeout')] }, noon);
  learn(store, breakers, { items: [breaker('psp')], faults: [fault('timeout')] }, noon + 5000);
  learn(store, breakers, { faults: [fault('timeout')] }, noon + 10_000);
  expect(since()).toBe(noon);
  learn(store, breakers, { items: [breaker('psp')] }, noon + 15_000);
  expect(since()).toBeUndefined();
});

test('a reading that we stopped ourselves changes nothing that is known', () => {
  const store = createFactsStore(frame());
  learn(store, breakers, { items: [breaker('psp')] });
  learn(store, breakers, { faults: [fault('cancelled')] }, noon + second);
  expect(store.getState().feeds[breakers.id]).toMatchObject({ known: { at: noon }, faults: [], losses: 0 });
});

test('an answer that began before the one we have is too old to count', () => {
  const store = createFactsStore(frame());
  learn(store, breakers, { items: [breaker('psp', { state: 'closed' })] }, noon + second);
  store.apply(
    [
      {
        is: 'learned',
        feed: breakers.id,
        batch: { items: [breaker('psp', { state: 'open' })], faults: [] },
        began: noon,
        at: noon + 2000,
      },
    ],
    noon + 2000,
  );
  expect(store.getState().feeds[breakers.id]?.known?.items).toMatchObject([{ state: 'closed' }]);
});

test('a change of a feed that nobody opened is ignored', () => {
  const store = createFactsStore(frame());
  const before = store.getState();
  store.apply([{ is: 'reading', feed: 'nobody/none', at: noon }], noon);
  expect(store.getState().feeds).toBe(before.feeds);
});

test('since counts from the change of state, and a breaker counts from leaving closed', () => {
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

test('a row that is gone is forgotten, and one that comes back counts anew', () => {
  const store = createFactsStore(frame());
  learn(store, breakers, { items: [breaker('psp'), breaker('stock')] }, noon);
  learn(store, breakers, { items: [breaker('stock')] }, noon + second);
  expect(Object.keys(store.getState().since)).toHaveLength(1);
  learn(store, breakers, { items: [breaker('psp'), breaker('stock')] }, noon + 2 * second);
  expect(Object.values(store.getState().since).map((s) => s.since)).toEqual([noon, noon + 2 * second]);
});

test('another system behind the right address: everything that the feed said is forgotten', () => {
  const store = createFactsStore(frame({ signals: [spec('q', limits)] }));
  learn(store, breakers, { items: [breaker('psp')] });
  learn(store, metrics, { samples: [sample('q', 500)] });
  const wrong = fault('wrong-system', 'bus says that it is shop');
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

test('values are judged as they come, in memory of the ones before', () => {
  const store = createFactsStore(
    frame({ signals: [spec('q', { threshold: { ...limits.threshold, forMs: 2000 } })] }),
  );
  const levels = [500, 500, 500, 5].map((value, i) => {
    learn(store, metrics, { samples: [sample('q', value, { at: noon + i * second })] }, noon + i * second);
    return store.getState().verdicts.q?.level;
  });
  expect(levels).toEqual(['ok', 'ok', 'warn', 'ok']);
  expect(store.getState().history.q?.map((v) => v.value)).toEqual([500, 500, 500, 5]);
});

test('a one-shot command has no memory: it is raised at once', () => {
  const signals = [spec('q', { threshold: { ...limits.threshold, forMs: 60_000 } })];
  const store = createFactsStore(frame({ memory: false, signals }));
  learn(store, metrics, { samples: [sample('q', 500)] });
  expect(store.getState().verdicts.q?.level).toBe('warn');
});

test('silence is judged when the last value has become stale, by what failed', () => {
  const signals = [spec('q', { threshold: { ...limits.threshold, noData: 'crit' } })];
  const after = (kind: 'timeout' | 'denied') => {
    const store = createFactsStore(frame({ signals }));
    learn(store, metrics, { samples: [sample('q', 5)] }, noon);
    return [5, 20].map((s) => {
      learn(store, metrics, { faults: [fault(kind)] }, noon + s * second);
      return store.getState().verdicts.q?.level;
    });
  };
  expect(after('timeout')).toEqual(['ok', 'crit']);
  expect(after('denied')).toEqual(['ok', 'unknown']);
});

test('a signal that answers without a value is silence at once, and an infinite value is none', () => {
  const store = createFactsStore(frame({ signals: [spec('q', { threshold: { noData: 'warn' } })] }));
  learn(store, metrics, { samples: [sample('q', Number.POSITIVE_INFINITY)] });
  expect(store.getState().verdicts.q).toMatchObject({ level: 'warn', silent: true });
  expect(store.getState().history).toEqual({});
});

test('a series that is gone takes its verdict and history along', () => {
  const store = createFactsStore(frame({ signals: [spec('q', limits)] }));
  const of = (pod: string, at: number) => sample('q', 5, { labels: { pod }, at });
  learn(store, metrics, { samples: [of('a', noon), of('b', noon)] }, noon);
  learn(store, metrics, { samples: [of('b', noon + second)] }, noon + second);
  expect(Object.keys(store.getState().verdicts)).toEqual(['q{pod=b}']);
  expect(Object.keys(store.getState().history)).toEqual(['q{pod=b}']);
  learn(store, metrics, { samples: [] }, noon + 2 * second);
  expect(store.getState().verdicts).toMatchObject({ q: { level: 'unknown' } });
});

test('history is bounded and grows by one per reading', () => {
  const store = createFactsStore(frame({ signals: [spec('q', limits)] }));
  for (let i = 0; i < 600; i++)
    learn(store, metrics, { samples: [sample('q', i, { at: noon + i })] }, noon + i);
  const kept = store.getState().history.q ?? [];
  expect(kept).toHaveLength(512);
  expect(kept.at(-1)).toEqual({ at: noon + 599, value: 599 });
  expect(kept[0]?.value).toBe(88);
});
