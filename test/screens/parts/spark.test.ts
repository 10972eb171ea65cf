import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import { renderSparkline } from '../../../src/ui/features/signals/spark.ts';
import { createTextPen } from '../../../src/ui/kit/text/pen.ts';
import { rounds } from '../../support/layer.ts';
import { feedInfo, frame, learn, noon, sample, spec } from '../../support/made-facts.ts';

const pen = createTextPen(false);
const signal = spec('q', { threshold: { staleMs: 20_000 } });
const feed = feedInfo('bus/metrics', 'samples', { signals: ['q'] });
const storeOf = (): FactsStore => createFactsStore(frame({ signals: [signal] }));
const read = (store: FactsStore, at: number, value: number | undefined): void =>
  learn(store, feed, { samples: value === undefined ? [] : [sample('q', value, { at })] }, at);
const lineOf = (store: FactsStore, now: number, spanMs = 600_000, cells = 10): string =>
  renderSparkline(signal, 'q', store.getState(), { now, spanMs, cells, pen }).text;

test('an incrementally extended sparkline equals one of all values', () => {
  const step = fc.record({
    wait: fc.integer({ min: 1, max: 90_000 }),
    value: fc.option(fc.integer({ min: 0, max: 9 })),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const store = storeOf();
      let now = noon;
      for (const { wait, value } of steps) {
        now += wait;
        // Without samples the series is gone, and its history is cleared.
        read(store, now, value ?? undefined);
        const state = store.getState();
        // The same facts in another frame: nothing of them has been drawn yet.
        const reframed = { ...state, frame: { ...state.frame } };
        const fresh = renderSparkline(signal, 'q', reframed, { now, spanMs: 600_000, cells: 10, pen }).text;
        expect(lineOf(store, now)).toBe(fresh);
      }
    }),
    { numRuns: rounds(200) },
  );
});

test.each([
  { ago: [4, 3, 2, 1], what: 'one that begins earlier' },
  { ago: [0], what: 'one with other values' },
])('a series in place of the drawn one is drawn whole: $what', ({ ago }) => {
  const before = storeOf();
  read(before, noon, 8);
  const after = storeOf();
  for (const minutes of ago) read(after, noon - minutes * 60_000, 2);
  const shared = { ...after.getState(), frame: before.getState().frame };
  expect(lineOf(before, noon)).toBe('·········▄');
  const drawn = renderSparkline(signal, 'q', shared, { now: noon, spanMs: 600_000, cells: 10, pen }).text;
  expect(drawn).toBe(lineOf(after, noon));
});

test('does not move between readings, and then moves by whole cells', () => {
  const store = storeOf();
  const start = Math.floor(noon / 60_000) * 60_000;
  for (let i = 0; i < 10; i++) read(store, start + i * 60_000, i);
  const shown = [0, 30_000, 59_999].map((after) => lineOf(store, start + 540_000 + after));
  expect(shown).toEqual(['▁▁▂▃▄▄▅▆▇▇', '▁▁▂▃▄▄▅▆▇▇', '▁▁▂▃▄▄▅▆▇▇']);
  expect(lineOf(store, start + 600_000)).toBe('▁▁▂▃▄▅▆▇▇▇');
  expect(lineOf(store, start + 660_000)).toBe('▁▂▃▄▅▆▇▇▇·');
});

test('restored history precedes drawn values, and missing samples are gaps', () => {
  const store = storeOf();
  read(store, noon, 8);
  expect(lineOf(store, noon)).toBe('·········▄');
  const points = [5, 4, 2].map((ago) => ({ at: noon - ago * 60_000, value: 2 }));
  store.apply([{ is: 'recalled', points: new Map([['q', points]]) }], noon);
  expect(lineOf(store, noon)).toMatch(/^····▁▁▁▁▁▇$/);
});

test('a value of a query represents its step; a missing step is a gap', () => {
  const store = storeOf();
  read(store, noon, 8);
  const stepMs = 120_000;
  const points = [8, 6, 2].map((ago) => ({ at: noon - ago * 60_000, value: 2, stepMs }));
  store.apply([{ is: 'recalled', points: new Map([['q', points]]) }], noon);
  expect(lineOf(store, noon)).toBe('·▁▁▁▁▁·▁▁▇');
});

test('a gap that is filled later appears in a drawn line', () => {
  const store = storeOf();
  read(store, noon, 8);
  const recall = (...minutes: readonly number[]): void =>
    store.apply(
      [
        {
          is: 'recalled',
          points: new Map([
            ['q', minutes.map((ago) => ({ at: noon - ago * 60_000, value: 2, stepMs: 60_000 }))],
          ]),
        },
      ],
      noon,
    );
  recall(9, 8, 3);
  expect(lineOf(store, noon)).toBe('▁▁▁···▁▁·▇');
  recall(6, 5);
  expect(lineOf(store, noon)).toBe('▁▁▁▁▁▁▁▁·▇');
  recall(1);
  expect(lineOf(store, noon)).toBe('▁▁▁▁▁▁▁▁▁▇');
});
