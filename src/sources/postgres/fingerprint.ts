import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { PostgresClient } from './client.ts';
import { booleanColumn, numberColumn, type QueryRow, singleRow, textColumn } from './parse.ts';
import { clusterFingerprintSql, serverFingerprintSql } from './statements.ts';

/** Without it, other users' sessions have no state, no query and no times; with row security, queries leave rows out. */
const permissionsOf = (row: QueryRow): Pick<SystemFingerprint, 'permissions'> => ({
  permissions: {
    pg_read_all_stats: booleanColumn(row, 'reads_all'),
    'all rows (row security)': booleanColumn(row, 'reads_rows'),
  },
});

/** A reset sets everything back that the server has counted: dead rows, deadlocks, temporary files. */
const erasuresOf = (row: QueryRow): Pick<SystemFingerprint, 'erasures'> => {
  const reset = numberColumn(row, 'statistics_reset');
  return reset === undefined ? {} : { erasures: { 'pg_stat_reset()': reset } };
};

const roleOf = (row: QueryRow): string => (booleanColumn(row, 'recovering') ? 'standby' : 'primary');

/** The server by its address and its start, for a role that may not read the control data. */
const serverFingerprint = (row: QueryRow): SystemFingerprint => {
  const cluster = textColumn(row, 'cluster_name');
  const ageMs = numberColumn(row, 'age_ms');
  return {
    parts: {
      role: roleOf(row),
      server: textColumn(row, 'server'),
      postmaster: `started ${textColumn(row, 'started')}`,
      ...(cluster === '' ? {} : { cluster_name: cluster }),
    },
    ...permissionsOf(row),
    ...erasuresOf(row),
    ...(ageMs === undefined ? {} : { ages: { postmaster: Math.max(0, ageMs) } }),
  };
};

const clusterFingerprint = (row: QueryRow): SystemFingerprint => {
  const timeline = numberColumn(row, 'timeline');
  const checkpoint = numberColumn(row, 'checkpoint');
  return {
    parts: { system_identifier: textColumn(row, 'system_identifier'), role: roleOf(row) },
    ...permissionsOf(row),
    ...erasuresOf(row),
    counters: defined({ timeline, 'timeline/checkpoint': checkpoint }),
  };
};

/**
 * Reads which database cluster answers, and in which role: a standby and a restored copy have the system identifier of their
 * origin, and a copy that was restored on the same timeline goes back to an earlier checkpoint. `since`: also over the other connections that have answered since then. Throws SqlError.
 */
export const postgresFingerprint = (
  client: PostgresClient,
  signal: AbortSignal,
  since: Millis,
): Promise<SystemFingerprint> =>
  client.serversSince(
    since,
    async (ask) => {
      const row = async (text: string): Promise<QueryRow> => singleRow((await ask(text)).rows);
      try {
        return clusterFingerprint(await row(clusterFingerprintSql));
      } catch (error) {
        if (!(error instanceof WireError) || (error.kind !== 'denied' && error.kind !== 'missing'))
          throw error;
        return serverFingerprint(await row(serverFingerprintSql));
      }
    },
    signal,
  );
