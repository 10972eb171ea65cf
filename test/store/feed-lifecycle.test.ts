import { expect, test } from 'vitest';
import type { FeedInfo } from '../../src/domain/facts/reading.ts';
import type { SignalSpec } from '../../src/domain/profile/profile.ts';
import type { FactsChange, FactsFrame } from '../../src/store/facts.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { factSpec } from '../support/derived-specs.ts';

const time = 1_000_000;

const spec: SignalSpec = {
  id: 'heap',
  title: 'Heap',
  source: 'bus',
  read: {},
  unit: '%',
  threshold: { crit: { op: '>=', value: 90 } },
  covers: [],
  position: { file: 'dev.yaml', line: 1, col: 1 },
};

const feed = (pod: string): FeedInfo => ({
  id: `bus/health@${pod}`,
  source: 'bus',
  name: 'health',
  kind: 'health',
  instance: pod,
  probe: true,
  expects: [{ service: 'bus', instance: pod }],
  signals: ['heap'],
  everyMs: 5000,
  staleMs: 15_000,
  timeoutMs: 3000,
});

const read = (pod: string, heap: number, several: boolean): FactsChange => ({
  is: 'learned',
  feed: `bus/health@${pod}`,
  began: time,
  at: time,
  reading: {
    items: [
      {
        source: 'bus',
        env: 'dev',
        service: 'bus',
        instance: pod,
        status: 'up',
        detail: '',
        components: [],
        at: time,
      },
    ],
    samples: [
      { source: 'bus', at: time, signal: 'heap', labels: several ? { instance: pod } : {}, value: heap },
    ],
    faults: [],
  },
});

const open = (signals: readonly SignalSpec[] = [spec]) => {
  const frame: FactsFrame = {
    system: 'shop',
    env: 'dev',
    limits: {},
    signals,
    memory: true,
    sources: { bus: { type: 'actuator', kinds: ['health'], expects: [{ service: 'bus', instance: '' }] } },
  };
  const facts = createFactsStore(frame);
  return {
    facts,
    apply: (...changes: readonly FactsChange[]) => facts.apply(changes, time),
    health: () =>
      buildSnapshot(facts.getState(), time).kinds.health.rows.map(({ fact }) =>
        `${fact.instance} ${fact.status} ${fact.detail}`.trim(),
      ),
    signals: () => buildSnapshot(facts.getState(), time).signals.map(({ key, value }) => `${key} ${value}`),
  };
};

const fault = { kind: 'unreachable', source: 'bus', message: 'tunnel cut: no live pod', at: time } as const;

test('closing a feed removes its rows, since times, verdicts and history', () => {
  const store = open();
  store.apply({ is: 'opened', feeds: [feed('a'), feed('b')] }, read('a', 50, true), read('b', 95, true));
  expect(store.health()).toEqual(['a up', 'b up']);
  expect(store.signals()).toEqual(['heap{instance=a} 50', 'heap{instance=b} 95']);
  store.apply({ is: 'closed', feeds: ['bus/health@b'] });
  expect(store.health()).toEqual(['a up']);
  const { feeds, since, verdicts, history } = store.facts.getState();
  expect([feeds, since, verdicts, history].map((kept) => Object.keys(kept).length)).toEqual([1, 1, 1, 1]);
});

test('other feeds keep the identity of their state', () => {
  const store = open();
  store.apply({ is: 'opened', feeds: [feed('a'), feed('b')] }, read('a', 50, true), read('b', 95, true));
  const before = store.facts.getState().feeds['bus/health@a'];
  store.apply({ is: 'closed', feeds: ['bus/health@b'] }, { is: 'opened', feeds: [feed('c')] });
  expect(store.facts.getState().feeds['bus/health@a']).toBe(before);
});

test('removes a row whose instance label was only needed with several instances', () => {
  const store = open();
  store.apply({ is: 'opened', feeds: [feed('a'), feed('b')] });
  store.apply({
    is: 'learned',
    feed: 'bus/health@a',
    began: time,
    at: time,
    reading: { items: [], faults: [fault] },
  });
  expect(Object.keys(store.facts.getState().verdicts)).toEqual(['heap{instance=a}']);
  store.apply({ is: 'closed', feeds: ['bus/health@b'] });
  expect(Object.keys(store.facts.getState().verdicts)).toEqual([]);
});

test('a feed uses values recalled before it opened', () => {
  const store = open();
  store.apply({
    is: 'recalled',
    points: new Map([['heap{instance=a}', [{ at: time - 60_000, value: 40 }]]]),
  });
  store.apply({ is: 'opened', feeds: [feed('a'), feed('b')] });
  expect(Object.keys(store.facts.getState().past)).toEqual(['heap{instance=a}']);
});

test('closing an unknown feed changes nothing', () => {
  const store = open();
  store.apply({ is: 'opened', feeds: [feed('a')] }, read('a', 50, false));
  const before = store.facts.getState();
  store.apply({ is: 'closed', feeds: ['bus/health@z'] });
  expect(store.facts.getState()).toEqual(before);
});

test('ignores a reading of a closed feed', () => {
  const store = open();
  store.apply({ is: 'opened', feeds: [feed('a')] });
  store.apply({ is: 'closed', feeds: ['bus/health@a'] }, read('a', 50, false));
  expect(store.health()).toEqual([]);
});

test('an unreachable source is unknown with the reason, until it is reachable', () => {
  const store = open();
  store.apply({ is: 'reached', source: 'bus', fault });
  expect(store.health()).toEqual(['unknown tunnel cut: no live pod']);
  const snapshot = buildSnapshot(store.facts.getState(), time);
  expect(snapshot.faults).toEqual([fault]);
  expect(snapshot.level).toBe('unknown');
  expect(snapshot.kinds.health.faults).toEqual([fault]);
  expect(snapshot.signals[0]?.fault).toEqual(fault);
  store.apply({ is: 'opened', feeds: [feed('a')] }, { is: 'reached', source: 'bus' }, read('a', 50, false));
  expect(store.health()).toEqual(['a up']);
  expect(buildSnapshot(store.facts.getState(), time)).toMatchObject({ faults: [], level: 'ok' });
});

test('a source is unreachable since the first fault', () => {
  const store = open();
  const denied = { ...fault, kind: 'denied', at: time + 30_000 } as const;
  store.apply({ is: 'reached', source: 'bus', fault });
  store.apply({ is: 'reached', source: 'bus', fault: { ...fault, at: time + 15_000 } });
  expect(buildSnapshot(store.facts.getState(), time).faults).toEqual([fault]);
  store.apply({ is: 'reached', source: 'bus', fault: denied });
  expect(buildSnapshot(store.facts.getState(), time).faults).toEqual([denied]);
});

test('ignores reachability of a source outside the environment', () => {
  const store = open();
  const before = store.facts.getState();
  store.apply({ is: 'reached', source: 'stranger', fault });
  expect(store.facts.getState()).toEqual(before);
});

test('calculates derived signals again after rows are removed', () => {
  const counted = factSpec(
    'pods',
    { kind: 'health', fold: 'count' },
    { threshold: { warn: { op: '<', value: 2 } } },
  );
  const store = open([counted]);
  store.apply({ is: 'opened', feeds: [feed('a'), feed('b')] }, read('a', 1, true), read('b', 1, true));
  expect(store.signals()).toEqual(['pods 2']);
  expect(store.facts.getState().verdicts.pods?.level).toBe('ok');
  store.apply({ is: 'closed', feeds: ['bus/health@b'] });
  expect(store.signals()).toEqual(['pods 1']);
  expect(store.facts.getState().verdicts.pods?.level).toBe('warn');
});
