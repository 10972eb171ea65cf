import { expect, test } from 'vitest';
import type { FactKind, FactTypes } from '../../src/domain/facts/facts.ts';
import type { Level, Limits } from '../../src/domain/facts/level.ts';
import type { Alert } from '../../src/kinds/alerts/fact.ts';
import type { CiRow } from '../../src/kinds/ci/fact.ts';
import type { Pool } from '../../src/kinds/pools/fact.ts';
import { levelOf } from '../../src/kinds/registry/registry.ts';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { breaker, health, lag, noon, pool } from '../support/made-facts.ts';

const stamp = { source: 'k8s', at: noon };
const workload = (more: Partial<Workload>): Workload => ({
  ...stamp,
  kind: 'pod',
  namespace: 'shop',
  name: 'billing-0',
  owner: 'billing',
  node: 'vm-3',
  status: 'Running',
  ...more,
});
const alert = (more: Partial<Alert>): Alert => ({
  ...stamp,
  name: 'PodRestarting',
  severity: 'warning',
  state: 'firing',
  labels: {},
  summary: '',
  ...more,
});
const ciRow = (more: Partial<CiRow>): CiRow => ({
  ...stamp,
  kind: 'run',
  repo: 'acme/shop',
  workflow: 'CI',
  branch: 'main',
  run: '42',
  status: 'success',
  isRequired: true,
  ...more,
});
type Case = {
  readonly [K in FactKind]: readonly [K, string, FactTypes[K], Level, Limits?];
}[FactKind];

const session = (more: Partial<DbSession> = {}): DbSession => ({
  ...stamp,
  database: 'db',
  pid: 1,
  user: 'app',
  state: 'active',
  waiting: '',
  blockedBy: [],
  query: '',
  ...more,
});
const slots = (more: Partial<Pool>): Pool => ({
  ...stamp,
  service: 'db',
  instance: '',
  name: 'connections',
  kind: 'postgres',
  ...more,
});

const cases: readonly Case[] = [
  ['health', 'up', health('api'), 'ok'],
  ['health', 'degraded', health('api', { status: 'degraded' }), 'warn'],
  ['health', 'down', health('api', { status: 'down' }), 'crit'],
  ['health', 'unknown', health('api', { status: 'unknown' }), 'unknown'],
  [
    'health',
    'slow, beyond a limit',
    health('api', { latencyMs: 900 }),
    'warn',
    { health: { warn: '>=500' } },
  ],
  ['health', 'up, however slow, without a limit', health('api', { latencyMs: 60_000 }), 'ok'],
  ['health', 'down, and slow', health('api', { status: 'down', latencyMs: 2600 }), 'crit'],
  [
    'health',
    'slow, where the limit is off',
    health('api', { latencyMs: 2600 }),
    'ok',
    { health: { warn: 'off' } },
  ],
  [
    'health',
    'slow below a higher limit',
    health('api', { latencyMs: 2600 }),
    'ok',
    { health: { warn: '>=5000' } },
  ],
  [
    'health',
    'slow beyond a critical limit',
    health('api', { latencyMs: 2600 }),
    'crit',
    { health: { crit: '>=2000' } },
  ],
  ['breakers', 'closed', breaker('psp'), 'ok'],
  ['breakers', 'open', breaker('psp', { state: 'open' }), 'crit'],
  ['breakers', 'forced open', breaker('psp', { state: 'forced-open' }), 'crit'],
  ['breakers', 'half open', breaker('psp', { state: 'half-open' }), 'warn'],
  ['breakers', 'disabled', breaker('psp', { state: 'disabled' }), 'warn'],
  ['breakers', 'metrics only', breaker('psp', { state: 'metrics-only' }), 'warn'],
  ['breakers', 'unknown', breaker('psp', { state: 'unknown' }), 'unknown'],
  [
    'breakers',
    'disabled, allowed by the profile',
    breaker('psp', { state: 'disabled' }),
    'ok',
    { breakers: { disabled: 'ok' } },
  ],
  [
    'breakers',
    'closed with a high failure rate',
    breaker('psp', { failureRate: 40 }),
    'warn',
    { breakers: { warn: '>=30' } },
  ],
  ['breakers', 'closed without a rate', breaker('psp'), 'ok', { breakers: { warn: '>=30' } }],
  ['lag', 'steady', lag('billing', { lag: 12 }), 'ok'],
  ['lag', 'gaining', lag('billing', { lag: 12, motion: 'gaining' }), 'ok'],
  ['lag', 'falling behind', lag('billing', { lag: 12, motion: 'falling-behind' }), 'warn'],
  ['lag', 'stalled', lag('billing', { lag: 12, motion: 'stalled' }), 'warn'],
  ['lag', 'stopped with lag', lag('billing', { lag: 12, motion: 'stopped' }), 'warn'],
  ['lag', 'stopped without lag', lag('billing', { lag: 0, motion: 'stopped' }), 'ok'],
  ['lag', 'no commit', lag('billing', { motion: 'stopped' }), 'unknown'],
  ['lag', 'unknown motion', lag('billing', { lag: 12, motion: 'unknown' }), 'unknown'],
  ['lag', 'no lag, unknown motion', lag('billing', { lag: 0, motion: 'unknown' }), 'ok'],
  [
    'lag',
    'over its limit',
    lag('billing', { lag: 1000 }),
    'warn',
    { lag: { warn: '>=1000', crit: '>=10000' } },
  ],
  [
    'lag',
    'far over its limit',
    lag('billing', { lag: 10_000, motion: 'gaining' }),
    'crit',
    { lag: { warn: '>=1000', crit: '>=10000' } },
  ],
  [
    'lag',
    'under its limit, and falling behind',
    lag('billing', { lag: 5, motion: 'falling-behind' }),
    'warn',
    { lag: { warn: '>=1000' } },
  ],
  ['pools', 'half used', pool('main', { active: 10, max: 20, pending: 0 }), 'ok'],
  ['pools', 'near its maximum', pool('main', { active: 16, max: 20, pending: 0 }), 'warn'],
  ['pools', 'full, no pending requests', pool('main', { active: 20, max: 20, pending: 0 }), 'warn'],
  ['pools', 'full, with pending requests', pool('main', { active: 20, max: 20, pending: 1 }), 'crit'],
  ['pools', 'full, pending requests unknown', pool('main', { active: 20, max: 20 }), 'warn'],
  ['pools', 'size unknown', pool('main', { active: 3 }), 'unknown'],
  [
    'pools',
    'below a limit of the profile',
    pool('main', { active: 17, max: 20 }),
    'ok',
    { pools: { warn: '>=0.9' } },
  ],
  [
    'pools',
    'above a limit of the profile',
    pool('main', { active: 19, max: 20 }),
    'crit',
    { pools: { crit: '>=0.95' } },
  ],
  [
    'pools',
    'exhausted, lowered by the profile',
    pool('main', { active: 20, max: 20, pending: 4 }),
    'warn',
    { pools: { exhausted: 'warn' } },
  ],
  ['workloads', 'ready', workload({ ready: 1, wanted: 1 }), 'ok'],
  ['workloads', 'none ready', workload({ ready: 0, wanted: 2 }), 'crit'],
  ['workloads', 'some ready', workload({ ready: 1, wanted: 2 }), 'warn'],
  ['workloads', 'scaled to zero', workload({ ready: 0, wanted: 0 }), 'ok'],
  ['workloads', 'crash loop', workload({ status: 'CrashLoopBackOff' }), 'crit'],
  ['workloads', 'out of memory', workload({ status: 'OOMKilled', ready: 1, wanted: 1 }), 'crit'],
  ['workloads', 'failed unit', workload({ kind: 'unit', status: 'failed' }), 'crit'],
  ['workloads', 'restarting', workload({ ready: 1, wanted: 1, restartsRising: true }), 'warn'],
  ['workloads', 'completed job', workload({ kind: 'job', status: 'Completed', ready: 0, wanted: 1 }), 'ok'],
  ['workloads', 'no status', workload({ status: '' }), 'unknown'],
  ['workloads', 'many restarts', workload({ restarts: 12 }), 'crit', { workloads: { crit: '>10' } }],
  ['alerts', 'critical', alert({ severity: 'critical' }), 'crit'],
  ...['info', 'informational', 'none', ''].map(
    (severity): Case => ['alerts', `severity "${severity}"`, alert({ severity }), 'warn'],
  ),
  ['alerts', 'info, lowered by the profile', alert({ severity: 'info' }), 'ok', { alerts: { info: 'ok' } }],
  ['alerts', 'warning', alert({ severity: 'warning' }), 'warn'],
  ['alerts', 'page', alert({ severity: 'page' }), 'crit'],
  ['alerts', 'P0', alert({ severity: 'P0' }), 'crit'],
  ['alerts', 'P1', alert({ severity: 'P1' }), 'crit'],
  ['alerts', 'P2', alert({ severity: 'P2' }), 'warn'],
  ['alerts', 'any other severity', alert({ severity: 'ticket' }), 'warn'],
  ['alerts', 'pending, severity critical', alert({ severity: 'critical', state: 'pending' }), 'warn'],
  ['alerts', 'silenced, severity critical', alert({ severity: 'critical', state: 'silenced' }), 'ok'],
  ['alerts', 'inhibited', alert({ state: 'inhibited' }), 'ok'],
  ['alerts', 'P2, raised by the profile', alert({ severity: 'P2' }), 'crit', { alerts: { P2: 'crit' } }],
  [
    'alerts',
    'critical, lowered by the profile',
    alert({ severity: 'critical' }),
    'warn',
    { alerts: { critical: 'warn' } },
  ],
  ['alerts', 'a severity named like an object method', alert({ severity: 'constructor' }), 'warn'],
  ...['success', 'neutral', 'skipped', 'cancelled', 'stale'].map(
    (status): Case => ['ci', `a run that ended with ${status}`, ciRow({ status }), 'ok'],
  ),
  ...['queued', 'in_progress', 'waiting', 'requested', 'pending'].map(
    (status): Case => ['ci', `a run that is ${status}`, ciRow({ status }), 'ok'],
  ),
  ...['failure', 'timed_out', 'startup_failure', 'error'].map(
    (status): Case => ['ci', `a run that ended with ${status}`, ciRow({ status }), 'crit'],
  ),
  ['ci', 'a failure on another branch', ciRow({ status: 'failure', isRequired: false }), 'warn'],
  ['ci', 'a run that waits for a person', ciRow({ status: 'action_required' }), 'warn'],
  ['ci', 'an inactive deployment', ciRow({ kind: 'deployment', status: 'inactive' }), 'ok'],
  ['ci', 'an approval', ciRow({ kind: 'approval', status: 'waiting' }), 'warn'],
  ['ci', 'a skipped gate', ciRow({ kind: 'gate', status: 'skipped' }), 'warn'],
  ['ci', 'no status', ciRow({ status: 'unknown' }), 'unknown'],
  ['ci', 'a status that no rule knows', ciRow({ status: 'quarantined' }), 'unknown'],
  ['ci', 'a gate with a status that no rule knows', ciRow({ kind: 'gate', status: 'blessed' }), 'unknown'],
  [
    'ci',
    'in progress after a status that no rule knows',
    ciRow({ status: 'in_progress', lastStatus: 'quarantined' }),
    'unknown',
  ],
  ['ci', 'in progress after a success', ciRow({ status: 'in_progress', lastStatus: 'success' }), 'ok'],
  [
    'ci',
    'a status that only the profile knows',
    ciRow({ status: 'quarantined' }),
    'warn',
    { ci: { quarantined: 'warn' } },
  ],
  [
    'ci',
    'unknown statuses, allowed by the profile',
    ciRow({ status: 'quarantined' }),
    'ok',
    { ci: { unrecognized: 'ok' } },
  ],
  ['sessions', 'active', session(), 'ok'],
  ['sessions', 'blocked', session({ blockedBy: [12] }), 'warn'],
  ['sessions', 'blocked by a prepared transaction', session({ blockedBy: [0] }), 'warn'],
  [
    'sessions',
    'blocked, allowed by the profile',
    session({ blockedBy: [12] }),
    'ok',
    { sessions: { blocked: 'ok' } },
  ],
  ['sessions', 'blocking', session({ blocks: 1 }), 'warn'],
  [
    'sessions',
    'idle in transaction for 60 s',
    session({ state: 'idle in transaction', transactionMs: 60_000 }),
    'warn',
  ],
  [
    'sessions',
    'idle in transaction for less than 60 s',
    session({ state: 'idle in transaction', transactionMs: 59_999 }),
    'ok',
  ],
  ['sessions', 'hidden from the role', session({ state: '' }), 'unknown'],
  ['sessions', 'hidden and blocked', session({ state: '', blockedBy: [12] }), 'warn'],
  [
    'pools',
    'server slots, all used by idle sessions',
    slots({ active: 0, idle: 17, taken: 17, max: 17 }),
    'crit',
  ],
  ['pools', 'server slots, including reserved ones', slots({ active: 0, taken: 19, max: 17 }), 'crit'],
  ['pools', 'server slots, most used', slots({ active: 1, idle: 13, taken: 14, max: 17 }), 'warn'],
  ['pools', 'server slots, sessions hidden', slots({ taken: 5, max: 17 }), 'ok'],
];

for (const [kind, words, fact, level, limits = {}] of cases)
  test(`${kind}: ${words}`, () => {
    expect(levelOf<FactKind>(kind, fact, limits)).toBe(level);
  });
