import { declareChanges } from '../../platform/protocol.ts';
import { postgresReads } from './reading.ts';
import type { SqlAnswer, SqlChange, SqlTarget } from './sql.ts';

/** One statement on a session of its own. Throws SqlError. */
export const postgresChanges = declareChanges<SqlTarget, SqlChange, SqlAnswer>({
  name: 'postgres',
  load: async () => (await import('./change.ts')).changePostgres,
  line: ({ text }) => text,
  outcome: ({ rowCount }) => `${rowCount} rows`,
  asRead: (open, target, statement, signal) => open(postgresReads, target).ask(statement, signal),
});
