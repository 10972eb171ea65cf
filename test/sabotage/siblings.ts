import type { Plan } from '../../src/domain/runbooks/operation.ts';

/** Objects of one kind in each system: an action meant for one of them is executed on the next. */
const families: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'event-bus': [['database', 'broker']],
  saga: [
    ['saga-orchestrator', 'payment-service', 'inventory-service', 'notification-service'],
    ['saga-replies', 'saga-answers'],
    ['max_connections', 'max_locks_per_transaction'],
    ['shared_buffers', 'work_mem'],
    ['effective_cache_size', 'maintenance_work_mem'],
    ['random_page_cost', 'cpu_tuple_cost'],
    ['seq_page_cost', 'cpu_index_tuple_cost'],
    ['wal_buffers', 'temp_buffers'],
    ['microservices-tls', 'postgres-secret'],
  ],
  'event-processing': [
    ['service-8082', 'service-8083', 'service-8084', 'event-producer', 'mongodb', 'localstack'],
    ['status_1_timestamp_1', 'status_1_timestamp_2'],
    ['internalQueryMaxBlockingSortMemoryUsageBytes', 'notablescan'],
    ['events-dlq', 'event-notifications'],
    ['events', 'processed-events'],
  ],
  trading: [
    ['trademaster-trading-service', 'kafka', 'gateway', 'cache'],
    ['brokerService', 'databaseService'],
    ['trading-green', 'trading'],
    ['idx_orders_symbol ON orders (symbol)', 'idx_orders_symbol ON positions (symbol)'],
  ],
  eventmesh: [
    ['vm-1', 'vm-2'],
    ['eventmesh-api', 'eventmesh-worker'],
    ['/opt/eventmesh/production', '/opt/eventmesh/staging'],
  ],
};

/** The texts with which a plan addresses its objects. */
const addressed = ({ targets, params }: Plan): ReadonlySet<string> =>
  new Set([...targets.map(({ name }) => name), ...Object.values(params).map(String)]);

/** For each name that a step's plan addresses, the name of its sibling; empty if none is known. */
export const siblingsOf = (env: string, plan: Plan | undefined): ReadonlyMap<string, string> => {
  const named = plan === undefined ? new Set<string>() : addressed(plan);
  const pairs = (families[env.split('/')[0] ?? ''] ?? []).flatMap((names) => {
    const target = names.find((name) => named.has(name));
    const other = names.find((name) => !named.has(name));
    return target === undefined || other === undefined ? [] : [[target, other] as const];
  });
  return new Map(pairs);
};
