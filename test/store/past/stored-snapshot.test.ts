import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnyFact, FactKind } from '../../../src/domain/facts/facts.ts';
import { isOptional, type SharedTable, type SharedValue } from '../../../src/kinds/define/shared-fields.ts';
import { factKinds, kindOf } from '../../../src/kinds/registry/registry.ts';
import type { FactsState } from '../../../src/store/facts.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { decodeState, omittedRows } from '../../../src/store/past/decode-state.ts';
import { encodeSnapshot } from '../../../src/store/past/encode-snapshot.ts';
import {
  applySnapshotDelta,
  parseSnapshot,
  type SnapshotDoc,
  snapshotDelta,
  snapshotText,
} from '../../../src/store/past/snapshot-doc.ts';
import { valuesSince } from '../../../src/store/signal-history.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { factSpec } from '../../support/derived-specs.ts';
import { longTest, rounds } from '../../support/layer.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  noon,
  sample,
  spec,
} from '../../support/made-facts.ts';

/** Runs a generator that yields between slices, and returns its result. */
const runToEnd = <T>(work: Generator<void, T>): T => {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
};

const encoded = (state: FactsState): SnapshotDoc => runToEnd(encodeSnapshot(state));

/** The state restored from a full snapshot, and from a delta since `before`. */
const storedAndRestored = (state: FactsState, before: FactsState, time: number): readonly FactsState[] => {
  const base = encoded(before);
  const doc = encoded(state);
  const read = parseSnapshot(runToEnd(snapshotText(doc)));
  const changed = applySnapshotDelta(
    parseSnapshot(runToEnd(snapshotText(base))),
    runToEnd(snapshotDelta(base, doc)),
  );
  return [read, changed].map((snapshotDoc) => decodeState(snapshotDoc, state, { at: time, shift: 0 }));
};

const text = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('__proto__', '$', '/', '%', '1'));
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }).filter((n) => !Object.is(n, -0)),
);
const arbitrary = fc.integer({ min: noon - 60_000, max: noon });
const labels = fc.dictionary(text, text, { maxKeys: 2 });
const stamp = { source: fc.constant('bus'), at: arbitrary };

const texts = fc.array(text, { maxLength: 2 });

/** A value of a property that the field of its name tells. */
const valuesOf = (holds: SharedValue): fc.Arbitrary<unknown> => {
  if (typeof holds === 'object') return fc.constantFrom(...Object.keys(holds));
  const values: Record<Extract<SharedValue, string>, fc.Arbitrary<unknown>> = {
    text,
    number,
    count: fc.nat(20),
    time: arbitrary,
    flag: fc.boolean(),
    labels,
    texts,
    'number or text': fc.oneof(number, text),
  };
  return values[holds];
};

/** Properties that no field tells: objects, large numbers, flags and lists of numbers. */
const others: Partial<Readonly<Record<FactKind, Readonly<Record<string, fc.Arbitrary<unknown>>>>>> = {
  health: { components: fc.array(fc.record({ name: text, status: text }), { maxLength: 2 }) },
  lag: { committed: fc.bigInt(), end: fc.bigInt() },
  nodes: { isCordoned: fc.boolean() },
  alerts: { labels },
  sessions: { blockedBy: fc.array(fc.nat(9), { maxLength: 2 }) },
  ci: { isRequired: fc.boolean() },
};

/** Rows of a kind with every property that its fields tell, those that may be absent also without it. */
const rowsOf = (kind: FactKind): fc.Arbitrary<unknown> => {
  const { fields, shared } = kindOf(kind);
  const told = shared ?? Object.fromEntries(Object.entries(fields).map(([name, { holds }]) => [name, holds]));
  const values = Object.entries(told).flatMap(([name, holds]) =>
    holds === undefined ? [] : [[name, holds as SharedTable[string]] as const],
  );
  const needed = values.flatMap(([name, holds]) => (isOptional(holds) ? [] : [name]));
  const properties: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    ...stamp,
    ...Object.fromEntries(
      values.map(([name, holds]) => [name, valuesOf(isOptional(holds) ? holds.optional : holds)]),
    ),
    ...others[kind],
  };
  return fc.record(properties, {
    requiredKeys: [...Object.keys(stamp), ...needed, ...Object.keys(others[kind] ?? {})],
  });
};

const reading = fc.record({
  kinds: fc.record(
    Object.fromEntries(factKinds().map((kind) => [kind, fc.array(rowsOf(kind), { maxLength: 5 })])),
  ),
  samples: fc.array(
    fc.record(
      {
        source: fc.constant('bus'),
        at: arbitrary,
        signal: fc.constantFrom('q', 'r'),
        labels,
        value: fc.oneof(number, text),
        why: text,
      },
      { requiredKeys: ['source', 'at', 'signal', 'labels'] },
    ),
    { maxLength: 6 },
  ),
  lost: fc.subarray([...factKinds()]),
});

const signals = [spec('q', { threshold: { warn: { op: '>=', value: 1 } } }), spec('r')];

test('a stored snapshot restores arbitrary readings of all kinds', () => {
  fc.assert(
    fc.property(fc.array(reading, { minLength: 2, maxLength: 3 }), (readings) => {
      const store = createFactsStore(frame({ signals }));
      let now = noon;
      let before = store.getState();
      for (const { kinds, samples, lost } of readings) {
        before = store.getState();
        now += 15_000;
        for (const kind of factKinds()) {
          const batch = lost.includes(kind)
            ? { faults: [fault('timeout')] }
            : { items: kinds[kind] as unknown as readonly AnyFact[] };
          learn(store, feedInfo(`bus/${kind}`, kind), batch, now);
        }
        learn(
          store,
          feedInfo('bus/metrics', 'samples', { signals: ['q', 'r'] }),
          { samples: samples as never },
          now,
        );
      }
      const state = store.getState();
      for (const restored of storedAndRestored(state, before, now)) {
        expect(restored.feeds).toEqual(state.feeds);
        expect(Object.keys(restored.feeds)).toEqual(Object.keys(state.feeds));
        expect(buildSnapshot(restored, now)).toEqual(buildSnapshot(state, now));
        expect(restored.history).toEqual(state.history);
      }
    }),
    { numRuns: rounds(150) },
  );
});

test('restores rows that were reordered, added or removed', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  fc.assert(
    fc.property(fc.shuffledSubarray(names), fc.shuffledSubarray(names), (first, second) => {
      const store = createFactsStore(frame());
      const feed = feedInfo('bus/breakers', 'breakers');
      learn(store, feed, { items: first.map((name) => breaker(name)) });
      const before = store.getState();
      learn(store, feed, { items: second.map((name) => breaker(name)) }, noon + 1);
      for (const restored of storedAndRestored(store.getState(), before, noon + 1))
        expect(restored.feeds).toEqual(store.getState().feeds);
    }),
  );
});

test('a delta contains only changes', () => {
  const store = createFactsStore(frame());
  const feed = feedInfo('bus/health', 'health');
  const of = (latencyMs: number, later: number) =>
    Array.from({ length: 200 }, (_, i) =>
      health(`s${i}`, { at: noon + later, ...(i === 7 && { latencyMs }) }),
    );
  learn(store, feed, { items: of(10, 0) });
  const base = encoded(store.getState());
  learn(store, feed, { items: of(11, 5000) }, noon + 5000);
  const delta = runToEnd(snapshotDelta(base, encoded(store.getState())));
  expect(delta.length).toBeLessThan(600);
  expect(runToEnd(snapshotText(base)).length).toBeGreaterThan(20_000);
});

longTest('stores only a count of ok rows above the row limit', () => {
  const store = createFactsStore(frame());
  const items = Array.from({ length: 10_000 }, (_, i) =>
    breaker(`b${i}`, { state: i < 40 ? 'open' : 'closed' }),
  );
  learn(store, feedInfo('bus/breakers', 'breakers'), { items });
  const doc = parseSnapshot(runToEnd(snapshotText(encoded(store.getState()))));
  const restored = decodeState(doc, store.getState(), { at: noon, shift: 0 });
  expect(buildSnapshot(restored, noon).kinds.breakers.rows).toEqual(
    buildSnapshot(store.getState(), noon).kinds.breakers.rows.slice(0, 40),
  );
  expect(omittedRows(doc)).toEqual({ breakers: { ok: 9960, other: 0 } });
  expect(Object.keys(restored.since)).toHaveLength(40);
});

test('a signal counted over omitted rows keeps its value', () => {
  const counting = factSpec('open', { kind: 'breakers', fold: 'count', where: 'state = closed' });
  const store = createFactsStore(frame({ signals: [counting] }));
  const items = Array.from({ length: 1500 }, (_, i) =>
    breaker(`b${i}`, { state: i < 3 ? 'open' : 'closed' }),
  );
  learn(store, feedInfo('bus/breakers', 'breakers'), { items });
  const doc = parseSnapshot(runToEnd(snapshotText(encoded(store.getState()))));
  const restored = decodeState(doc, store.getState(), { at: noon, shift: 0 });
  const then = buildSnapshot(store.getState(), noon);
  const now = buildSnapshot(restored, noon);
  expect(then.signals[0]?.value).toBe(1497);
  expect(now.signals[0]).toMatchObject({ value: 1497, level: then.signals[0]?.level });
});

test('encodes 10,000 rows in slices that yield to other work', () => {
  const store = createFactsStore(frame());
  const items = Array.from({ length: 10_000 }, (_, i) => breaker(`b${i}`, { state: 'open' }));
  learn(store, feedInfo('bus/breakers', 'breakers'), { items });
  const work = encodeSnapshot(store.getState());
  let slices = 0;
  while (work.next().done !== true) slices++;
  expect(slices).toBeGreaterThan(40);
});

test('signal history ends at the snapshot, shifted to its clock', () => {
  const store = createFactsStore(frame({ signals }));
  const feed = feedInfo('bus/metrics', 'samples', { signals: ['q'] });
  for (let i = 0; i < 10; i++) {
    const time = noon + i * 1000;
    learn(store, feed, { samples: [sample('q', i, { at: time })] }, time);
  }
  const doc = parseSnapshot(runToEnd(snapshotText(encoded(store.getState()))));
  const restored = decodeState(doc, store.getState(), { at: noon + 4500, shift: 500 });
  expect([...valuesSince(restored, 'q', 0)]).toEqual(
    [0, 1, 2, 3, 4].map((i) => ({ at: noon + i * 1000 + 500, value: i })),
  );
});

test('restores 64-bit offsets exactly', () => {
  const store = createFactsStore(frame());
  const committed = 9_007_199_254_740_993n;
  const end = -1n;
  learn(store, feedInfo('bus/lag', 'lag'), { items: [lag('g', { committed, end })] });
  const [restored] = storedAndRestored(store.getState(), store.getState(), noon);
  expect(restored?.feeds['bus/lag']?.known?.items[0]).toMatchObject({ committed, end });
});
