import type { AnyFact, Sample } from '../../src/domain/facts/facts.ts';
import type { FeedKind } from '../../src/domain/facts/reading.ts';
import type { SignalSpec } from '../../src/domain/profile/profile.ts';
import { noon, spec } from '../../test/support/made-facts.ts';

/** Something of which people have more and more. */
export interface GrowingInput {
  /** About ten times the largest number that people have. */
  readonly top: number;
  readonly kind: FeedKind;
  /** The pane that shows it. */
  readonly pane: string;
  readonly signals?: readonly SignalSpec[];
  /** The fact, or the value, at an index; another one in each round for those that change. */
  of(index: number, round: number): AnyFact | Sample;
}

const from = { source: 'bus', at: noon };

/** One in `share`, another one in each round. */
const isOneIn = (share: number, index: number, round: number): boolean => (index + round) % share === 0;

const uid = (index: number): string => (index * 7919).toString(36);

const podOf = (index: number, isBroken: boolean): AnyFact => ({
  ...from,
  kind: 'pod',
  namespace: `team-${index % 40}`,
  name: `service-${index % 200}-${uid(index)}`,
  owner: `service-${index % 200}`,
  node: `node-${index % 97}`,
  status: isBroken ? 'CrashLoopBackOff' : 'Running',
  ready: isBroken ? 0 : 1,
  wanted: 1,
  restarts: index % 7,
  cpuCores: 0.1,
  memoryBytes: 2e8,
});

export const growingInputs: Readonly<Record<string, GrowingInput>> = {
  pods: { top: 16_000, kind: 'workloads', pane: 'pods', of: (i, round) => podOf(i, isOneIn(500, i, round)) },
  'crashing pods': { top: 4000, kind: 'workloads', pane: 'pods', of: (index) => podOf(index, true) },
  nodes: {
    top: 4000,
    kind: 'nodes',
    pane: 'nodes',
    of: (index, round) => ({
      ...from,
      name: `node-${index}`,
      status: isOneIn(50, index, round) ? 'NotReady' : 'Ready',
      problems: [],
      isCordoned: false,
      roles: ['worker'],
      pods: 40,
      podsAllocatable: 110,
    }),
  },
  services: {
    top: 2000,
    kind: 'health',
    pane: 'health',
    of: (index, round) => ({
      ...from,
      env: 'production',
      service: `service-${index}`,
      instance: '',
      status: isOneIn(40, index, round) ? 'down' : 'up',
      latencyMs: 20 + ((index + round) % 50),
      detail: '',
      components: [],
    }),
  },
  breakers: {
    top: 8000,
    kind: 'breakers',
    pane: 'breakers',
    of: (index, round) => ({
      ...from,
      service: `service-${index % 100}`,
      instance: `service-${index % 100}-${Math.floor(index / 800)}`,
      name: `to-${Math.floor(index / 100)}`,
      state: isOneIn(60, index, round) ? 'open' : 'closed',
      failureRate: (index + round) % 100,
    }),
  },
  pools: {
    top: 4000,
    kind: 'pools',
    pane: 'pools',
    of: (index, round) => ({
      ...from,
      service: `service-${index % 100}`,
      instance: `service-${index % 100}-${Math.floor(index / 100)}`,
      name: 'main',
      kind: 'hikari',
      active: (index + round) % 20,
      idle: 2,
      max: 20,
      pending: isOneIn(60, index, round) ? 5 : 0,
    }),
  },
  'groups × partitions': {
    top: 32_000,
    kind: 'lag',
    pane: 'lag',
    of: (index, round) => ({
      ...from,
      cluster: 'main',
      group: `group-${Math.floor(index / 64)}`,
      topic: `topic-${Math.floor(index / 16) % 40}`,
      partition: index % 16,
      committed: 100n,
      end: 100n + BigInt((index + round) % 900),
      lag: (index + round) % 900,
      motion: isOneIn(90, index, round) ? 'falling-behind' : 'steady',
    }),
  },
  queues: {
    top: 16_000,
    kind: 'queues',
    pane: 'queues',
    of: (index, round) => ({
      ...from,
      name: `queue-${uid(index)}`,
      kind: index % 50 === 0 ? 'dlq' : 'sqs',
      depth: isOneIn(500, index, round) ? 12 : 0,
      deadLettersOf: [],
    }),
  },
  'blocked sessions': {
    top: 4000,
    kind: 'sessions',
    pane: 'db',
    of: (index) => ({
      ...from,
      database: 'shop',
      pid: index,
      user: 'billing',
      state: 'active',
      durationMs: 1000 * (index % 600),
      waiting: 'Lock:tuple',
      // A chain of those that wait for one another, ten at a time.
      blockedBy: index % 10 === 0 ? [] : [index - 1],
      query: `UPDATE orders SET state = 'paid' WHERE id = ${index}`,
    }),
  },
  'firing alerts': {
    top: 4000,
    kind: 'alerts',
    pane: 'alerts',
    of: (index) => ({
      ...from,
      name: `Alert${index % 60}`,
      severity: index % 3 === 0 ? 'critical' : 'warning',
      state: 'firing',
      since: noon - 60_000 * (index % 90),
      labels: { instance: `service-${index}:8080`, job: `service-${index % 200}` },
      summary: `service-${index % 200} fails`,
    }),
  },
  'runs of CI': {
    top: 4000,
    kind: 'ci',
    pane: 'ci',
    of: (index, round) => ({
      ...from,
      kind: 'run',
      repo: `acme/service-${index % 200}`,
      workflow: 'build',
      branch: `branch-${Math.floor(index / 200)}`,
      run: String(index),
      number: index,
      status: isOneIn(30, index, round) ? 'failure' : 'success',
      isRequired: true,
      startedAt: noon - 60_000 * index,
    }),
  },
  'series of a signal': {
    top: 4000,
    kind: 'samples',
    pane: 'matrix',
    signals: [
      spec('errors', {
        unit: '%',
        threshold: { warn: { op: '>=', value: 5 }, crit: { op: '>=', value: 20 } },
      }),
    ],
    of: (index, round) => ({
      ...from,
      signal: 'errors',
      labels: { service: `service-${index % 200}`, instance: `${index}` },
      value: isOneIn(60, index, round) ? 30 : 1,
    }),
  },
  signals: {
    top: 1600,
    kind: 'samples',
    pane: 'matrix',
    signals: Array.from({ length: 1600 }, (_, index) =>
      spec(`signal-${index}`, {
        unit: 'ms',
        threshold: { warn: { op: '>=', value: 500 }, crit: { op: '>=', value: 900 } },
      }),
    ),
    of: (index, round) => ({
      ...from,
      signal: `signal-${index}`,
      labels: {},
      value: isOneIn(60, index, round) ? 950 : 100,
    }),
  },
};
