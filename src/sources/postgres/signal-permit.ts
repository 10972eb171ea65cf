import type { Permit } from '../../domain/operation.ts';
import type { PostgresClient } from './client.ts';
import { textOf, truthOf } from './parse.ts';
import { tagged } from './statements.ts';

/**
 * Whose sessions we may end. Source: PostgreSQL, src/backend/storage/ipc/signalfuncs.c: a superuser's only as a superuser,
 * anybody else's with the privileges of their role or of pg_signal_backend.
 */
const permits = tagged(
  'permit',
  `
SELECT current_user AS me, a.usename AS "user", r.rolsuper AS super,
  current_setting('is_superuser') = 'on' OR (NOT r.rolsuper AND (pg_has_role(current_user, a.usesysid, 'USAGE')
    OR pg_has_role(current_user, 'pg_signal_backend', 'USAGE'))) AS allowed
FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid WHERE a.pid = ANY($1::int[])`,
);

/** Whether our role may end all of these sessions; of one that is gone nothing is said. Throws SqlError. */
export const signalPermit = async (
  client: PostgresClient,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<Permit> => {
  const { rows } = await client.ask(permits, signal, { values: [pids.map(String)] });
  const denied = rows.find((row) => !truthOf(row, 'allowed'));
  if (denied !== undefined) {
    const [me, user] = [textOf(denied, 'me'), textOf(denied, 'user')];
    if (truthOf(denied, 'super'))
      return {
        allowed: false,
        why: `${me} may not end a session of ${user}, who is a superuser`,
        remedy: 'only a superuser may',
      };
    return {
      allowed: false,
      why: `${me} may not end a session of ${user}`,
      remedy: `GRANT pg_signal_backend TO ${me}`,
    };
  }
  const [first] = rows;
  if (first === undefined) return { allowed: 'unknown', why: 'these sessions are gone' };
  return { allowed: true, why: `${textOf(first, 'me')} may end these sessions` };
};
