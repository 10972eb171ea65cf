import type { Clock } from '../../../src/platform/runtime/clock.ts';
import type { DatabaseSpec } from '../../../src/simulator/model/spec/database.ts';
import type { SystemSpec } from '../../../src/simulator/model/spec/system-spec.ts';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import {
  type PostgresServer,
  startPostgresServer,
} from '../../../src/simulator/servers/postgres/endpoint.ts';
import { secret } from '../wired.ts';

const mib = 1024 * 1024;
export const update = 'UPDATE orders SET state = $1 WHERE id = $2';

const database = (systemIdentifier: string, statements: readonly string[]): DatabaseSpec => ({
  name: 'database',
  database: 'shop',
  user: 'shop',
  password: secret,
  maxConnections: 20,
  systemIdentifier,
  tables: [
    {
      name: 'orders',
      rows: 9000,
      dead: 1000,
      bytes: 4 * mib,
      indexes: [{ name: 'orders_pkey', columns: ['id'], bytes: mib, unique: true }],
    },
  ],
  statements: [update, ...statements].map((query) => ({ query, calls: 1200, meanMs: 1.5 })),
  background: [{ application: 'exporter', user: 'exporter', query: 'SELECT 1' }],
});

const system = (systemIdentifier: string, statements: readonly string[]): SystemSpec => ({
  name: 'contract',
  services: [
    {
      name: 'shop',
      version: '1.0.0',
      api: '/api',
      latencyMs: 0,
      heapMaxBytes: mib,
      poolMax: 2,
      poolOn: 'database',
      calls: [{ to: 'database', share: 1 }],
      indicators: [],
      openBreakerIsDown: false,
      managementApart: false,
    },
  ],
  dependencies: [{ name: 'database', latencyMs: 0, error: 'Connection refused' }],
  environments: [{ name: 'test', instances: { shop: 1 }, requestsPerSecond: 5, slowness: 0, errorShare: 0 }],
  incidents: [
    {
      name: 'blocked',
      title: 'a transaction was left open',
      database: {
        blockingTransaction: {
          application: 'psql',
          user: 'ana',
          query: 'UPDATE orders SET state = 1',
          ageMs: 600_000,
          waiting: update,
          patienceMs: 3000,
          error: 'Connection is not available',
        },
      },
    },
  ],
  database: database(systemIdentifier, statements),
  rehearsal: { addresses: {}, texts: {} },
});

/**
 * A database where an idle transaction blocks two sessions of a pool, the second behind the first. `statements`: further
 * recorded ones.
 */
export const blockedDatabase = (
  clock: Clock,
  systemIdentifier: string,
  statements: readonly string[] = [],
): Promise<PostgresServer> => {
  const model = new SystemModel(system(systemIdentifier, statements), { startedAt: clock.now() });
  model.inject('blocked', 'test', clock.now());
  return startPostgresServer({ model, clock, env: 'test' });
};
