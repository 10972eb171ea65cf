import { defined } from '../../domain/base/defined.ts';
import { expectedServiceHealth } from '../kit/contract/client-feed.ts';
import type { SourceModule } from '../kit/contract/source.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { withUrlParams } from './client.ts';
import { type PostgresConfig, postgresConfig, postgresReadSchema } from './config.ts';
import { countedRows } from './hidden-counts.ts';
import { postgresOperations } from './operations.ts';
import { postgresRowCommand } from './row-command.ts';

/** A PostgreSQL database: sessions and blockers, connection slots, SQL values, and operations on them. */
export const postgres: SourceModule<PostgresConfig> = {
  type: 'postgres',
  title: 'PostgreSQL',
  limitations: [
    'PgBouncer is not supported: the admin console has only the simple query protocol and no transactions, so this source cannot run `SHOW POOLS`. Clients waiting in PgBouncer are not PostgreSQL sessions. Read `pgbouncer_pools_client_waiting_connections` of the exporter with `prometheus` or `promtext`, or the CSV output of `psql` with `script`.',
  ],
  config: postgresConfig,
  urlParameters: ['host', 'port', 'user', 'password', 'dbname', 'sslmode', 'sslrootcert'],
  reads: postgresReadSchema,
  hiddenBy: countedRows,
  partsAdvice: 'labels: in SQL',
  feedNames: [
    'health',
    'sessions',
    'pools',
    'sql',
    'statements',
    'sizes',
    'replication',
    'locks',
    'settings',
    'tuples',
  ],
  operations: declarationsOf(postgresOperations),
  gives: (config) => {
    const expects = expectedServiceHealth(config);
    return { kinds: ['health', 'sessions', 'pools'], ...defined({ expects }) };
  },
  // One database has one address: the first endpoint, since ready ones come first. The client uses the name.
  routeConfig: (config, [end], port) =>
    end === undefined
      ? config
      : {
          ...config,
          url: withUrlParams(config.url ?? 'postgres://', { host: end.name, port: String(port) }),
        },
  rowCommand: postgresRowCommand,
  open: async (opening, io) => (await import('./open.ts')).openPostgres(opening, io),
};
