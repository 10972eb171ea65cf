import { expect } from 'vitest';
import { queryIdOf } from '../../../src/simulator/model/database/database.ts';
import { statusInMemory } from '../../../src/simulator/servers/http/loopback.ts';
import { userOrders } from '../../../src/simulator/systems/trading-database.ts';
import type { RunExercise } from '../support/exercises.ts';

const env = 'trading/production';
const service = 'trademaster-trading-service';
const database = 'trademaster_trading';
/** The list of the orders of a user, in pg_stat_statements. */
const statement = queryIdOf(userOrders.query);
const pids = ['2103', '2104', '2105', '2106', '2107', '2108'];

/** Incidents of the database, with one wrong path each. */
export const tradingDatabaseIncidents: readonly RunExercise[] = [
  {
    env,
    incident: 'pool-exhaustion',
    runbook: 'pool-exhausted',
    params: { pids },
    confirm: [database],
  },
  // Half of the statements still hold their connections.
  {
    env,
    incident: 'pool-leak',
    runbook: 'pool-exhausted',
    params: { pids },
    confirm: [database],
    ending: 'executed-not-recovered',
  },
  { env, incident: 'pool-exhaustion', runbook: 'pool-size', params: { n: '30' }, confirm: [service] },
  { env, incident: 'pool-exhaustion', runbook: 'pool-restart', confirm: [service] },
  {
    env,
    incident: 'pool-leak',
    runbook: 'pool-restart',
    confirm: [service],
    ending: 'executed-not-recovered',
  },
  {
    env,
    incident: 'slow-queries',
    runbook: 'slow-queries',
    confirm: [database],
  },
  // The index begins with another column: the list still reads the whole table.
  {
    env,
    incident: 'slow-queries',
    runbook: 'slow-queries',
    params: { index: 'idx_orders_created_at ON orders (created_at DESC)' },
    confirm: [database],
    ending: 'executed-not-recovered',
  },
  {
    env,
    incident: 'slow-queries',
    runbook: 'query-plan',
    params: { statement, values: '4711' },
    confirm: [database],
  },
  {
    env,
    incident: 'breaker-left-open',
    runbook: 'order-failures',
    confirm: ['brokerService'],
    done: ['a1', 'a2'],
  },
  // The keys are valid: the circuit breaker rejects the orders.
  {
    env,
    incident: 'breaker-left-open',
    runbook: 'order-keys',
    done: ['a1', 'a2'],
    ending: 'executed-not-recovered',
  },
  // The pools of all instances would not fit the database.
  {
    env,
    incident: 'pool-exhaustion',
    runbook: 'pool-size',
    params: { n: '50' },
    confirm: [service],
    ending: 'not-applicable',
  },
  // The broker is still down: the circuit breaker is not closed.
  {
    env,
    incident: 'dependency-down',
    runbook: 'order-failures',
    confirm: ['brokerService'],
    done: ['a1', 'a2'],
    ending: 'not-applicable',
  },
  { env, incident: 'statements-missing', runbook: 'record-queries', confirm: [database] },
];

/** Maintenance, optimization and configuration. */
export const tradingProcedures: readonly RunExercise[] = [
  { env, runbook: 'vacuum', confirm: [database] },
  { env, runbook: 'reindex', confirm: [database] },
  {
    env,
    runbook: 'rotate-keys',
    done: ['a1', 'a2'],
    byHand: async (vars) => {
      const secret = `${vars['world.github']}/repos/trademaster/trading/actions/secrets/STRIPE_API_KEY`;
      expect(await statusInMemory(secret, 'PUT', { authorization: 'Bearer rehearsal' })).toBe(204);
    },
  },
  {
    env,
    incident: 'high-latency',
    runbook: 'rotate-keys',
    done: ['a1', 'a2'],
    ending: 'executed-not-recovered',
  },
  {
    env,
    runbook: 'renew-certificate',
    done: ['a1'],
    byHand: async (vars) => void (await statusInMemory(vars['world.tls-renewal'] ?? '', 'POST')),
  },
  {
    env,
    incident: 'high-latency',
    runbook: 'renew-certificate',
    done: ['a1'],
    ending: 'executed-not-recovered',
  },
  {
    env,
    runbook: 'index-set',
    params: {
      indexes: [
        'idx_orders_user_id_status ON orders (user_id, status)',
        'idx_orders_created_at ON orders (created_at DESC)',
        'idx_orders_symbol ON orders (symbol)',
        'idx_positions_portfolio_id ON positions (portfolio_id)',
        'idx_positions_symbol ON positions (symbol)',
        'idx_transactions_user_id_date ON transactions (user_id, transaction_date DESC)',
      ],
    },
    confirm: [database],
  },
  { env, runbook: 'pool-configuration', confirm: [service] },
  { env, runbook: 'jvm-options', confirm: [service] },
  { env, runbook: 'application-tuning', done: ['a1', 'a2'] },
  {
    env,
    incident: 'paged',
    runbook: 'incident-alert',
    params: {
      incident: '1001',
      severity: 'P1',
      impact: 'orders are rejected',
      began: '10:02 IST',
      current: 'the broker rejects orders',
      commander: '@ana',
    },
    confirm: ['#1001', '#trademaster-critical'],
    done: ['s2'],
  },
  {
    env,
    incident: 'paged',
    runbook: 'incident-report',
    params: { incident: '1001', report: 'cause: an expired key of a broker; 40 orders were rejected' },
    confirm: ['#1001', '#trademaster-critical'],
    done: ['s8'],
  },
];
