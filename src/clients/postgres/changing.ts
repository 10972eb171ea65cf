import { declareChanges } from '../../platform/protocol.ts';
import { postgresReads } from './reading.ts';
import { type SqlChange, SqlError, type SqlResult, type SqlTarget } from './sql-types.ts';

/** Codes with which a server says that the session is lost: it has said nothing of the statement then. Source: PostgreSQL Error Codes. */
const lost = /^(?:08|57P0|58|XX)/;

/** One statement on a session of its own. Throws SqlError. */
export const postgresChanges = declareChanges<SqlTarget, SqlChange, SqlResult>({
  name: 'postgres',
  load: async () => (await import('./change.ts')).changePostgres,
  line: ({ text }) => text,
  outcome: ({ rowCount }) => `${rowCount} rows`,
  isAnswer: (error) => error instanceof SqlError && error.sqlState !== '' && !lost.test(error.sqlState),
  asRead: (open, target, statement, signal) => open(postgresReads, target).ask(statement, signal),
});
