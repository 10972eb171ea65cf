import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnyFact, FactKind } from '../../src/domain/facts/facts.ts';
import type { SituationFinding } from '../../src/situation/finding.ts';
import { collectSituationFindings } from '../../src/situation/findings.ts';
import { situationSentence } from '../../src/situation/sentence.ts';
import { situationOf } from '../../src/situation/situation.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { lossStart, watchedFrom } from '../../src/store/loss-start.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  noon,
  pool,
  sample,
  spec,
} from '../support/made-facts.ts';
import '../support/seeded.ts';

const names = ['broker', 'orders', 'billing', 'edge'] as const;
const name = fc.constantFrom(...names);
const text = fc.constantFrom('', 'connection refused', 'answered 503', 'line one\nline two', '  ');
/** A number as a source may report it; undefined: it does not. */
const amount = fc.option(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constantFrom(0.004, Number.NaN)), {
  nil: undefined,
});

const anyHealth = fc
  .record({
    service: name,
    status: fc.constantFrom('up', 'degraded', 'down', 'unknown'),
    detail: text,
    httpStatus: fc.option(fc.constantFrom(200, 503), { nil: undefined }),
    needs: fc.array(name, { maxLength: 2 }),
  })
  .map(({ service, status, detail, httpStatus, needs }) =>
    health(service, {
      status,
      detail,
      ...(httpStatus === undefined ? {} : { httpStatus }),
      components: needs.map((need) => ({ name: need, status: 'DOWN' })),
    }),
  );

const anyBreaker = fc
  .record({
    service: name,
    target: name,
    state: fc.constantFrom('closed', 'open', 'half-open', 'forced-open', 'disabled', 'unknown'),
    failureRate: amount,
  })
  .map(({ service, target, state, failureRate }) =>
    breaker(target, {
      service,
      instance: `${service}-0`,
      state,
      ...(failureRate === undefined ? {} : { failureRate }),
    }),
  );

const anyPool = fc
  .record({ service: name, active: amount, max: amount, pending: amount })
  .map(({ service, active, max, pending }) =>
    pool('main', {
      service,
      instance: `${service}-0`,
      ...(active === undefined ? {} : { active }),
      ...(max === undefined ? {} : { max }),
      ...(pending === undefined ? {} : { pending }),
    }),
  );

const anyLag = fc
  .record({
    group: name,
    partition: fc.integer({ min: 0, max: 2 }),
    motion: fc.constantFrom('gaining', 'steady', 'falling-behind', 'stalled', 'stopped', 'unknown'),
    behind: amount,
    rate: amount,
  })
  .map(({ group, partition, motion, behind, rate }) =>
    lag(group, {
      partition,
      motion,
      ...(behind === undefined ? {} : { lag: behind }),
      ...(rate === undefined ? {} : { rate }),
    }),
  );

const errorRate = spec('errors', {
  title: 'Error rate',
  unit: '%',
  threshold: { warn: { op: '>=', value: 1 }, crit: { op: '>', value: 5 } },
});

/** What an environment may look like: any facts, any values, a source that may fail, a feed that may not have answered. */
const anyEnvironment = fc.record({
  health: fc.array(anyHealth, { maxLength: 5 }),
  breakers: fc.array(anyBreaker, { maxLength: 5 }),
  pools: fc.array(anyPool, { maxLength: 4 }),
  lag: fc.array(anyLag, { maxLength: 4 }),
  errors: amount,
  failed: fc.constantFrom(undefined, 'unreachable', 'timeout', 'denied', 'missing', 'bug'),
  isWaiting: fc.boolean(),
  dependencies: fc.dictionary(name, fc.array(name, { maxLength: 2 }), { maxKeys: 4 }),
  age: fc.constantFrom(0, 60_000, 100_000_000),
});

type Made = typeof anyEnvironment extends fc.Arbitrary<infer T> ? T : never;

const situationInput = ({ errors, failed, isWaiting, dependencies, age, ...kinds }: Made) => {
  const store = createFactsStore(
    frame({ signals: [errorRate], sources: { bus: { type: 'actuator' }, prom: { type: 'prometheus' } } }),
  );
  if (isWaiting) store.apply([{ is: 'opened', feeds: [feedInfo('bus/late', 'workloads')] }], noon);
  const staleMs = Number.POSITIVE_INFINITY;
  for (const [kind, items] of Object.entries(kinds) as [FactKind, readonly AnyFact[]][])
    learn(store, feedInfo(`bus/${kind}`, kind, { staleMs }), { items });
  const faults = failed === undefined ? [] : [fault(failed, 'GET http://prom: no route\nto host', 'prom')];
  learn(store, feedInfo('prom/metrics', 'samples', { signals: ['errors'], staleMs }), {
    samples: errors === undefined ? [] : [sample('errors', errors, { source: 'prom' })],
    faults,
  });
  const facts = store.getState();
  const now = noon + age;
  return {
    now,
    input: {
      snapshot: buildSnapshot(facts, now),
      signals: facts.frame.signals,
      limits: {},
      dependencies,
      watchedFrom: watchedFrom(facts),
      lossStart: (one: ReturnType<typeof fault>) => lossStart(one, facts),
    },
  };
};

/** The names of everything that is read in such an environment, by hand. */
const readIn = ({ health, breakers, pools, lag }: Made): ReadonlySet<string> =>
  new Set([
    ...['bus', 'prom', 'errors'],
    ...health.flatMap(({ service, components }) => [service, ...components.map((part) => part.name)]),
    ...breakers.flatMap((one) => [one.service, one.name]),
    ...pools.map(({ service }) => service),
    ...lag.map(({ group }) => group),
  ]);

const calmHealth = fc.uniqueArray(name, { maxLength: 4 }).map((all) => all.map((service) => health(service)));
const calmBreakers = fc.uniqueArray(name, { maxLength: 3 }).map((all) => all.map((one) => breaker(one)));

test('what something depends on and nothing reads is said in the sentence that says all clear', () => {
  fc.assert(
    fc.property(anyEnvironment, calmHealth, calmBreakers, (environment, healthRows, breakerRows) => {
      const calm: Made = {
        ...environment,
        ...{ health: healthRows, breakers: breakerRows, pools: [], lag: [] },
        ...{ errors: 0, failed: undefined, isWaiting: false, age: 0 },
      };
      const { input, now } = situationInput(calm);
      const sentence = situationSentence(situationOf(input), { now, clockOffset: 0 });
      const read = readIn(calm);
      const needed = new Set(Object.values(calm.dependencies).flat());
      // A breaker stands for what its target needs.
      const through = breakerRows.flatMap((one) => calm.dependencies[one.name] ?? []);
      const unread: readonly string[] = [...needed].filter((one) => !read.has(one) && !through.includes(one));
      expect(sentence).toMatch(/^All clear/);
      expect(sentence.startsWith('All clear:')).toBe(unread.length === 0);
      const [, told = '', more = '0'] = /no source reads (.+?)(?: or (\d+) more)?;/.exec(sentence) ?? [];
      const named = told.split(/, | or /).filter((text) => text !== '');
      expect(named.filter((text) => !unread.includes(text))).toEqual([]);
      expect(named.length + Number(more)).toBe(unread.length);
    }),
    { numRuns: 200 },
  );
});

test('whatever is found, the sentence is one line, counts everything, and never calls the unknown clear', () => {
  fc.assert(
    fc.property(anyEnvironment, (environment) => {
      const { input, now } = situationInput(environment);
      const situation = situationOf(input);
      const sentence = situationSentence(situation, { now, clockOffset: 0 });
      const { findings, waiting } = collectSituationFindings(input);

      // One sentence, without traces of absent values.
      expect(sentence).not.toMatch(/\n|undefined|null|\[object|Infinity|–/);
      expect(sentence).not.toContain('NaN');
      expect(sentence).toMatch(/^\S.*\S$/);
      expect(sentence).not.toMatch(/ {2}|, ,|: ;|; ;|\(\)/);

      // Everything is told once: as a cause, a consequence, or besides.
      const { causes, consequences, others } = situation;
      const isProblem = findings.some(({ level }) => level !== 'unknown');
      if (isProblem) expect(causes.length + consequences.count + others.count).toBe(findings.length);
      for (const { count, parts } of [consequences, others])
        expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(count);

      // A critical object that nothing explains is a cause, or is counted besides one; others are causes only as the same problem elsewhere.
      const worst = findings.some(({ level }) => level === 'crit');
      const isSameAs = (a: SituationFinding, b: SituationFinding): boolean =>
        a.kind === b.kind && a.words.verb === b.words.verb && a.place !== undefined && b.place !== undefined;
      if (worst)
        for (const cause of causes)
          expect(
            causes.some((head) => head.level === 'crit' && (head === cause || isSameAs(head, cause))),
          ).toBe(true);
      const { named } = situation;
      expect(named.length).toBeLessThanOrEqual(causes.length);
      if (named.length > 1) expect(sentence).toContain(`${named.length} causes: `);
      for (const { object } of named.slice(0, 3)) expect(sentence).toContain(object);

      // The level is the worst of everything, and the unknown is never clear.
      const isKnown = findings.length === 0 && waiting === 0 && input.snapshot.level === 'ok';
      expect(situation.level === 'ok').toBe(isKnown);
      expect(/^(?:All clear|Nothing is checked|No problem yet)/.test(sentence)).toBe(isKnown);
    }),
    { numRuns: 150 },
  );
});
