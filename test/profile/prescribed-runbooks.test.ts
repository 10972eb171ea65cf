import { expect, test } from 'vitest';
import type { AnyFact, FactKind } from '../../src/domain/facts/facts.ts';
import type { Profile } from '../../src/domain/profile/profile.ts';
import type { Alert } from '../../src/kinds/alerts/fact.ts';
import type { Health } from '../../src/kinds/health/fact.ts';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { suggestOnce } from '../../src/runs/runbooks/suggest.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { breaker, feedInfo, frame, health, lag, learn, noon, pool, sample } from '../support/made-facts.ts';
import { shippedProfile } from './support/shipped-profile.ts';

const shipped = (name: string): Promise<Profile> =>
  shippedProfile(name, name.startsWith('eventmesh/') ? { 'host-1': 'vm-1', 'host-2': 'vm-2' } : {});

/** Facts of a problem that no incident of the simulator has, and the runbooks that the original text prescribes for it. */
interface Prescription {
  readonly problem: string;
  readonly env: string;
  readonly facts: Partial<Record<FactKind, readonly AnyFact[]>>;
  /** Values of signals by id; they are compared with the limits of the profile. */
  readonly signals: Readonly<Record<string, number>>;
  readonly suggested: readonly string[];
  /** Runbooks that would be wrong. */
  readonly not?: readonly string[];
}

const workload = (kind: Workload['kind'], name: string, more: Partial<Workload> = {}): Workload => ({
  source: 'bus',
  at: noon,
  kind,
  name,
  namespace: '',
  owner: '',
  node: '',
  status: '',
  ...more,
});
const down = (service: string, more: Partial<Health> = {}): Health =>
  health(service, { status: 'down', ...more });
const alert = (name: string): Alert => ({
  source: 'bus',
  at: noon,
  name,
  severity: 'critical',
  state: 'firing',
  labels: {},
  summary: '',
});
const session = (pid: number, state: string, durationMs: number): DbSession => ({
  source: 'pg',
  at: noon,
  database: 'trademaster_trading',
  pid,
  user: 'trademaster_user',
  state,
  durationMs,
  waiting: '',
  blockedBy: [],
  query: 'SELECT 1',
});
const unit = (status: string, ready: number): Workload =>
  workload('unit', 'eventmesh-api', { node: 'vm-1', status, ready, wanted: 1 });

const prescriptions: readonly Prescription[] = [
  {
    problem: 'a unit that is active, and whose port is not bound',
    env: 'eventmesh/production',
    facts: {
      health: [down('eventmesh-api', { source: 'host-1' })],
      workloads: [unit('active (running)', 1)],
    },
    signals: { unit: 1, port: 0, 'port.strangers': 0 },
    suggested: ['restart'],
    not: ['rollback', 'data-corruption-stop', 'data-corruption', 'port-conflict'],
  },
  {
    problem: 'a unit that was stopped by command',
    env: 'eventmesh/production',
    facts: { health: [down('eventmesh-api', { source: 'host-1' })], workloads: [unit('inactive (dead)', 0)] },
    signals: { unit: 0, port: 0, 'port.strangers': 0 },
    suggested: ['data-corruption', 'restart'],
    not: ['rollback', 'data-corruption-stop', 'port-conflict'],
  },
  {
    problem: 'a critical lag, with as many members as partitions',
    env: 'saga/production',
    facts: { lag: [lag('saga-orchestrator-group', { motion: 'falling-behind' })] },
    signals: { lag: 20_000, members: 3, partitions: 3, 'members.room': 0, 'members.idle': 0 },
    suggested: ['more-partitions', 'consumer-batch'],
    not: ['consumer-lag'],
  },
  {
    problem: 'a raised lag, with as many members as partitions',
    env: 'saga/production',
    facts: {},
    signals: { lag: 2000, members: 3, partitions: 3, 'members.room': 0, 'members.idle': 0 },
    suggested: [],
    not: ['more-partitions', 'consumer-lag'],
  },
  {
    problem: 'refused connections in the logs, with free connections by now',
    env: 'saga/production',
    facts: {},
    signals: { 'pg.conn': 30, pool: 0.3, 's3.log.toomany': 4 },
    suggested: ['connections'],
  },
  {
    problem: 'an exhausted pool of the orchestrator',
    env: 'saga/production',
    facts: {},
    signals: { 'pg.conn': 30, pool: 0.97, 's3.log.toomany': 0 },
    suggested: ['connections'],
  },
  {
    problem: 'containers that run and do not answer, without Alertmanager',
    env: 'trading/production',
    facts: { health: [down('trademaster-trading-service', { source: 'service' })] },
    signals: { 'app.running': 2, 'app.starts': 0 },
    suggested: ['application-down'],
    not: ['application-rollback'],
  },
  {
    problem: 'the same after a restart',
    env: 'trading/production',
    facts: { health: [down('trademaster-trading-service', { source: 'service' })] },
    signals: { 'app.running': 2, 'app.starts': 1 },
    suggested: ['application-rollback', 'application-down'],
  },
  {
    problem: 'a health page that names the missing database',
    env: 'trading/production',
    facts: {
      health: [
        down('trademaster-trading-service', {
          source: 'service',
          components: [{ name: 'db', status: 'down' }],
        }),
      ],
    },
    signals: { 'app.running': 2, 'app.starts': 0 },
    suggested: [],
    not: ['application-down', 'application-rollback'],
  },
  {
    problem: 'an alert about orders alone, with a closed circuit breaker',
    env: 'trading/production',
    facts: {
      alerts: [alert('OrderPlacementFailures')],
      breakers: [breaker('brokerService', { failureRate: 0 })],
    },
    signals: { 'orders.failed': 0.4, 'orders.rejected': 0, 'error.rate': 0.1 },
    suggested: ['order-keys'],
    not: ['order-failures', 'high-error-rate'],
  },
  {
    problem: 'leaked connections: all are taken, and their sessions are idle',
    env: 'trading/production',
    facts: {
      pools: [pool('hikari', { active: 10, max: 10, pending: 7 })],
      sessions: Array.from({ length: 10 }, (_, index) => session(4000 + index, 'idle', 90_000)),
    },
    signals: { 's1.log.jdbc': 0, 's1.log.leak': 0 },
    suggested: ['pool-size', 'pool-restart'],
    not: ['pool-exhausted'],
  },
  {
    problem: 'too many requests: all connections are taken, and used',
    env: 'trading/production',
    facts: {
      pools: [pool('hikari', { active: 10, max: 10, pending: 7 })],
      sessions: Array.from({ length: 10 }, (_, index) => session(4000 + index, 'active', 40)),
    },
    signals: { 's1.log.jdbc': 0, 's1.log.leak': 0 },
    suggested: [],
    not: ['pool-exhausted', 'pool-size', 'pool-restart'],
  },
  {
    problem: 'a database that does not answer',
    env: 'event-bus/production',
    facts: { health: [down('database', { source: 'pg' })], sessions: [], pools: [] },
    signals: {},
    suggested: ['restore-database', 'database-check'],
    not: ['database-connectivity'],
  },
  {
    problem: 'an exhausted pool without a long-running session',
    env: 'event-bus/production',
    facts: {
      health: [health('database', { source: 'pg' })],
      breakers: [breaker('database')],
      pools: [pool('hikari', { pending: 6 })],
    },
    signals: { 'db.transaction': 2, 'db.idle': 0, 'db.blocked': 0 },
    suggested: ['database-check'],
    not: ['database-connectivity', 'restore-database'],
  },
];

test.each(prescriptions)('$env: $problem', async ({ env, facts, signals, suggested, not = [] }) => {
  const profile = await shipped(env);
  // Every value comes from one source: only the conditions are of interest.
  const specs = profile.signals.map((signal) => ({ ...signal, source: 'bus', read: {} }));
  const store = createFactsStore(frame({ signals: specs, limits: profile.limits }));
  for (const [kind, items] of Object.entries(facts))
    learn(store, feedInfo(`bus/${kind}`, kind as FactKind), { items });
  learn(store, feedInfo('bus/metrics', 'samples', { signals: Object.keys(signals) }), {
    samples: Object.entries(signals).map(([id, value]) => sample(id, value)),
  });
  const judged = suggestOnce(profile.runbooks, buildSnapshot(store.getState(), noon), noon);
  const fits = (id: string): string =>
    judged.find(({ runbook }) => runbook.id === id)?.fits ?? 'no such runbook';
  expect(suggested.map((id) => [id, fits(id)])).toEqual(suggested.map((id) => [id, 'yes']));
  expect(not.filter((id) => fits(id) === 'yes')).toEqual([]);
});
