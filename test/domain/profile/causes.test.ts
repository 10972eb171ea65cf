import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CauseFinding, groupByCause, observationDelayMs } from '../../../src/domain/profile/causes.ts';
import { createDependencyGraph } from '../../../src/domain/profile/dependencies.ts';
import { longTest } from '../../support/layer.ts';

type Pairs = readonly (readonly [string, string])[];

const minute = 60_000;
/** The first readings; findings start an hour later unless a test says otherwise. */
const watchedFrom = 0;
const start = 60 * minute;

const finding = (key: string, more: Partial<CauseFinding> = {}): CauseFinding => ({
  key,
  names: [key],
  needs: [],
  explains: true,
  badness: 3,
  since: start,
  ...more,
});

/** A finding whose start is unknown. */
const startless = (key: string): CauseFinding => {
  const { since: _, ...rest } = finding(key);
  return rest;
};

/** 'broker > orders billing' per cause, '? orders broker worse' per possible cause. */
const grouped = (findings: readonly CauseFinding[], pairs: Pairs, from = watchedFrom): readonly string[] => {
  const { consequences, possible } = groupByCause(findings, pairs, from);
  return [
    ...[...consequences].map(([cause, members]) => `${cause} > ${members.join(' ')}`),
    ...[...possible].map(([key, { cause, because }]) => `? ${key} ${cause} ${because}`),
  ];
};

const chain: Pairs = [
  ['edge', 'orders'],
  ['orders', 'broker'],
  ['billing', 'broker'],
];

describe('a consequence folds under its cause', () => {
  test.each<[string, readonly CauseFinding[], Pairs, readonly string[]]>([
    ['directly', [finding('orders'), finding('broker')], chain, ['broker > orders']],
    ['through others that are well', [finding('edge'), finding('broker')], chain, ['broker > edge']],
    [
      'under the root, in the order of the list',
      [finding('edge'), finding('broker'), finding('orders'), finding('billing')],
      chain,
      ['broker > edge orders billing'],
    ],
    ['without case', [finding('Orders'), finding('BROKER')], chain, ['BROKER > Orders']],
    [
      'when its level is milder',
      [finding('orders', { badness: 2 }), finding('broker')],
      chain,
      ['broker > orders'],
    ],
    [
      'when others wait for the cause, even if it is worse and more urgent',
      [finding('edge', { severity: 1 }), finding('lock', { badness: 2, severity: 3, holds: ['orders'] })],
      chain,
      ['lock > edge'],
    ],
    [
      'when what it needs waits for the cause',
      [
        finding('breaker', { needs: ['database'] }),
        finding('lock', { explains: false, holds: ['database'] }),
      ],
      chain,
      ['lock > breaker'],
    ],
    [
      'when its whole waits for the cause, which may be of that whole',
      [finding('orders/live'), finding('lock', { names: ['orders'], explains: false, holds: ['orders'] })],
      chain,
      ['lock > orders/live'],
    ],
    ['when its start is unknown', [startless('orders'), finding('broker')], chain, ['broker > orders']],
    [
      'by the dependency that it reports itself, without a declared one',
      [finding('shop · psp', { names: ['shop'], needs: ['psp'] }), finding('psp')],
      [],
      ['psp > shop · psp'],
    ],
    [
      'by an alias of the reported dependency',
      [finding('orders', { needs: ['kafka'] }), finding('broker')],
      [...chain, ['kafka', 'broker']],
      ['broker > orders'],
    ],
    [
      'of the nearest cause',
      [finding('edge'), finding('orders', { since: start - 10 * minute }), finding('broker')],
      chain,
      ['orders > edge', '? orders broker older'],
    ],
    [
      'of the worst of several causes at the same distance',
      [finding('shop', { badness: 2 }), finding('db', { badness: 2, since: 1 }), finding('queue')],
      [
        ['shop', 'db'],
        ['shop', 'queue'],
      ],
      ['queue > shop'],
    ],
    [
      'of the object itself rather than of one of its calls',
      [
        finding('shop'),
        finding('db · disk', { names: ['db'], needs: ['disk'], since: start - 1 }),
        finding('db is down', { names: ['db'] }),
      ],
      [['shop', 'db']],
      ['db is down > shop'],
    ],
    [
      'of the oldest of equal causes',
      [finding('shop'), finding('db'), finding('queue', { since: start - 1 })],
      [
        ['shop', 'db'],
        ['shop', 'queue'],
      ],
      ['queue > shop'],
    ],
  ])('%s', (_, findings, pairs, expected) => expect(grouped(findings, pairs)).toEqual(expected));
});

describe('a finding stays on its own', () => {
  const worse = finding('orders');
  const mild = finding('broker', { badness: 2 });
  test.each<[string, readonly CauseFinding[], Pairs, readonly string[]]>([
    ['without a dependency', [finding('orders'), finding('search')], chain, []],
    ['when it is the upstream one', [finding('orders')], chain, []],
    ['when its object is unknown', [finding('x', { names: [] }), finding('broker')], chain, []],
    [
      'beside another of the same object',
      [finding('a', { names: ['broker'] }), finding('broker')],
      chain,
      [],
    ],
    [
      'when the upstream finding is no impairment',
      [finding('orders'), finding('broker', { explains: false })],
      chain,
      [],
    ],
    [
      'when it reports another dependency',
      [finding('orders', { needs: ['mail'] }), finding('broker'), finding('mail')],
      [['orders', 'broker']],
      ['mail > orders'],
    ],
    [
      'when nothing explains what it reports',
      [finding('orders', { needs: ['disk'] }), finding('broker')],
      chain,
      [],
    ],
    [
      'when something explains only a part of it',
      [finding('orders', { needs: ['broker', 'disk'] }), finding('broker')],
      chain,
      [],
    ],
    ['with a worse level', [worse, mild], chain, ['? orders broker worse']],
    [
      'with a more urgent severity',
      [finding('orders', { severity: 1 }), finding('broker', { severity: 2 })],
      chain,
      ['? orders broker worse'],
    ],
    [
      'when it is clearly older',
      [finding('orders', { since: start - observationDelayMs - 1 }), finding('broker')],
      chain,
      ['? orders broker older'],
    ],
    [
      'in a cycle',
      [finding('a'), finding('b'), finding('c')],
      [
        ['a', 'b'],
        ['b', 'a'],
        ['c', 'c'],
      ],
      [],
    ],
  ])('%s', (_, findings, pairs, expected) => expect(grouped(findings, pairs)).toEqual(expected));

  test('a cycle is explained from outside', () =>
    expect(
      grouped(
        [finding('a'), finding('b'), finding('db')],
        [
          ['a', 'b'],
          ['b', 'a'],
          ['b', 'db'],
        ],
      ),
    ).toEqual(['db > a b']));
});

describe('age', () => {
  const older = finding('orders', { since: start - 30 * minute });
  test('two minutes are within the delay of readings', () =>
    expect(
      grouped([finding('orders', { since: start - observationDelayMs }), finding('broker')], chain),
    ).toEqual(['broker > orders']));
  test('a cause that was there at the first readings may be older than observed', () =>
    expect(grouped([older, finding('broker')], chain, start - minute)).toEqual(['broker > orders']));
  test('a start from before the first readings was reported by the source', () =>
    expect(grouped([older, finding('broker', { since: start - 1 })], chain, start)).toEqual([
      '? orders broker older',
    ]));
});

/** A small generator of pseudorandom numbers (LCG of Numerical Recipes), so that a failure can be repeated. */
const numbers = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** Groups the findings of a random graph; throws unless every finding is there once, under a true cause. */
const groupsOf = (seed: number): number => {
  const next = numbers(seed);
  const name = (): string => `n${next(9)}`;
  const pairs: Pairs = Array.from({ length: next(20) }, () => [name(), name()] as const);
  const findings = Array.from({ length: 1 + next(14) }, (_, index) =>
    finding(`f${index}`, {
      names: next(8) === 0 ? [] : [name()],
      needs: next(4) === 0 ? [name()] : [],
      explains: next(4) > 0,
      badness: 1 + next(3),
      since: start + next(6) * minute,
      ...(next(3) === 0 ? { severity: 1 + next(3) } : {}),
    }),
  );
  const byKey = new Map(findings.map((causeFinding) => [causeFinding.key, causeFinding]));
  const { consequences, possible } = groupByCause(findings, pairs, watchedFrom);
  const hidden = [...consequences.values()].flat();
  expect(new Set(hidden).size).toBe(hidden.length);
  const graph = createDependencyGraph([
    ...pairs,
    ...findings.flatMap(({ names, needs }) =>
      names.flatMap((text) => needs.map((need) => [text, need] as const)),
    ),
  ]);
  for (const [causeKey, members] of consequences) {
    expect(hidden).not.toContain(causeKey);
    const cause = byKey.get(causeKey);
    for (const key of members) {
      const consequence = byKey.get(key);
      if (cause === undefined || consequence === undefined) throw new Error(`unknown finding ${key}`);
      expect(possible.has(key)).toBe(false);
      expect(cause.explains).toBe(true);
      expect(cause.badness).toBeGreaterThanOrEqual(consequence.badness);
      expect((cause.since ?? 0) - (consequence.since ?? 0)).toBeLessThanOrEqual(observationDelayMs);
      expect([...graph.upstreamOf(consequence.names).keys()]).toEqual(
        expect.arrayContaining([cause.names[0]]),
      );
    }
  }
  // The order of the findings decides nothing.
  const reversed = groupByCause(findings.toReversed(), pairs, watchedFrom);
  expect(new Set([...reversed.consequences.values()].flat())).toEqual(new Set(hidden));
  return hidden.length;
};

longTest('random graphs: every finding once, under a true cause', () => {
  const hidden = Array.from({ length: 300 }, (_, seed) => groupsOf(seed));
  expect(hidden.filter((count) => count > 0).length).toBeGreaterThan(50);
});

/** The most probable causes by comparing each finding with all before it: slow, and plainly what is meant. */
const comparedWithAll = (findings: readonly CauseFinding[], from: number): readonly string[] => {
  const [causes, others] = [
    findings.filter(({ names }) => names.includes('broker')),
    findings.filter(({ names }) => !names.includes('broker')),
  ];
  return others.map(({ key, badness, since, severity }) => {
    const judged = causes.map((cause) => {
      const isWorse =
        badness > cause.badness ||
        (severity !== undefined && cause.severity !== undefined && severity < cause.severity);
      const isSeen =
        cause.since !== undefined && (cause.since < from || cause.since > from + observationDelayMs);
      const isOlder = since !== undefined && isSeen && (cause.since ?? 0) - since > observationDelayMs;
      return { cause, obstacle: isWorse ? 'worse' : isOlder ? 'older' : '' };
    });
    const likeliest = judged.toSorted(
      (a, b) =>
        b.cause.badness - a.cause.badness ||
        (a.cause.since ?? Number.MAX_VALUE) - (b.cause.since ?? Number.MAX_VALUE) ||
        (a.cause.key < b.cause.key ? -1 : 1),
    );
    const hiding = likeliest.find(({ obstacle }) => obstacle === '') ?? likeliest[0];
    return hiding === undefined ? key : `${key} ${hiding.cause.key} ${hiding.obstacle}`;
  });
};

describe('many findings of one object', () => {
  test('have the cause that comparing each with all others finds', () => {
    const time = fc.option(
      fc.integer({ min: 0, max: 12 }).map((steps) => steps * (minute / 2)),
      { nil: undefined },
    );
    const anyFinding = (name: string) =>
      fc.record({
        names: fc.constant([name]),
        badness: fc.constantFrom(2, 3),
        since: time,
        severity: fc.option(fc.constantFrom(1, 2), { nil: undefined }),
      });
    const many = (name: string) => fc.array(anyFinding(name), { maxLength: 6 });
    fc.assert(
      fc.property(many('broker'), many('orders'), time, (brokers, orders, from = 0) => {
        const findings = [...brokers, ...orders].map(
          ({ since, severity, ...more }, index): CauseFinding => ({
            ...{ key: `f${index}`, needs: [], explains: true, ...more },
            ...(since === undefined ? {} : { since }),
            ...(severity === undefined ? {} : { severity }),
          }),
        );
        const { consequences, possible } = groupByCause(findings, [['orders', 'broker']], from);
        const causeOf = new Map(
          [...consequences].flatMap(([cause, keys]) => keys.map((key) => [key, cause])),
        );
        const found = findings
          .filter(({ names }) => names[0] === 'orders')
          .map(({ key }) => {
            const cause = causeOf.get(key);
            const obstructed = possible.get(key);
            if (cause !== undefined) return `${key} ${cause} `;
            return obstructed === undefined ? key : `${key} ${obstructed.cause} ${obstructed.because}`;
          });
        expect(found).toEqual(comparedWithAll(findings, from));
      }),
    );
  });

  test('are compared in proportion to their number', () => {
    /** Number of reads of a level: each comparison has some. */
    const readsOf = (count: number): number => {
      let reads = 0;
      const read = (name: string, index: number): CauseFinding => ({
        ...finding(`${name} ${index}`, { names: [name], since: start + index * minute }),
        get badness() {
          reads++;
          return 3;
        },
      });
      const indexes = Array.from({ length: count }, (_, index) => index);
      groupByCause(
        [...indexes.map((index) => read('broker', index)), ...indexes.map((index) => read('orders', index))],
        chain,
        watchedFrom,
      );
      return reads;
    };
    expect(readsOf(400)).toBeLessThan(readsOf(200) * 2.2);
  });
});
