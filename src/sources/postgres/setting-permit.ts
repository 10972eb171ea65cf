import type { Permit } from '../../domain/operation.ts';
import type { PostgresClient } from './client.ts';
import { onlyRow, textOf, truthOf } from './parse.ts';
import { quoteIdentifier } from './quote.ts';
import { tagged } from './statements.ts';

/** What has the server read it: a value, as no text of a read may hold the name of a function that does something. */
const reloader = 'pg_reload_conf';

/** To reload is a superuser's alone, unless it was granted. Source: PostgreSQL docs, Server Signaling Functions; allow_alter_system. */
const server = tagged(
  'serverPermit',
  `
SELECT current_user AS me, current_setting('is_superuser') = 'on' AS super,
  current_setting('server_version_num')::int >= 150000 AS grants,
  coalesce((SELECT has_function_privilege(p.oid, 'EXECUTE') FROM pg_proc p
    WHERE p.proname = $1::text AND p.pronamespace = 'pg_catalog'::regnamespace), false) AS reloads,
  coalesce(current_setting('allow_alter_system', true), 'on') = 'off' AS closed`,
);

/** Since PostgreSQL 15. Source: PostgreSQL docs, GRANT, `ALTER SYSTEM ON PARAMETER`. */
const parameter = tagged(
  'parameterPermit',
  `SELECT has_parameter_privilege(current_user, $1::text, 'ALTER SYSTEM') AS allowed`,
);

const no = (why: string, remedy: string): Permit => ({ allowed: false, why, remedy });

/** Whether our role may write this setting for the whole server, and have it read. Throws SqlError. */
export const settingPermit = async (
  client: PostgresClient,
  name: string,
  signal: AbortSignal,
): Promise<Permit> => {
  const row = onlyRow((await client.ask(server, signal, { values: [reloader] })).rows);
  const me = textOf(row, 'me');
  if (truthOf(row, 'closed'))
    return no(
      'allow_alter_system is off: nobody may set anything by ALTER SYSTEM',
      'change the setting where this server is configured',
    );
  if (truthOf(row, 'super')) return { allowed: true, why: `${me} is a superuser` };
  if (!truthOf(row, 'grants'))
    return no(
      `${me} is no superuser: before PostgreSQL 15 nobody else may set ${name}`,
      'log in as a superuser',
    );
  const answer = await client.ask(parameter, signal, { values: [name] });
  if (!truthOf(onlyRow(answer.rows), 'allowed'))
    return no(
      `${me} may not set ${name}`,
      `GRANT ALTER SYSTEM ON PARAMETER ${name} TO ${quoteIdentifier(me)}`,
    );
  if (!truthOf(row, 'reloads'))
    return no(
      `${me} may set ${name}, and may not have the server read it`,
      `GRANT EXECUTE ON FUNCTION ${reloader}() TO ${quoteIdentifier(me)}`,
    );
  return { allowed: true, why: `${me} may set ${name}, and have the server read it` };
};
