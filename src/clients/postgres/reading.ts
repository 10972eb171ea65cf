import { declareReads, lazyClient } from '../../platform/protocol.ts';
import type { PostgresReader } from './reader.ts';
import type { SqlTarget } from './sql-types.ts';

/**
 * A PostgreSQL database for reads: a statement that may do more is refused before it is sent, and the server
 * restricts the session and its transaction to reads. Calls throw SqlError.
 */
export const postgresReads = declareReads('postgres', (transport, target: SqlTarget): PostgresReader => {
  const { client, close } = lazyClient(async () =>
    (await import('./reader.ts')).openPostgresReader(target, transport),
  );
  return {
    ask: async (question, signal) => (await client()).ask(question, signal),
    serversSince: async (began, identify, signal) => (await client()).serversSince(began, identify, signal),
    pause: async () => (await client()).pause(),
    close,
  };
});
