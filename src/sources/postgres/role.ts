import type { Permit } from '../../domain/operation.ts';
import type { PostgresClient } from './client.ts';
import { type Row, textOf, truthOf } from './parse.ts';
import { asked, notApplicable } from './planning.ts';
import { tagged } from './statements.ts';

/** A role, who uses it now, and whether ours may change its password. Source: PostgreSQL docs, ALTER ROLE; pg_auth_members. */
const role = tagged(
  'role',
  `
SELECT r.oid, r.rolcanlogin AS login, current_user AS me,
  CASE WHEN current_setting('is_superuser') = 'on' THEN 'superuser'
    WHEN r.rolname = current_user THEN 'own'
    WHEN r.rolsuper THEN 'none'
    WHEN NOT m.rolcreaterole THEN 'none'
    WHEN current_setting('server_version_num')::int < 160000 THEN 'createrole'
    WHEN EXISTS (SELECT FROM pg_auth_members a WHERE a.roleid = r.oid AND a.member = m.oid AND a.admin_option) THEN 'admin'
    ELSE 'none' END AS allowed,
  (SELECT string_agg(application || ' ' || number, ', ' ORDER BY application) FROM (
    SELECT coalesce(nullif(a.application_name, ''), 'no name') AS application, count(*) AS number
    FROM pg_stat_activity a WHERE a.usename = r.rolname GROUP BY 1) AS sessions) AS sessions,
  (SELECT count(*) FROM pg_stat_activity a WHERE a.usename = r.rolname) AS connections
FROM pg_roles r JOIN pg_roles m ON m.rolname = current_user WHERE r.rolname = $1::text`,
);

/** Throws PlanError where there is no such role, or nobody logs in as it. */
export const roleNamed = async (client: PostgresClient, name: string, signal: AbortSignal): Promise<Row> => {
  const [row] = await asked(client, role, signal, [name]);
  if (row === undefined) throw notApplicable(`there is no role ${name}`);
  if (!truthOf(row, 'login')) throw notApplicable(`${name} may not log in: a password would do nothing`);
  return row;
};

const whys: Readonly<Record<string, string>> = {
  superuser: 'is a superuser',
  own: 'may change its own password',
  createrole: 'has CREATEROLE',
  admin: 'has CREATEROLE, and the ADMIN option on it',
};

/** Whether our role may give it another password. */
export const passwordPermit = (row: Row, name: string): Permit => {
  const me = textOf(row, 'me');
  const why = whys[textOf(row, 'allowed')];
  if (why !== undefined) return { allowed: true, why: `${me} ${why}` };
  return {
    allowed: false,
    why: `${me} may not change the password of ${name}`,
    remedy: 'log in as a superuser, or as a role with CREATEROLE and the ADMIN option on it',
  };
};
