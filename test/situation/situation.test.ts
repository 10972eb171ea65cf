import { describe, expect, test } from 'vitest';
import type { AnyFact, FactKind } from '../../src/domain/facts/facts.ts';
import type { Alert } from '../../src/kinds/alerts/fact.ts';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import type { SituationFinding } from '../../src/situation/finding.ts';
import { situationPartsOf } from '../../src/situation/parts.ts';
import { situationSentence } from '../../src/situation/sentence.ts';
import { environmentSituation, type SituationProfile } from '../../src/store/environment-situation.ts';
import type { FactsState } from '../../src/store/facts.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  learnNext,
  noon,
  pool,
  sample,
  spec,
} from '../support/made-facts.ts';

const errorRate = spec('errors', {
  title: 'Error rate',
  unit: '%',
  threshold: { warn: { op: '>=', value: 1 }, crit: { op: '>', value: 5 } },
});

interface Seen {
  readonly facts?: Partial<Record<FactKind, readonly AnyFact[]>>;
  readonly errors?: number;
  readonly faults?: readonly ReturnType<typeof fault>[];
  readonly waiting?: readonly FactKind[];
  readonly limits?: FactsState['frame']['limits'];
}

/** The facts of an environment, read at noon. */
const stateWith = ({ facts = {}, errors = 0.2, faults = [], waiting = [], limits }: Seen): FactsState => {
  const store = createFactsStore(frame({ signals: [errorRate], ...(limits && { limits }) }));
  for (const kind of waiting)
    store.apply([{ is: 'opened', feeds: [feedInfo(`bus/${kind}@late`, kind)] }], noon);
  for (const [kind, items] of Object.entries(facts))
    learn(store, feedInfo(`bus/${kind}`, kind as FactKind), { items, faults });
  learn(store, feedInfo('bus/metrics', 'samples', { signals: ['errors'] }), {
    samples: [sample('errors', errors)],
  });
  return store.getState();
};

const said = (seen: Seen, more: Partial<SituationProfile> = {}): string => {
  const facts = stateWith(seen);
  const situation = environmentSituation(buildSnapshot(facts, noon + 1000), facts, {
    dependencies: { errors: ['event-bus'], 'event-bus': ['broker'] },
    ...more,
  });
  return situationSentence(situation, { now: noon + 1000, clockOffset: 0 });
};

const brokerDown = {
  health: [
    health('broker', { status: 'down', httpStatus: 503, detail: 'answered 503 Service Unavailable' }),
    health('event-bus', { status: 'down', detail: 'I/O error' }),
    health('catalog'),
  ],
  breakers: [breaker('broker', { state: 'open' }), breaker('broker', { state: 'open', instance: 'bus-1' })],
};

test('the cause comes first, then its consequences with their numbers', () => {
  expect(said({ facts: brokerDown, errors: 48.84 })).toBe(
    'broker is down: answered 503 Service Unavailable; 4 consequences: event-bus down, 2 breakers open, Error rate 48.84 %',
  );
});

test('an alert that a person has acknowledged is not called absent beside a problem', () => {
  const facts = (state: Alert['state'], severity = 'warning') =>
    stateWith({
      facts: {
        ...brokerDown,
        alerts: [
          {
            ...{ source: 'bus', at: noon, name: 'DiskFull', severity, state, summary: '' },
            labels: { host: 'db' },
          } satisfies Alert,
        ],
      },
    });
  const otherwiseOk = (state: Alert['state'], severity?: string): string => {
    const made = facts(state, severity);
    return environmentSituation(buildSnapshot(made, noon + 1000), made, {
      dependencies: {},
    }).otherwiseOk.join();
  };
  expect(otherwiseOk('acknowledged')).not.toContain('alerts');
  expect(otherwiseOk('firing')).not.toContain('alerts');
  // A dead man's switch fires always.
  expect(otherwiseOk('firing', 'none')).toContain('1 alert firing, rated OK');
  expect(otherwiseOk('silenced')).toContain('no alerts firing (1 silenced or inhibited)');
});

test('causes, consequences and others are all problems, each once', () => {
  const made = stateWith({ facts: brokerDown });
  const { findings, causes, consequences, others } = environmentSituation(
    buildSnapshot(made, noon + 1000),
    made,
    { dependencies: {} },
  );
  expect(causes.length + consequences.count + others.count).toBe(findings.length);
  expect(findings.length).toBe(4);
});

test('problems without a known cause are told besides, not as consequences', () => {
  expect(said({ facts: brokerDown, errors: 48.84 }, { dependencies: {} })).toBe(
    'broker is down: answered 503 Service Unavailable; 3 consequences: event-bus down, 2 breakers open; also: Error rate 48.84 %',
  );
});

test('a measurement comes before the same one of another source', () => {
  const of = (name: string): SituationFinding => ({
    ...{ key: name, level: 'crit', kind: 'signals', object: name, name, title: name, entity: name },
    ...{
      words: { verb: 'at 5 %', short: '5 %' },
      fact: '',
      isSymptom: true,
      start: {},
      names: [],
      badness: 1,
      explains: false,
      needs: [],
    },
  });
  expect(
    situationPartsOf(['Errors (exporter)', 'Errors', 'SLA (script)'].map(of)).map(({ text }) => text),
  ).toEqual(['Errors 5 %', 'SLA (script) 5 %', '1 more signal']);
});

test('several causes are counted and named', () => {
  const facts = {
    health: [health('broker', { status: 'down', detail: 'connection refused' })],
    pools: [pool('main', { active: 10, max: 10, pending: 3 })],
  };
  expect(said({ facts })).toBe(
    '2 causes: broker is down (connection refused), connection pool main of billing-0 is exhausted (10 of 10 connections in use, 3 waiting)',
  );
});

test('a session that holds up a service is the cause of worse problems of that service', () => {
  const session = (pid: number, more: Partial<DbSession>): DbSession => ({
    ...{
      source: 'pg',
      at: noon,
      database: 'shop',
      pid,
      user: 'app',
      state: 'active',
      waiting: '',
      query: '',
    },
    blockedBy: [1],
    application: 'event-bus',
    ...more,
  });
  const held = {
    health: [health('event-bus', { status: 'down', detail: 'no answer in 3s' })],
    pools: [pool('main', { service: 'event-bus', active: 10, max: 10, pending: 3 })],
    breakers: [breaker('database', { state: 'open', service: 'event-bus' })],
    sessions: [
      session(1, {
        application: 'repair',
        blockedBy: [],
        blocks: 3,
        state: 'idle in transaction',
        durationMs: 720_000,
      }),
      ...[2, 3, 4].map((pid) => session(pid, {})),
    ],
  };
  expect(said({ facts: held })).toBe(
    'database session 1 of repair in shop blocks 3 sessions: idle in transaction for 12m; 3 consequences: event-bus down, connection pool main of billing-0 exhausted, circuit breaker database of bus-0 open',
  );
});

test('a service of which an instance is OK is partly down, and the only instance that is not has a name', () => {
  const instance = (name: string, status: 'up' | 'down', detail: string): AnyFact =>
    health('kafka', { instance: name, status, detail });
  const [up, down] = [instance('broker-1', 'up', ''), instance('broker-3', 'down', 'no answer in 3s')];
  expect(said({ facts: { health: [up, down] } })).toBe(
    'kafka is partly down: broker-3: no answer in 3s, 1 of 2 instances',
  );
  expect(said({ facts: { health: [instance('broker-1', 'down', 'no answer in 3s'), down] } })).toBe(
    'kafka is down: no answer in 3s, 2 of 2 instances',
  );
  // The address before the instances is no instance.
  expect(said({ facts: { health: [instance('', 'down', 'no answer in 3s'), down] } })).toBe(
    'kafka is down: no answer in 3s, 2 of 2 checks',
  );
});

test('a threshold alone is told with its limit', () => {
  expect(said({ errors: 7 })).toBe('Error rate at 7 %, over the limit of 5 %');
});

test('partitions of a consumer group are one problem with their sum', () => {
  const behind = { motion: 'falling-behind', rate: 6, members: 2 } as const;
  const facts = {
    lag: [lag('billing', { ...behind, lag: 1800 }), lag('billing', { ...behind, lag: 17, partition: 1 })],
  };
  expect(said({ facts })).toBe(
    'consumer group billing is falling behind: 1,817 messages behind, +12/s, never drains at this rate',
  );
});

test('all clear counts what was checked', () => {
  const facts = { health: [health('broker')], breakers: [breaker('psp')], alerts: [] };
  expect(said({ facts })).toBe('All clear: 3 rows OK, 1 service up, 1 breaker closed, no alerts firing');
});

test('alerts that were not read are not called silent', () => {
  expect(said({ facts: { health: [health('broker')] } }, { dependencies: {} })).toBe(
    'All clear: 2 rows OK, 1 service up',
  );
});

describe('what is declared and not read is said with all clear', () => {
  const read = {
    health: [health('orders', { components: [{ name: 'mongo', status: 'UP' }] })],
    breakers: [breaker('psp')],
  };
  const clear = '3 rows OK, 1 service up, 1 breaker closed';
  test.each<[string, Record<string, readonly string[]>, string]>([
    ['all is read', { errors: ['orders'] }, `All clear: ${clear}`],
    ['what a breaker or a health check reports is read', { orders: ['PSP', 'mongo'] }, `All clear: ${clear}`],
    ['also under another name', { orders: ['mongodb'], mongo: ['mongodb'] }, `All clear: ${clear}`],
    ['a source and a signal are read', { orders: ['bus', 'errors'] }, `All clear: ${clear}`],
    ['sources need what their profile says', { 'source bus': ['jump-host'] }, `All clear: ${clear}`],
    ['one', { orders: ['ledger'] }, `All clear in everything that is read: no source reads ledger; ${clear}`],
    [
      'several',
      { orders: ['ledger', 'tax', 'orders'], tax: ['rates', 'ledger'] },
      `All clear in everything that is read: no source reads ledger, tax or 1 more; ${clear}`,
    ],
  ])('%s', (_, dependencies, sentence) => {
    expect(said({ facts: read }, { dependencies })).toBe(sentence);
  });
});

test('a source that does not answer is never all clear', () => {
  const seen = {
    facts: { alerts: [] },
    faults: [fault('unreachable', 'GET http://bus/alerts: connection refused')],
  };
  expect(said(seen)).toBe('Some states are unknown: source bus not answering; 1 row OK');
});

test('what is not known has a start too, beside what is not known', () => {
  const facts = stateWith({
    facts: { health: [health('catalog')] },
    faults: [fault('timeout', 'no answer in 3s', 'bus')],
  });
  const now = noon + 60_000;
  const situation = environmentSituation(buildSnapshot(facts, noon + 1000), facts, { dependencies: {} });
  expect(situationSentence(situation, { now, clockOffset: 0 })).toMatch(
    /^Some states are unknown, since \d\d:\d\d:\d\d UTC(?: or before)?: source bus /,
  );
});

test('a feed without an answer yet is never all clear', () => {
  expect(said({ waiting: ['health'] })).toBe('Loading: 1 feed not answered yet; 1 row OK');
});

test('a sentence of the profile replaces the fact', () => {
  const sentences = { Broker: 'no order can be accepted' };
  expect(said({ facts: brokerDown, errors: 0.1 }, { sentences })).toMatch(
    /^broker is down: no order can be accepted; 3 consequences: /,
  );
});

test('what the profile says of a service that fails is not said of one that is only slow', () => {
  const slow = { health: [health('broker', { latencyMs: 1400 })] };
  const limits = { health: { warn: '>=1000' } };
  const sentences = { broker: 'no order can be accepted' };
  expect(said({ facts: slow, limits }, { sentences })).toMatch(/^broker is slow: (?!.*no order).*1\.4s/);
});

describe('the same problem at several places is one cause', () => {
  const fullPool = (instance: string, pending: number) =>
    pool('main', { service: 'billing', instance, active: 10, max: 10, pending });

  test('two places have their names; the fact is that of the worst', () => {
    const facts = { pools: [fullPool('billing-0', 4), fullPool('billing-1', 9)] };
    expect(said({ facts })).toBe(
      'connection pool main of billing-0 and billing-1 is exhausted: 10 of 10 connections in use, 4 waiting (billing-0)',
    );
  });

  test('equal facts are said of all, and more than two places are counted', () => {
    const facts = { pools: ['a', 'b', 'c'].map((name) => fullPool(name, 4)) };
    expect(said({ facts })).toBe(
      'connection pool main of 3 instances of billing is exhausted: 10 of 10 connections in use, 4 waiting',
    );
  });

  test('another object in the same state is not one of its places', () => {
    const other = pool('other', { service: 'billing', instance: 'billing-0', active: 5, max: 5, pending: 1 });
    expect(said({ facts: { pools: [fullPool('billing-0', 4), other] } })).toMatch(
      /^connection pool main of billing-0 is exhausted: .*; also: connection pool other of billing-0 exhausted/,
    );
  });

  test('pools of two services are two causes, though both have the name that every pool has', () => {
    const other = pool('main', { service: 'orders', instance: 'orders-0', active: 10, max: 10, pending: 4 });
    expect(said({ facts: { pools: [fullPool('billing-0', 4), other] } })).toMatch(
      /^2 causes: connection pool main of billing-0 is exhausted .*, connection pool main of orders-0 is exhausted/,
    );
  });

  test('breakers of two services are two causes, those of two instances one', () => {
    const open = (service: string, instance: string) => breaker('psp', { service, instance, state: 'open' });
    const facts = {
      breakers: [open('billing', 'billing-0'), open('billing', 'billing-1'), open('orders', 'orders-0')],
    };
    expect(said({ facts })).toMatch(/^2 causes: circuit breaker psp of billing-0 and billing-1 is open /);
  });

  test('what is already explained by another cause is no second place', () => {
    const facts = { ...brokerDown, pools: [fullPool('billing-0', 4)] };
    expect(said({ facts })).toMatch(/^2 causes: /);
  });
});

describe('series of one measurement are one cause', () => {
  const series = (values: Readonly<Record<string, number>>): string => {
    const store = createFactsStore(frame({ signals: [errorRate] }));
    learn(store, feedInfo('bus/metrics', 'samples', { signals: ['errors'] }), {
      samples: Object.entries(values).map(([pod, value]) => sample('errors', value, { labels: { pod } })),
    });
    const facts = store.getState();
    const situation = environmentSituation(buildSnapshot(facts, noon + 1000), facts, { dependencies: {} });
    return situationSentence(situation, { now: noon + 1000, clockOffset: 0 });
  };

  test.each([
    [{ a: 60, b: 0.1 }, 'Error rate (a) at 60 %, over the limit of 5 %'],
    [{ a: 60, b: 60, c: 0.1 }, 'Error rate (a and b) at 60 %, over the limit of 5 %'],
    [{ a: 60, b: 60, c: 60 }, 'Error rate (all 3 pods) at 60 %, over the limit of 5 %'],
    [{ a: 60, b: 80, c: 40, d: 0.1 }, 'Error rate (3 pods) at 40 % to 80 %, over the limit of 5 %'],
    [{ a: 60, b: 80 }, 'Error rate (a and b) at 60 % and 80 %, over the limit of 5 %'],
  ])('%j', (values, sentence) => {
    expect(series(values)).toBe(sentence);
  });
});

test.each([
  ['an alert that began before it was seen', 60_000, 'alert EventBusDown (bus-0)'],
  ['not one of the same round of readings', 5_000, undefined],
  ['not one that is hours old, which has another cause', 3 * 3_600_000, undefined],
])('the earlier problem: %s', (_, agoMs, object) => {
  const alert: Alert = {
    ...{ source: 'bus', at: noon, name: 'EventBusDown', severity: 'critical', state: 'firing', summary: '' },
    ...{ since: noon - agoMs, labels: { instance: 'bus-0' } },
  };
  const made = stateWith({ facts: { ...brokerDown, alerts: [alert] } });
  const situation = environmentSituation(buildSnapshot(made, noon + 1000), made, { dependencies: {} });
  expect(situation.earlier?.object).toBe(object);
});

test.each([
  ['another source has noticed it first', 60_000, 'alert EventBusDown (bus-0)'],
  ['what began ten minutes before is another problem', 10 * 60_000, undefined],
])('the earlier problem of a cause whose start was seen: %s', (_, agoMs, object) => {
  const store = createFactsStore(frame());
  const seenAt = noon + 3_600_000;
  const alert: Alert = {
    ...{ source: 'bus', at: noon, name: 'EventBusDown', severity: 'critical', state: 'firing', summary: '' },
    ...{ since: seenAt - agoMs, labels: { instance: 'bus-0' } },
  };
  learn(store, feedInfo('bus/health', 'health'), { items: [health('broker')] });
  learn(store, feedInfo('bus/alerts', 'alerts'), { items: [alert] }, seenAt);
  learnNext(
    store,
    feedInfo('bus/health', 'health'),
    { items: [health('broker', { status: 'down' })] },
    seenAt,
  );
  const facts = store.getState();
  const situation = environmentSituation(buildSnapshot(facts, seenAt), facts, { dependencies: {} });
  expect(situation.start).not.toHaveProperty('seenSince');
  expect(situation.earlier?.object).toBe(object);
});

const alertNamed = (name: string, summary: string): Alert => ({
  ...{
    source: 'bus',
    at: noon,
    name,
    severity: 'critical',
    state: 'firing',
    since: noon,
    labels: {},
    summary,
  },
});

test('the findings of rows that did not change are those of the situation before', () => {
  const store = createFactsStore(frame());
  const feed = feedInfo('bus/alerts', 'alerts');
  const profile: SituationProfile = { dependencies: {} };
  const kept = alertNamed('Kept', 'as before');
  const findingsWith = (changed: Alert, at: number): readonly SituationFinding[] => {
    learn(store, feed, { items: [kept, changed] }, at);
    const facts = store.getState();
    return environmentSituation(buildSnapshot(facts, at), facts, profile).findings;
  };
  const before = findingsWith(alertNamed('Changed', 'one'), noon);
  const after = findingsWith(alertNamed('Changed', 'two'), noon + 5000);
  expect(after.map(({ name, fact }) => `${name}: ${fact}`)).toEqual(['Kept: as before', 'Changed: two']);
  expect(after.map((finding) => before.includes(finding))).toEqual([true, false]);
});
