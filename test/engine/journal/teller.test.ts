import { describe, expect, test } from 'vitest';
import type { Alert, AlertState } from '../../../src/kinds/alerts/fact.ts';
import type { BreakerState } from '../../../src/kinds/breakers/fact.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { breaker, fault, health, lag, noon, pool, sample, spec } from '../../support/made-facts.ts';
import { journalOf, type Look, toldBy, workload } from './looks.ts';

const breakers = (...states: readonly (BreakerState | undefined)[]): readonly Look[] =>
  states.map((state) => ({ kinds: { breakers: state === undefined ? [] : [breaker('broker', { state })] } }));

describe('verdicts', () => {
  test.each<{ states: readonly (BreakerState | undefined)[]; told: readonly string[] }>([
    { states: ['closed'], told: [] },
    { states: ['closed', 'closed'], told: [] },
    { states: ['closed', 'open'], told: ['breaker bus-0 · broker: CLOSED → OPEN'] },
    { states: ['open', 'closed'], told: ['breaker bus-0 · broker: OPEN → CLOSED'] },
    { states: ['unknown', 'open'], told: [] },
    {
      states: ['closed', 'unknown', 'closed'],
      told: ['breaker bus-0 · broker: CLOSED → UNKNOWN', 'breaker bus-0 · broker: UNKNOWN → CLOSED'],
    },
    { states: ['closed', undefined, 'open'], told: [] },
  ])('$states yields $told', ({ states, told }) => expect(toldBy(breakers(...states))).toEqual(told));

  test('a stale row is not a change; a different value in its next reading is', () => {
    const [closed, open] = [breaker('broker'), breaker('broker', { state: 'open' })];
    const looks: readonly Look[] = [
      { kinds: { breakers: [closed] } },
      { after: 60 },
      { kinds: { breakers: [open] }, after: 5 },
    ];
    expect(journalOf(looks).map((told) => told.length)).toEqual([0, 0, 1]);
    expect(toldBy(looks)).toEqual(['breaker bus-0 · broker: CLOSED → OPEN']);
  });

  test('an entry has a time, level, row and source', () => {
    const [, told] = journalOf(breakers('closed', 'open'));
    expect(told).toEqual([
      {
        at: noon + 2000,
        kind: 'verdict',
        level: 'crit',
        what: 'breaker bus-0 · broker',
        change: 'CLOSED → OPEN',
        row: 'bus/event-bus/bus-0/broker',
        source: 'bus',
      },
    ]);
  });

  test('services, pools and consumer groups are reported, a group once for all its partitions', () => {
    const parts = (motion: 'steady' | 'falling-behind') =>
      [0, 1, 2].map((partition) => lag('billing', { partition, motion, lag: 7 }));
    expect(
      toldBy([
        {
          kinds: {
            health: [health('billing')],
            pools: [pool('hikari', { active: 1, max: 20, pending: 0 })],
            lag: parts('steady'),
          },
        },
        {
          kinds: {
            health: [health('billing', { status: 'down', detail: 'psp DOWN' })],
            pools: [pool('hikari', { active: 20, max: 20, pending: 7 })],
            lag: parts('falling-behind'),
          },
        },
      ]),
    ).toEqual([
      'billing: up → down: psp DOWN',
      'group billing: OK → falling behind',
      'pool billing-0 · hikari: OK → exhausted',
    ]);
  });

  test('a signal is reported with its level and reason; one without a value is not', () => {
    const signal = spec('error.rate', { title: 'error rate', threshold: { crit: { op: '>=', value: 5 } } });
    const values = [1, 6.4, undefined, 6.5, 2].map(
      (value): Look => ({ samples: value === undefined ? [] : [sample('error.rate', value)] }),
    );
    expect(toldBy(values, [signal])).toEqual([
      'error rate: OK → CRIT: 6.4, limit ≥ 5',
      'error rate: CRIT → OK: 2, within limits',
    ]);
  });
});

const alert = (state: AlertState): Alert => ({
  source: 'bus',
  at: noon,
  name: 'Burn',
  severity: 'page',
  state,
  labels: { service: 'billing' },
  summary: 'burns',
});
const alerts = (...states: readonly (AlertState | undefined)[]): readonly Look[] =>
  states.map((state) => ({ kinds: { alerts: state === undefined ? [] : [alert(state)] } }));

describe('alerts', () => {
  test.each<{ states: readonly (AlertState | undefined)[]; told: readonly string[] }>([
    { states: ['firing'], told: [] },
    { states: ['firing', 'firing'], told: [] },
    { states: [undefined, 'firing'], told: ['FIRING: burns'] },
    { states: ['pending', 'firing'], told: ['PENDING → FIRING: burns'] },
    { states: ['firing', undefined], told: ['FIRING → resolved: burns'] },
    { states: ['firing', 'silenced'], told: ['FIRING → SILENCED: burns'] },
  ])('$states yields $told', ({ states, told }) =>
    expect(toldBy(alerts(...states))).toEqual(told.map((one) => `alert Burn · billing: ${one}`)),
  );

  test('an alert has not ended while its source does not answer', () => {
    const lost: Look = { kinds: { alerts: [] }, faults: [fault('timeout')] };
    const [seen] = alerts('firing');
    expect(toldBy([seen ?? {}, lost, seen ?? {}]).filter((line) => line.startsWith('alert'))).toEqual([]);
  });

  test('the first alerts of a source that failed before are not reported as new', () => {
    const lost: Look = { kinds: { alerts: [] }, faults: [fault('timeout')] };
    const [firing, , pending] = alerts('firing', 'firing', 'pending');
    const told = toldBy([lost, firing ?? {}, pending ?? {}]).filter((line) => line.startsWith('alert'));
    expect(told).toEqual(['alert Burn · billing: FIRING → PENDING: burns']);
  });
});

const deployed = (more: Partial<Workload>): Look => ({
  kinds: {
    workloads: [
      workload('deployment', 'billing', {
        image: 'registry:5000/shop/billing:1.4.2',
        revision: '41',
        generation: 7,
        ready: 3,
        wanted: 3,
        ...more,
      }),
    ],
  },
});

describe('changes of a deployment', () => {
  test.each<{ name: string; more: Partial<Workload>; told: readonly string[] }>([
    { name: 'nothing', more: {}, told: [] },
    {
      name: 'an image',
      more: { image: 'registry:5000/shop/billing:1.4.3', revision: '42', generation: 8 },
      told: ['image: image 1.4.2 → 1.4.3', 'rollout: revision 41 → 42'],
    },
    {
      name: 'another image',
      more: { image: 'shop/billing', generation: 8 },
      told: ['image: image registry:5000/shop/billing:1.4.2 → shop/billing'],
    },
    {
      name: 'a template',
      more: { revision: '42', generation: 8 },
      told: ['rollout: revision 41 → 42: same image, template changed'],
    },
    { name: 'replicas', more: { wanted: 5, ready: 5, generation: 8 }, told: ['rollout: 3 wanted → 5'] },
    {
      name: 'something else',
      more: { generation: 8 },
      told: ['config: generation 7 → 8: spec changed'],
    },
  ])('change of $name', ({ more, told }) =>
    expect(
      journalOf([deployed({}), deployed(more)])
        .flat()
        .map(({ kind, change }) => `${kind}: ${change}`),
    ).toEqual(told),
  );

  test('a new pod that becomes ready is not a change; a failing one is', () => {
    const pods = (...pods: readonly Workload[]): Look => ({ kinds: { workloads: pods } });
    const old = workload('pod', 'old');
    const dead = workload('pod', 'new', { status: 'OOMKilled', ready: 0, restarts: 1, detail: 'exit 137' });
    expect(
      toldBy([
        pods(old),
        pods(old, workload('pod', 'new', { status: 'Pending', ready: 0, restarts: 0 })),
        pods(old, workload('pod', 'new', { status: 'ContainerCreating', ready: 0, restarts: 0 })),
        pods(old, workload('pod', 'new', { restarts: 0 })),
        pods(old, dead),
        pods({ ...old, status: 'Terminating', ready: 0 }, dead),
        pods(dead),
      ]),
    ).toEqual(['pod new: OK → OOMKilled: exit 137']);
  });
});

test('a restart of an otherwise unchanged pod is reported for the pod, not for its containers', () => {
  const look = (restarts: number): Look => ({
    kinds: {
      workloads: [
        workload('pod', 'bus-0', { restarts, restartsRising: true }),
        workload('container', 'app', { owner: 'bus-0', restarts, restartsRising: true }),
        workload('container', 'compose-1', { restarts, restartsRising: true }),
      ],
    },
  });
  expect(toldBy([look(1), look(2)])).toEqual([
    'pod bus-0: 1 → 2 restarts',
    'container compose-1: 1 → 2 restarts',
  ]);
});

test('a lost source and its recovery are reported', () => {
  const seen: Look = { kinds: { breakers: [breaker('broker')] } };
  const lost: Look = {
    kinds: { breakers: [] },
    faults: [fault('timeout', 'bus: no answer in 3s')],
    after: 60,
  };
  expect(toldBy([seen, lost, seen])).toEqual([
    'source bus: seen → no data: bus: no answer in 3s',
    'source bus: no data → seen',
  ]);
});

test('a source that has never answered is not reported as lost', () =>
  expect(toldBy([{ kinds: { breakers: [] }, faults: [fault('timeout')] }])).toEqual([]));
