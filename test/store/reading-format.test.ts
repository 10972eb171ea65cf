import { describe, expect, test } from 'vitest';
import type { AnyFact, Fact, Sample } from '../../src/domain/facts/facts.ts';
import type { FeedInfo, FeedKind } from '../../src/domain/facts/reading.ts';
import type { FeedReading } from '../../src/domain/facts/shared-reading.ts';
import { defineKind } from '../../src/kinds/define/define-kind.ts';
import { fieldsOf } from '../../src/kinds/define/fields.ts';
import { type OtherFields, optional, type SharedFields } from '../../src/kinds/define/shared-fields.ts';
import type { Pool } from '../../src/kinds/pools/fact.ts';
import { factKinds, kindOf, registerKind } from '../../src/kinds/registry/registry.ts';
import { decodeReading, encodeReading, hasSharedFormat } from '../../src/store/reading-format.ts';

const began = 1_000_000;

const feed = (kind: FeedKind, more: Partial<FeedInfo> = {}): FeedInfo => ({
  ...{ id: 'prom/rows', source: 'prom', name: 'rows', kind, signals: ['orders'] },
  ...{ everyMs: 5000, staleMs: 15_000, timeoutMs: 3000 },
  ...more,
});

const sample: Sample = { source: 'prom', at: began + 20, signal: 'orders', value: 3, labels: { pod: 'a' } };
const alert: AnyFact = {
  ...{
    source: 'prom',
    at: began + 20,
    name: 'Lag',
    severity: 'crit',
    state: 'firing',
    since: began - 60_000,
  },
  ...{ labels: { pod: 'a' }, summary: 'behind' },
};
const reading = (items: FeedReading['items'], more: Partial<FeedReading> = {}): FeedReading => ({
  items,
  faults: [],
  ...more,
});
const same = (time: number): number => time;
const encoded = (info: FeedInfo, batch: FeedReading, mask = (text: string) => text) =>
  encodeReading(info, batch, began, (time) => time + 500, mask);

describe('a reading for others', () => {
  test('comes back with the time that it is given, and events on the clock of the receiver', () => {
    const text = encoded(feed('alerts'), reading([alert], { samples: [sample] })) ?? '';
    const back = decodeReading(feed('alerts'), text, 77, (time) => time - 100);
    expect(back).toEqual({
      items: [{ ...alert, at: 77, since: began - 60_000 + 400 }],
      samples: [{ ...sample, at: 77 }],
      faults: [],
    });
  });

  test.each<[FeedKind, AnyFact]>([
    [
      'breakers',
      {
        ...{ source: 'prom', at: began + 20, service: 'orders', instance: 'orders-0', name: 'db' },
        ...{ state: 'open', failureRate: 51.5, notPermittedCalls: 3, halfOpenAt: began + 30_000 },
      } as AnyFact,
    ],
    [
      'workloads',
      {
        ...{ source: 'prom', at: began + 20, kind: 'container', uid: 'c1', run: 'c1 started 7' },
        ...{ namespace: '', name: 'orders', owner: 'shop', node: 'host-1', status: 'running' },
        ...{ ready: 1, wanted: 1, restartsRising: false, starting: 'slow', startedAt: began - 5000 },
      } as AnyFact,
    ],
  ])('%s come back with every field of their kind', (kind, fact) => {
    const text = encoded(feed(kind), reading([fact])) ?? '';
    const back = decodeReading(feed(kind), text, began + 20, (time) => time - 500);
    expect(back?.items).toEqual([fact]);
  });

  test('has no parts of a value, which only a run of this process may rely on', () => {
    const whole: Sample = { ...sample, parts: { '{"pod":"a"}': 3 }, fold: 'sum' };
    const text = encoded(feed('samples'), reading([whole], { samples: [whole] })) ?? '';
    const back = decodeReading(feed('samples'), text, began + 20, same);
    expect(back?.items).toEqual([sample]);
    expect(back?.samples).toEqual([sample]);
  });

  test('has the same text when only the time of the response differs', () => {
    const [text, other] = [10, 25].map((ms) =>
      encoded(feed('samples'), reading([{ ...sample, at: began + ms }])),
    );
    expect(text).toBeDefined();
    expect(other).toBe(text);
    expect(encoded(feed('samples'), reading([{ ...sample, value: 4 }]))).not.toBe(text);
  });

  test.each<[string, FeedReading]>([
    [
      'with a fault',
      reading([sample], { faults: [{ kind: 'denied', source: 'prom', message: 'no', at: began }] }),
    ],
    [
      'with an unavailable part',
      reading([sample], { unavailable: [{ kind: 'denied', source: 'prom', message: 'no', at: 0 }] }),
    ],
    ['with a row from before the claim', reading([{ ...sample, at: began - 1 }])],
    ['with a row without a time', reading([{ ...sample, at: Number.NaN }])],
    ['with an unknown field', reading([{ ...sample, secret: 'x' } as Sample])],
    ['with a value that JSON does not have', reading([{ ...sample, value: Number.POSITIVE_INFINITY }])],
    ['with control characters', reading([{ ...sample, why: '\u001b[2J' }])],
    [
      'that is too long',
      reading([{ ...sample, why: 'x'.repeat(19_000) }].flatMap((row) => Array(20).fill(row))),
    ],
    ['with too many rows', reading(Array(2001).fill(sample))],
  ])('%s is not published', (_, batch) => {
    expect(encoded(feed('samples'), batch)).toBeUndefined();
  });

  test('with a known secret is not published', () => {
    const batch = reading([{ ...sample, labels: { token: 'hunter2' } }]);
    expect(encoded(feed('samples'), batch, (text) => text.replace('hunter2', '…'))).toBeUndefined();
    expect(encoded(feed('samples'), batch)).toContain('hunter2');
  });
});

describe('a text of another process', () => {
  const rows = (...items: readonly unknown[]) => JSON.stringify({ items, samples: [] });
  const row = { ...sample, at: 0 };
  test.each([
    ['no JSON', '{'],
    ['another form', JSON.stringify([row])],
    ['a further part', JSON.stringify({ items: [row], samples: [], faults: [] })],
    ['another source', rows({ ...row, source: 'other' })],
    ['a signal that the feed does not have', rows({ ...row, signal: 'other' })],
    ['a value of another type', rows({ ...row, value: { toString: 'x' } })],
    ['labels of another type', rows({ ...row, labels: { a: 1 } })],
    ['control characters in a label', rows({ ...row, labels: { a: '\u009b2J' } })],
    ['control characters in the name of a label', rows({ ...row, labels: { 'a\u202e': 'x' } })],
    ['a row of another kind', rows({ ...alert, at: 0 })],
    ['an unknown field', rows({ ...row, level: 'ok' })],
    ['too much text', rows({ ...row, why: 'x'.repeat(300_000) })],
  ])('with %s is refused', (_, text) => {
    expect(decodeReading(feed('samples'), rows(row), 0, same)).toBeDefined();
    expect(decodeReading(feed('samples'), text, 0, same)).toBeUndefined();
  });

  test('never changes the prototype of a row', () => {
    const text = `{"items":[{"source":"prom","at":0,"signal":"orders","labels":{},"__proto__":{"value":1}}],"samples":[]}`;
    const back = decodeReading(feed('samples'), text, 0, same);
    expect(back === undefined || (back.items[0] as Sample).value === undefined).toBe(true);
  });
});

describe('feeds', () => {
  test('of a few kinds are shared; a new kind is not until it has a format', () => {
    const shared = [...factKinds(), 'samples', 'notes'].filter((kind) =>
      hasSharedFormat(feed(kind as FeedKind)),
    );
    expect(shared.toSorted()).toEqual(['alerts', 'breakers', 'pools', 'samples', 'workloads']);
  });

  test('with a complete table of its rows are shared by it, although a field is calculated', () => {
    interface Lamp extends Fact {
      readonly name: string;
    }
    const { id, text } = fieldsOf<Lamp>();
    const fields = { name: id('name', (f) => f.name), room: text('room', () => 'kitchen') };
    const { shared } = defineKind<Lamp, typeof fields>({
      ...{ name: 'lamps', says: 'Lamps', fields, shared: { name: 'text' } },
      state: () => 'on',
      levels: { words: {}, closed: ['on'], of: () => ['on'] },
    });
    expect(shared).toEqual({ name: 'text' });
  });

  test('of a new kind share what its fields tell, lists included', () => {
    interface Rack extends Fact {
      readonly name: string;
      readonly state: 'open' | 'shut';
      readonly slots?: number;
      readonly tags: readonly string[];
    }
    const { id, state, number, list } = fieldsOf<Rack>();
    const fields = {
      name: id('name', (f) => f.name),
      state: state('state', 'open shut', (f) => f.state),
      slots: number('slots', '', (f) => f.slots),
      tags: list(
        'tags',
        (f) => f.tags,
        (f) => f.tags,
      ),
    };
    const unregister = registerKind(
      defineKind<Rack, typeof fields>({
        ...{ name: 'racks', says: 'Racks', fields, shared: {} },
        state: (f) => f.state,
        levels: { words: { open: 'warn' }, closed: ['open', 'shut'], of: (f) => [f.state] },
      }),
    );
    try {
      const racks = feed('racks' as FeedKind);
      const rack = { source: 'prom', at: began + 20, name: 'r1', state: 'open', slots: 4, tags: ['a', 'b'] };
      const back = (row: object) => {
        const text = encoded(racks, reading([row as AnyFact]));
        return text === undefined ? undefined : decodeReading(racks, text, began + 20, same)?.items;
      };
      expect(back(rack)).toEqual([rack]);
      const { slots: _, ...fewer } = rack;
      expect(back(fewer)).toEqual([fewer]);
      for (const wrong of [{ tags: 'a' }, { tags: ['\u001b[2J'] }, { state: 'gone' }, { slots: -1 }])
        expect(back({ ...rack, ...wrong })).toBeUndefined();
    } finally {
      unregister();
    }
  });

  test('share every property of their rows: by its field, otherwise by its entry in `shared`', () => {
    interface Waiting extends Pool {
      readonly phase: 'new' | 'old';
      readonly waiting?: number;
    }
    const all: SharedFields<Pool> = {
      ...{ service: 'text', instance: 'text', name: 'text', kind: 'text' },
      ...{ active: optional('count'), idle: optional('count'), max: optional('count') },
      ...{ pending: optional('count'), taken: optional('count') },
    };
    expect(kindOf('pools').shared).toEqual(all);
    const { id, number, state, computed } = fieldsOf<Waiting>();
    const { service, instance, name, kind, ...numbers } = {
      ...{ service: id('', (f) => f.service), instance: id('', (f) => f.instance) },
      ...{ name: id('', (f) => f.name), kind: id('', (f) => f.kind) },
      ...{ active: number('', '', (f) => f.active), idle: number('', '', (f) => f.idle) },
      ...{ max: number('', '', (f) => f.max), pending: number('', '', (f) => f.pending) },
      ...{ taken: number('', '', (f) => f.taken) },
    };
    const told = { service, instance, name, kind, ...numbers };
    const phase = state('', 'new old', (f) => f.phase);
    const waiting = number('', '', (f) => f.waiting);
    const none: OtherFields<Waiting, typeof told & { phase: typeof phase; waiting: typeof waiting }> = {};
    // @ts-expect-error: nothing tells `phase` and `waiting`.
    const untold: OtherFields<Waiting, typeof told> = none;
    const other = state('', 'new older', (f) => f.phase);
    // @ts-expect-error: the field has a word that the property does not have.
    const anotherWord: OtherFields<Waiting, typeof told & { phase: typeof other; waiting: typeof waiting }> =
      none;
    const fewer = state('', 'new', (f) => f.phase);
    // @ts-expect-error: the property has a word that the field does not have.
    const missingWord: OtherFields<Waiting, typeof told & { phase: typeof fewer; waiting: typeof waiting }> =
      none;
    const use = number('', 'of 1', () => 1);
    // @ts-expect-error: rows have no property `use`.
    const strayed: OtherFields<Pool, typeof told & { use: typeof use }> = none;
    const calculated = computed(use);
    interface Tagged extends Pool {
      readonly tags: readonly string[];
    }
    const tags = fieldsOf<Tagged>().list(
      '',
      (f) => f.tags,
      (f) => f.tags,
    );
    const tagged: OtherFields<Tagged, typeof told & { tags: typeof tags }> = {};
    // @ts-expect-error: a list has no name and value.
    const asLabels: OtherFields<Tagged, typeof told> = { tags: 'labels' };
    expect([tagged, asLabels]).toEqual([{}, { tags: 'labels' }]);
    const computedUse: OtherFields<Pool, typeof told & { use: typeof calculated }> = {};
    expect([untold, anotherWord, missingWord, strayed, computedUse]).toEqual([{}, {}, {}, {}, {}]);
  });

  test.each<[string, Partial<FeedInfo>]>([
    ['on demand', { everyMs: 0 }],
    ['of a probe', { probe: true }],
    ['that compares two readings', { needsTwo: true }],
    ['that completes another one', { fills: 'pods' }],
  ])('%s are read by everyone', (_, more) => {
    expect(hasSharedFormat(feed('workloads', more))).toBe(false);
  });
});
