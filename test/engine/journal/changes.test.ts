import { describe, expect, test } from 'vitest';
import type { Alert, AlertState } from '../../../src/kinds/alerts/fact.ts';
import type { BreakerState } from '../../../src/kinds/breakers/fact.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { breaker, fault, health, lag, noon, pool, sample, spec } from '../../support/made-facts.ts';
import { changeLines, journalOf, type Reading, workload } from './readings.ts';

const breakers = (...states: readonly (BreakerState | undefined)[]): readonly Reading[] =>
  states.map((state) => ({ kinds: { breakers: state === undefined ? [] : [breaker('broker', { state })] } }));

describe('verdicts', () => {
  test.each<{ states: readonly (BreakerState | undefined)[]; changes: readonly string[] }>([
    { states: ['closed'], changes: [] },
    { states: ['closed', 'closed'], changes: [] },
    { states: ['closed', 'open'], changes: ['breaker bus-0 · broker: CLOSED → OPEN'] },
    { states: ['open', 'closed'], changes: ['breaker bus-0 · broker: OPEN → CLOSED'] },
    { states: ['unknown', 'open'], changes: [] },
    {
      states: ['closed', 'unknown', 'closed'],
      changes: ['breaker bus-0 · broker: CLOSED → UNKNOWN', 'breaker bus-0 · broker: UNKNOWN → CLOSED'],
    },
    { states: ['closed', undefined, 'open'], changes: [] },
  ])('$states yields $changes', ({ states, changes }) =>
    expect(changeLines(breakers(...states))).toEqual(changes),
  );

  test('a stale row is not a change; a different value in its next reading is', () => {
    const closed = breaker('broker');
    const open = breaker('broker', { state: 'open' });
    const readings: readonly Reading[] = [
      { kinds: { breakers: [closed] } },
      { after: 60 },
      { kinds: { breakers: [open] }, after: 5 },
    ];
    expect(journalOf(readings).map((changes) => changes.length)).toEqual([0, 0, 1]);
    expect(changeLines(readings)).toEqual(['breaker bus-0 · broker: CLOSED → OPEN']);
  });

  test('an entry has a time, level, row and source', () => {
    const [, changes] = journalOf(breakers('closed', 'open'));
    expect(changes).toEqual([
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
      changeLines([
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
      (value): Reading => ({ samples: value === undefined ? [] : [sample('error.rate', value)] }),
    );
    expect(changeLines(values, [signal])).toEqual([
      'error rate: OK → CRIT: 6.4 ms, limit ≥ 5 ms',
      'error rate: CRIT → OK: 2 ms, within limits',
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
const alerts = (...states: readonly (AlertState | undefined)[]): readonly Reading[] =>
  states.map((state) => ({ kinds: { alerts: state === undefined ? [] : [alert(state)] } }));

describe('alerts', () => {
  test.each<{ states: readonly (AlertState | undefined)[]; changes: readonly string[] }>([
    { states: ['firing'], changes: [] },
    { states: ['firing', 'firing'], changes: [] },
    { states: [undefined, 'firing'], changes: ['FIRING: burns'] },
    { states: ['pending', 'firing'], changes: ['PENDING → FIRING: burns'] },
    { states: ['firing', undefined], changes: ['FIRING → resolved: burns'] },
    { states: ['firing', 'silenced'], changes: ['FIRING → SILENCED: burns'] },
  ])('$states yields $changes', ({ states, changes }) =>
    expect(changeLines(alerts(...states))).toEqual(
      changes.map((change) => `alert Burn · billing: ${change}`),
    ),
  );

  test('an alert has not ended while its source does not answer', () => {
    const lost: Reading = { kinds: { alerts: [] }, faults: [fault('timeout')] };
    const [seen] = alerts('firing');
    expect(changeLines([seen ?? {}, lost, seen ?? {}]).filter((line) => line.startsWith('alert'))).toEqual(
      [],
    );
  });

  test('the first alerts of a source that failed before are not reported as new', () => {
    const lost: Reading = { kinds: { alerts: [] }, faults: [fault('timeout')] };
    const [firing, , pending] = alerts('firing', 'firing', 'pending');
    const changes = changeLines([lost, firing ?? {}, pending ?? {}]).filter((line) =>
      line.startsWith('alert'),
    );
    expect(changes).toEqual(['alert Burn · billing: FIRING → PENDING: burns']);
  });
});

const deployed = (more: Partial<Workload>): Reading => ({
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
  test.each<{ name: string; more: Partial<Workload>; changes: readonly string[] }>([
    { name: 'nothing', more: {}, changes: [] },
    {
      name: 'an image',
      more: { image: 'registry:5000/shop/billing:1.4.3', revision: '42', generation: 8 },
      changes: ['image: image 1.4.2 → 1.4.3', 'rollout: revision 41 → 42'],
    },
    {
      name: 'another image',
      more: { image: 'shop/billing', generation: 8 },
      changes: ['image: image registry:5000/shop/billing:1.4.2 → shop/billing'],
    },
    {
      name: 'a template',
      more: { revision: '42', generation: 8 },
      changes: ['rollout: revision 41 → 42: the image is the same, but the pod template has changed'],
    },
    { name: 'replicas', more: { wanted: 5, ready: 5, generation: 8 }, changes: ['rollout: 3 wanted → 5'] },
    {
      name: 'something else',
      more: { generation: 8 },
      changes: ['config: generation 7 → 8: spec changed'],
    },
  ])('change of $name', ({ more, changes }) =>
    expect(
      journalOf([deployed({}), deployed(more)])
        .flat()
        .map(({ kind, change }) => `${kind}: ${change}`),
    ).toEqual(changes),
  );

  test('a new pod that becomes ready is not a change; a failing one is', () => {
    const pods = (...pods: readonly Workload[]): Reading => ({ kinds: { workloads: pods } });
    const old = workload('pod', 'old');
    const dead = workload('pod', 'new', { status: 'OOMKilled', ready: 0, restarts: 1, detail: 'exit 137' });
    expect(
      changeLines([
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
  const reading = (restarts: number): Reading => ({
    kinds: {
      workloads: [
        workload('pod', 'bus-0', { restarts, restartsRising: true }),
        workload('container', 'app', { owner: 'bus-0', restarts, restartsRising: true }),
        workload('container', 'compose-1', { restarts, restartsRising: true }),
      ],
    },
  });
  expect(changeLines([reading(1), reading(2)])).toEqual([
    'pod bus-0: 1 → 2 restarts',
    'container compose-1: 1 → 2 restarts',
  ]);
});

test('a lost source and its recovery are reported', () => {
  const seen: Reading = { kinds: { breakers: [breaker('broker')] } };
  const lost: Reading = {
    kinds: { breakers: [] },
    faults: [fault('timeout', 'bus: no answer in 3s')],
    after: 60,
  };
  expect(changeLines([seen, lost, seen])).toEqual([
    'source bus: available → no data: bus: no answer in 3s',
    'source bus: no data → available',
  ]);
});

test('a source that has never answered is not reported as lost', () =>
  expect(changeLines([{ kinds: { breakers: [] }, faults: [fault('timeout')] }])).toEqual([]));

describe('deliveries', () => {
  const shop = (more: Partial<Workload>): Reading => ({
    kinds: {
      workloads: [
        workload('application', 'shop', { status: 'Healthy', revision: '8f3a2c1', syncedAt: noon, ...more }),
      ],
    },
  });

  test('a new revision is a rollout, without a word about pod templates', () => {
    expect(changeLines([shop({}), shop({ revision: 'c0ffee0', syncedAt: noon + 60_000 })])).toEqual([
      'application shop: revision 8f3a2c1 → c0ffee0',
    ]);
  });

  test('a sync without a new revision is a change; two clocks that differ by some ms are none', () => {
    expect(changeLines([shop({}), shop({ syncedAt: noon + 60_000 })])).toEqual([
      'application shop: synced → synced again: the revision is still 8f3a2c1',
    ]);
    expect(changeLines([shop({}), shop({ syncedAt: noon + 300 })])).toEqual([]);
  });

  test('a controller at work is no news; its failure is', () => {
    const pending = { status: 'Syncing', delivery: 'pending' } as const;
    expect(changeLines([shop({}), shop(pending), shop({})])).toEqual([]);
    expect(changeLines([shop({}), shop(pending), shop({ status: 'Degraded', delivery: 'failed' })])).toEqual([
      'application shop: OK → Degraded',
    ]);
  });
});
