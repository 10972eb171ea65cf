import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RenderContext } from '../../../../src/ui/shell/contract/render-context.ts';
import { memoizePerObject } from '../../../../src/ui/shell/state/memoize.ts';
import { memoizeReads, readAs } from '../../../../src/ui/shell/state/tracked-reads.ts';

/** A context with a part of its properties; the rest is never read here. */
const contextOf = (parts: object): RenderContext => parts as RenderContext;

const rows: readonly unknown[] = ['row'];

/** Reads by path: what a pane reads of a context. */
const readPath = (view: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, name) => (value === undefined ? undefined : Reflect.get(Object(value), name)),
      view,
    );

/** Counts how often it computes. */
const counted = <V>(make: (view: RenderContext) => V) => {
  let times = 0;
  const memoized = memoizeReads((view) => {
    times++;
    return make(view);
  });
  return { memoized, times: () => times };
};

describe('memoizeReads', () => {
  it('computes again only when something that was read has changed', () => {
    const { memoized, times } = counted(({ cockpit }) => cockpit.runs);
    memoized(contextOf({ cockpit: { runs: rows, journal: [] }, now: 1 }));
    memoized(contextOf({ cockpit: { runs: rows, journal: ['new'] }, now: 2 }));
    expect(times()).toBe(1);
    expect(memoized(contextOf({ cockpit: { runs: ['other'] } }))).toEqual(['other']);
    expect(times()).toBe(2);
  });

  it.each([
    ['absent', { cockpit: {} }],
    ['in an absent container', {}],
  ])('notices a value that was %s', (_, before) => {
    const { memoized } = counted((view) => readPath(view, 'cockpit.open'));
    expect(memoized(contextOf(before))).toBeUndefined();
    expect(memoized(contextOf({ cockpit: { open: 'demo' } }))).toBe('demo');
    expect(memoized(contextOf(before))).toBeUndefined();
  });

  it('notices the first state of a pane, which was asked for by name', () => {
    const { memoized } = counted(({ ui }) => Object.hasOwn(ui.panes, 'pods'));
    expect(memoized(contextOf({ ui: { panes: {} } }))).toBe(false);
    expect(memoized(contextOf({ ui: { panes: { pods: {} } } }))).toBe(true);
  });

  it('notices a new name among those that were listed', () => {
    const { memoized } = counted(({ ui }) => Object.keys(ui.panes));
    expect(memoized(contextOf({ ui: { panes: {} } }))).toEqual([]);
    expect(memoized(contextOf({ ui: { panes: { pods: {} } } }))).toEqual(['pods']);
  });

  it('counts what a copy of the context reads', () => {
    const { memoized, times } = counted(
      (view) => ({ ...view, columns: 10 }).own?.snapshot.kinds.workloads.rows,
    );
    const viewOf = (workloads: readonly unknown[], health: readonly unknown[]): RenderContext =>
      contextOf({ own: { snapshot: { kinds: { workloads: { rows: workloads }, health } } }, columns: 80 });
    memoized(viewOf(rows, []));
    memoized(viewOf(rows, ['other']));
    expect(times()).toBe(1);
    expect(memoized(viewOf([], []))).toEqual([]);
  });

  it('counts the reads of a nested computation whose value is kept', () => {
    const inner = memoizeReads(({ cockpit }) => cockpit.runs);
    const outer = memoizeReads((view) => inner(view)?.length);
    const before = contextOf({ cockpit: { runs: rows } });
    inner(before);
    expect(outer(before)).toBe(1);
    expect(outer(contextOf({ cockpit: { runs: [] } }))).toBe(0);
  });

  it('counts an object as a whole that a value is kept for', () => {
    const memoized = memoizePerObject<number>();
    const sizes = memoizeReads((view) =>
      memoized(view.own?.snapshot ?? {}, [], () => Object.keys(view.own?.snapshot.kinds ?? {}).length),
    );
    const snapshot = { kinds: { pods: rows } };
    expect(sizes(contextOf({ own: { snapshot } }))).toBe(1);
    expect(sizes(contextOf({ own: { snapshot: { kinds: {} } } }))).toBe(0);
  });

  it('gives the object itself for a container that is returned', () => {
    const health = { rows };
    const { memoized } = counted(({ own }) => own?.snapshot.kinds.health);
    expect(memoized(contextOf({ own: { snapshot: { kinds: { health } } } }))).toBe(health);
    expect(memoized(contextOf({ own: { snapshot: { kinds: { health: { rows: [] } } } } }))).toEqual({
      rows: [],
    });
  });

  it('gives the same object for a part that is compared as a whole', () => {
    const facts = {};
    expect(memoizeReads(({ own }) => own?.facts)(contextOf({ own: { facts } }))).toBe(facts);
  });

  it('reads frozen parts', () => {
    const frozen = Object.freeze({ cockpit: Object.freeze({ runs: rows }) });
    expect(memoizeReads(({ cockpit }) => cockpit.runs)(contextOf(frozen))).toBe(rows);
  });

  it('compares other environments by their facts, not by the map', () => {
    const facts = {};
    const { memoized, times } = counted(({ others }) => others.size);
    memoized(contextOf({ others: new Map([['b', { facts, snapshot: rows }]]) }));
    memoized(contextOf({ others: new Map([['b', { facts, snapshot: rows }]]) }));
    expect(times()).toBe(1);
    memoized(contextOf({ others: new Map([['b', { facts, snapshot: [] }]]) }));
    expect(times()).toBe(2);
  });

  it('reads the live context of the past', () => {
    const viewOf = (runs: readonly unknown[]): RenderContext =>
      contextOf({ past: { live: { cockpit: { runs }, now: Math.random() } } });
    const { memoized, times } = counted(({ past }) => past?.live.cockpit.runs);
    memoized(viewOf(rows));
    memoized(viewOf(rows));
    expect(times()).toBe(1);
    expect(memoized(viewOf([]))).toEqual([]);
  });

  it('keeps the values of two contexts that are asked for in turn', () => {
    const { memoized, times } = counted(({ cockpit }) => cockpit.runs);
    const contexts = [contextOf({ cockpit: { runs: rows } }), contextOf({ cockpit: { runs: [] } })];
    for (const view of [...contexts, ...contexts]) memoized(view);
    expect(times()).toBe(2);
  });

  it('computes again for other inputs', () => {
    const memoized = memoizeReads((view, width: number) => [view.columns, width]);
    const view = contextOf({ columns: 80 });
    expect(memoized(view, 1)).toBe(memoized(view, 1));
    expect(memoized(view, 2)).toEqual([80, 2]);
  });
});

describe('readAs', () => {
  const hasFilter = ({ ui }: RenderContext): boolean => ui.panes.pods?.filter !== '';

  it('records what the selector gives, not what it reads', () => {
    const { memoized, times } = counted((view) => readAs(view, hasFilter));
    const viewOf = (filter: string): RenderContext => contextOf({ ui: { panes: { pods: { filter } } } });
    expect(memoized(viewOf('a'))).toBe(true);
    expect(memoized(viewOf('ab'))).toBe(true);
    expect(times()).toBe(1);
    expect(memoized(viewOf(''))).toBe(false);
  });

  it('is recorded by the outer computation too', () => {
    const inner = memoizeReads((view) => readAs(view, hasFilter));
    const { memoized, times } = counted((view) => inner(view));
    const viewOf = (filter: string): RenderContext => contextOf({ ui: { panes: { pods: { filter } } } });
    expect(memoized(viewOf('a'))).toBe(true);
    memoized(viewOf('ab'));
    expect(times()).toBe(1);
    expect(memoized(viewOf(''))).toBe(false);
  });
});

describe('memoized and fresh values are equal', () => {
  const paths = [
    'now',
    'columns',
    'ui.place',
    'ui.panes.pods.filter',
    'ui.panes.pods',
    'ui.panes',
    'cockpit.runs',
    'own.facts',
    'own.snapshot.signals',
    'own.snapshot.kinds.pods.rows',
    'own.snapshot.kinds.lag.rows',
    'past.live.cockpit.runs',
  ];
  const value = fc.integer({ min: 0, max: 2 });
  const optional = <T>(part: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(part, { nil: undefined });
  const kinds = fc.record({ rows: value }, { requiredKeys: [] });
  const present = {
    ui: fc.record({
      place: value,
      panes: fc.record({ pods: fc.record({ filter: value }) }, { requiredKeys: [] }),
    }),
    cockpit: optional(fc.record({ runs: value })),
    own: optional(
      fc.record({
        facts: value,
        snapshot: fc.record({ signals: value, kinds: fc.record({ pods: kinds, lag: kinds }) }),
      }),
    ),
  };
  const contexts = fc.record({
    ...present,
    now: value,
    columns: value,
    past: optional(fc.record({ live: fc.record(present) })),
  });
  /** What a computation reads, and under which value it reads more. */
  const plans = fc.array(fc.record({ path: fc.constantFrom(...paths), onlyIf: value }), {
    minLength: 1,
    maxLength: 5,
  });
  const computed =
    (plan: readonly { readonly path: string; readonly onlyIf: number }[]) =>
    (view: RenderContext): string => {
      const texts: string[] = [];
      for (const { path, onlyIf } of plan) {
        const read = readPath(view, path);
        texts.push(JSON.stringify(read) ?? 'none');
        if (read === onlyIf) break;
      }
      return texts.join(' ');
    };

  it('in any order of contexts, nested and copied', () => {
    fc.assert(
      fc.property(
        fc.array(contexts, { minLength: 2, maxLength: 8 }),
        plans,
        plans,
        (given, outerPlan, innerPlan) => {
          const inner = memoizeReads(computed(innerPlan));
          const plain = computed(outerPlan);
          const outer = memoizeReads(
            (view) => `${plain(view)} ${inner({ ...view, columns: 1 })} ${inner(view)}`,
          );
          for (const parts of given) {
            const view = contextOf(parts);
            const fresh = computed(innerPlan);
            expect(outer(view)).toBe(`${plain(view)} ${fresh({ ...view, columns: 1 })} ${fresh(view)}`);
          }
        },
      ),
    );
  });
});
