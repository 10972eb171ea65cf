import { declareChanges } from '../../platform/protocol.ts';
import { postgresReads } from './reading.ts';
import { type SqlChange, SqlError, type SqlResult, type SqlTarget } from './sql-types.ts';

/** Error codes of a lost session, which leave the outcome of the statement open. Source: PostgreSQL Error Codes. */
const lost = /^(?:08|57P0|58|XX)/;

/** One statement in its own session. Throws SqlError. */
export const postgresChanges = declareChanges<SqlTarget, SqlChange, SqlResult>({
  name: 'postgres',
  load: async () => (await import('./change.ts')).changePostgres,
  line: ({ text }) => text,
  outcome: ({ rowCount }) => `${rowCount} rows`,
  isAnswer: (error) => error instanceof SqlError && error.sqlState !== '' && !lost.test(error.sqlState),
  asRead: (open, target, statement, signal) => open(postgresReads, target).ask(statement, signal),
});
